"""Every model has decided whose rows it holds, and the database keeps the decision (R-10, R-14)."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.db import IntegrityError, connection, models
from django.db.models import ForeignObjectRel
from psycopg.errors import ForeignKeyViolation

from accounts.models import Workspace
from accounts.tenancy import WorkspaceManager
from tests.architecture.tenants import GLOBAL, global_models, label, tenant_models, tenant_pairs

pytestmark = pytest.mark.django_db


def rows(sql: str, *params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def test_every_model_is_a_tenant_model_or_global_for_a_reason() -> None:
    assert {model._meta.label for model in global_models()} == set(GLOBAL)


@pytest.mark.parametrize("model", tenant_models(), ids=label)
def test_a_tenant_model_has_no_way_around_its_manager(model: type[models.Model]) -> None:
    assert isinstance(model._base_manager, WorkspaceManager)
    assert isinstance(model._default_manager, WorkspaceManager)
    assert all(isinstance(manager, WorkspaceManager) for manager in model._meta.managers)


@pytest.mark.parametrize("model", tenant_models(), ids=label)
def test_a_tenant_table_has_its_workspace_in_every_row_and_first_in_an_index(
    model: type[models.Model],
) -> None:
    table = model._meta.db_table
    assert not model._meta.get_field("workspace").null
    assert rows(
        "SELECT 1 FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] "
        "WHERE i.indrelid = %s::regclass AND a.attname = 'workspace_id' AND i.indpred IS NULL",
        f'"{table}"',
    )


@pytest.mark.parametrize("model", global_models(), ids=label)
def test_no_query_can_start_from_a_global_model_and_join_tenant_rows(model: type[models.Model]) -> None:
    """The manager cannot see such a join, so the way back does not exist: `related_name="+"`."""
    back = [
        relation
        for relation in model._meta.get_fields(include_hidden=True)
        if isinstance(relation, ForeignObjectRel) and relation.related_model in tenant_models()
    ]
    assert [relation.field.name for relation in back if not relation.hidden] == []
    for relation in back:
        with pytest.raises(FieldDoesNotExist):
            model._meta.get_field(relation.field.model._meta.model_name)


def test_there_are_foreign_keys_between_tenant_tables_to_look_at() -> None:
    assert len(tenant_pairs()) >= 5


@pytest.mark.parametrize(("child", "field"), tenant_pairs(), ids=label)
def test_a_foreign_key_between_tenant_tables_names_the_workspace_too(
    child: type[models.Model], field: Any
) -> None:
    found = rows(
        "SELECT (SELECT array_agg(attname ORDER BY k) FROM unnest(c.conkey) WITH ORDINALITY AS u(n, k) "
        "JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = u.n), "
        "(SELECT array_agg(attname ORDER BY k) FROM unnest(c.confkey) WITH ORDINALITY AS u(n, k) "
        "JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = u.n) "
        "FROM pg_constraint c WHERE c.contype = 'f' AND c.conrelid = %s::regclass "
        "AND c.confrelid = %s::regclass",
        f'"{child._meta.db_table}"',
        f'"{field.related_model._meta.db_table}"',
    )
    assert (["workspace_id", field.column], ["workspace_id", "id"]) in found


@pytest.mark.parametrize(("child", "field"), tenant_pairs(), ids=label)
def test_the_database_refuses_a_relative_from_another_workspace(
    child: type[models.Model], field: Any, harbour: Workspace, elsewhere: Workspace
) -> None:
    """Rows hold nothing but their keys here: whatever else the tables demand is lifted until the rollback."""
    parent = field.related_model
    run("SET CONSTRAINTS ALL IMMEDIATE", "SET CONSTRAINTS ALL DEFERRED")
    for model in {child, parent}:
        run(*without_demands(model))
    theirs, ours = add(parent, elsewhere), add(parent, harbour)

    add(child, harbour, **{field.column: ours})
    run("SET CONSTRAINTS ALL IMMEDIATE", "SET CONSTRAINTS ALL DEFERRED")
    add(child, harbour, **{field.column: theirs})

    with pytest.raises(IntegrityError) as refusal:
        run("SET CONSTRAINTS ALL IMMEDIATE")
    cause = refusal.value.__cause__
    assert isinstance(cause, ForeignKeyViolation)
    assert str(cause.diag.constraint_name).endswith("_tenant_fk")


def without_demands(model: type[models.Model]) -> list[str]:
    table = model._meta.db_table
    checks = rows(
        "SELECT conname FROM pg_constraint WHERE contype = 'c' AND conrelid = %s::regclass", f'"{table}"'
    )
    columns = [field.column for field in model._meta.concrete_fields if field.column not in KEYS]
    return [
        *(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"' for (name,) in checks),
        *(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" DROP NOT NULL' for column in columns),
    ]


KEYS = {"id", "workspace_id"}


def add(model: type[models.Model], workspace: Workspace, **columns: Any) -> Any:
    names = ", ".join(["id", "workspace_id", *columns])
    marks = ", ".join(["gen_random_uuid()", *(["%s"] * (1 + len(columns)))])
    [(key,)] = rows(
        f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ({marks}) RETURNING id',
        workspace.pk,
        *columns.values(),
    )
    return key
