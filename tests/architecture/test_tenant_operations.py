"""Every operation on every tenant model, without a workspace and in the wrong one (R-12, R-13).

The tenant manager overrides internals of Django; this file must pass before Django is upgraded.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from asgiref.sync import async_to_sync
from django.db import models
from django.db.models import Count, Exists, OuterRef, QuerySet

from accounts.models import Workspace
from accounts.tenancy import (
    CrossTenant,
    ForeignWorkspace,
    UnscopedQuery,
    cross_tenant,
    workspace_scope,
)
from tests.architecture.tenants import label, tenant_models

pytestmark = pytest.mark.django_db

Model = Any
MODELS = tenant_models()


def loose(model: Model) -> Any:
    """An unsaved row of no workspace that exists."""
    return model(workspace_id=uuid4())


def writable(model: Model) -> str:
    """A column that an update may name: not the key, not the workspace."""
    names = [f.name for f in model._meta.concrete_fields if f.name not in {"id", "workspace"}]
    return next(name for name in names if not model._meta.get_field(name).is_relation)


async def iterate(rows: QuerySet[Any]) -> None:
    async for _ in rows:
        pass


READS: dict[str, Callable[[Model], Any]] = {
    "all": lambda m: list(m.objects.all()),
    "filter": lambda m: list(m.objects.filter(pk=uuid4())),
    "exclude": lambda m: list(m.objects.exclude(pk=uuid4())),
    "get": lambda m: m.objects.get(pk=uuid4()),
    "first": lambda m: m.objects.first(),
    "last": lambda m: m.objects.order_by("pk").last(),
    "latest": lambda m: m.objects.latest("pk"),
    "earliest": lambda m: m.objects.earliest("pk"),
    "slice": lambda m: list(m.objects.order_by("pk")[:1]),
    "exists": lambda m: m.objects.exists(),
    "exclude_exists": lambda m: m.objects.exclude(pk=uuid4()).exists(),
    "aexists": lambda m: async_to_sync(m.objects.all().aexists)(),
    "acount": lambda m: async_to_sync(m.objects.all().acount)(),
    "async_for": lambda m: async_to_sync(iterate)(m.objects.exclude(pk=uuid4())),
    "aiterator": lambda m: async_to_sync(iterate)(m.objects.all().aiterator()),  # type: ignore[arg-type]
    "count": lambda m: m.objects.count(),
    "aggregate": lambda m: m.objects.aggregate(how_many=Count("pk")),
    "annotate": lambda m: list(m.objects.annotate(how_many=Count("pk"))),
    "values": lambda m: list(m.objects.values("pk")),
    "values_list": lambda m: list(m.objects.values_list("pk", flat=True)),
    "distinct": lambda m: list(m.objects.values("workspace").distinct()),
    "iterator": lambda m: list(m.objects.iterator()),
    "in_bulk": lambda m: m.objects.in_bulk([uuid4()]),
    "contains": lambda m: m.objects.contains(loose(m)),
    "explain": lambda m: m.objects.all().explain(),
    "union": lambda m: list(m.objects.all().union(m.objects.exclude(pk=uuid4()))),
    "intersection": lambda m: m.objects.all().intersection(m.objects.all()).exists(),
    "difference": lambda m: list(m.objects.all().difference(m.objects.all())),
    "sub_query": lambda m: list(Workspace.objects.filter(pk__in=m.objects.values("workspace"))),
    "excluded_sub_query": lambda m: list(
        Workspace.objects.exclude(pk__in=m.objects.exclude(pk=uuid4()).values("workspace"))
    ),
    "exists_in_query": lambda m: list(
        Workspace.objects.filter(Exists(m.objects.filter(workspace=OuterRef("pk"))))
    ),
    "select_for_update": lambda m: list(m.objects.select_for_update()),
    "select_related": lambda m: list(m.objects.select_related("workspace")),
    "using": lambda m: list(m.objects.using("default")),
    "base_manager": lambda m: list(m._base_manager.all()),
    "refresh": lambda m: loose(m).refresh_from_db(),
    "raw": lambda m: list(m.objects.raw(f'SELECT * FROM "{m._meta.db_table}"')),
    "query_as_sql": lambda m: str(m.objects.all().query),
    "bare_query_set": lambda m: list(type(m.objects.all())(m)),
}
WRITES: dict[str, Callable[[Model], Any]] = {
    "save": lambda m: loose(m).save(),
    "save_update_fields": lambda m: loose(m).save(update_fields=[writable(m)]),
    "save_base": lambda m: loose(m).save_base(),
    "create": lambda m: m.objects.create(workspace_id=uuid4()),
    "get_or_create": lambda m: m.objects.get_or_create(pk=uuid4(), workspace_id=uuid4()),
    "update_or_create": lambda m: m.objects.update_or_create(pk=uuid4(), workspace_id=uuid4()),
    "bulk_create": lambda m: m.objects.bulk_create([loose(m)]),
    "abulk_create": lambda m: async_to_sync(m.objects.all().abulk_create)([loose(m)]),
    "bulk_update": lambda m: m.objects.bulk_update([loose(m)], [writable(m)]),
    "update": lambda m: m.objects.update(**{writable(m): None}),
    "row_delete": lambda m: loose(m).delete(),
    "delete": lambda m: m.objects.all().delete(),
    "exclude_delete": lambda m: m.objects.exclude(pk=uuid4()).delete(),
    "raw_delete": lambda m: m.objects.all()._raw_delete("default"),
}
FOREIGN = ["save", "save_base", "create", "bulk_create", "abulk_create", "bulk_update", "row_delete"]


def not_refused(operation: Callable[[Model], Any], error: type[Exception]) -> list[str]:
    """The models on which the operation does something else than raise `error`."""
    leaks = []
    for model in MODELS:
        try:
            operation(model)
        except error:
            continue
        leaks.append(model._meta.label)
    return leaks


@pytest.mark.parametrize("operation", READS)
def test_reading_without_a_workspace_raises(operation: str) -> None:
    assert not_refused(READS[operation], UnscopedQuery) == []


@pytest.mark.parametrize("operation", WRITES)
def test_writing_without_a_workspace_raises(operation: str) -> None:
    assert not_refused(WRITES[operation], UnscopedQuery) == []


@pytest.mark.parametrize("operation", FOREIGN)
def test_writing_a_row_of_another_workspace_raises(operation: str, harbour: Workspace) -> None:
    with workspace_scope(harbour):
        assert not_refused(WRITES[operation], ForeignWorkspace) == []


@pytest.mark.parametrize("name", ["workspace", "workspace_id"])
def test_no_update_moves_rows_to_another_workspace(name: str, harbour: Workspace) -> None:
    for scope in (workspace_scope(harbour), cross_tenant(CrossTenant.SEED)):
        with scope:
            assert not_refused(lambda m: m.objects.update(**{name: harbour.pk}), ForeignWorkspace) == []


def test_a_row_keeps_its_workspace_even_across_tenants(harbour: Workspace) -> None:
    def move(model: Model) -> None:
        row = model.from_db("default", ["id", "workspace_id"], [uuid4(), harbour.pk])
        row.workspace_id = uuid4()
        row.save()

    with cross_tenant(CrossTenant.SEED):
        assert not_refused(move, ForeignWorkspace) == []


@pytest.mark.parametrize("model", MODELS, ids=label)
def test_a_query_in_a_workspace_is_filtered_by_it(model: Model, harbour: Workspace) -> None:
    with workspace_scope(harbour):
        assert str(harbour.pk) in str(model.objects.all().query)
        assert str(harbour.pk) in str(model._base_manager.all().query)


NEEDS_A_ROW = {"get", "latest", "earliest", "refresh"}
UNFILTERABLE = {"raw", "bare_query_set"}


@pytest.mark.parametrize("operation", sorted(set(READS) - NEEDS_A_ROW - UNFILTERABLE))
def test_the_same_reading_works_in_a_workspace(operation: str, harbour: Workspace) -> None:
    with workspace_scope(harbour):
        for model in MODELS:
            READS[operation](model)


@pytest.mark.parametrize("operation", sorted(UNFILTERABLE))
def test_what_cannot_be_filtered_is_refused_in_a_workspace(operation: str, harbour: Workspace) -> None:
    with workspace_scope(harbour):
        assert not_refused(READS[operation], UnscopedQuery) == []


def test_a_query_does_not_travel_between_workspaces(harbour: Workspace, elsewhere: Workspace) -> None:
    with workspace_scope(elsewhere):
        carried = {model: [model.objects.all()] for model in MODELS}
    for model in MODELS:
        carried[model].append(model.objects.all())
    with workspace_scope(harbour):
        for index in (0, 1):
            assert not_refused(lambda m, index=index: list(carried[m][index]), UnscopedQuery) == []


@pytest.mark.parametrize("model", MODELS, ids=label)
def test_none_works_everywhere_for_forms_need_it(model: Model) -> None:
    assert list(model.objects.none()) == []
    assert list(model.objects.none().filter(pk=uuid4())) == []
    assert not model.objects.none().exists()


@pytest.mark.parametrize("model", MODELS, ids=label)
def test_a_named_reason_sees_all_workspaces(model: Model) -> None:
    with cross_tenant(CrossTenant.SEED):
        assert list(model.objects.raw(f'SELECT * FROM "{model._meta.db_table}"')) == list(model.objects.all())
        assert "WHERE" not in str(model.objects.order_by().query)


def test_deleting_a_workspace_cascades_only_with_a_scope(harbour: Workspace) -> None:
    with pytest.raises(UnscopedQuery):
        harbour.delete()


def test_the_walk_covers_models() -> None:
    assert len(MODELS) >= 6
    assert all(issubclass(model, models.Model) for model in MODELS)
