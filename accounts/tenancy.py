"""Rows that belong to one workspace, and a manager that refuses to forget which.

`WorkspaceOwned` is the base of every tenant model. Its manager filters by the current scope
(`accounts.scopes`) and raises where there is none, on reads and writes alike; the check sits in the query
itself, so `exists()`, sub-queries, async iteration and cascades meet it too. It is the net, not the filter:
code still names its workspace. The second net is in the database (`accounts.operations.CompositeForeignKey`).

It overrides Django internals (`Query.get_compiler`, `Query.chain`, `_insert`, `_update`, `_raw_delete`);
`tests/architecture/test_tenant_operations.py` must pass before Django is upgraded.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from typing import Any, ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import sql
from django.db.models.sql.where import NothingNode

from accounts.operations import CompositeForeignKey
from accounts.scopes import (
    CrossTenant,
    ForeignWorkspace,
    Scope,
    UnscopedQuery,
    cross_tenant,
    current_scope,
    workspace_scope,
)

__all__ = [
    "CompositeForeignKey",
    "CrossTenant",
    "ForeignWorkspace",
    "UnscopedQuery",
    "WorkspaceManager",
    "WorkspaceOwned",
    "WorkspaceQuerySet",
    "cross_tenant",
    "current_scope",
    "workspace_scope",
]

_WORKSPACE_NAMES = {"workspace", "workspace_id"}


class _ScopedQuery(sql.Query):
    """A query that compiles only in the scope it was built in, or under a cross-tenant reason."""

    scope: Scope = None

    def get_compiler(self, *args: Any, **kwargs: Any) -> Any:
        if not self._is_empty_by_design():
            _check_scope(self)
        return super().get_compiler(*args, **kwargs)

    def chain(self, klass: Any = None) -> Any:
        return super().chain(_ScopedUpdate if klass is sql.UpdateQuery else klass)

    def _is_empty_by_design(self) -> bool:
        """`none()` reads nothing, wherever it runs; forms are built with it."""
        return any(isinstance(condition, NothingNode) for condition in self.where.children)


class _ScopedUpdate(_ScopedQuery, sql.UpdateQuery):
    """The UPDATE that a scoped query turns into."""


def _check_scope(query: Any) -> None:
    scope, name = current_scope(), query.model._meta.label
    if scope is None:
        raise UnscopedQuery(f"{name} was queried without a workspace; enter workspace_scope() first.")
    if isinstance(scope, UUID) and query.scope != scope:
        raise UnscopedQuery(f"This query on {name} was built outside the workspace that runs it.")


def _check_writable(rows: Iterable[models.Model]) -> None:
    """Every row belongs to the current scope, and none was loaded from another workspace."""
    scope = current_scope()
    for row in rows:
        if scope is None:
            raise UnscopedQuery(f"{row._meta.label} was written without a workspace.")
        owner = row.workspace_id  # type: ignore[attr-defined]
        if isinstance(scope, UUID) and owner != scope:
            raise ForeignWorkspace(f"{row._meta.label} {row.pk} belongs to another workspace.")
        if getattr(row._state, "workspace_id", owner) != owner:
            raise ForeignWorkspace(f"{row._meta.label} {row.pk} cannot move to another workspace.")


class WorkspaceQuerySet(models.QuerySet[Any]):
    """The query set of tenant models; subclass it and use `.as_manager()` for named filters."""

    def __init__(self, model: Any = None, query: Any = None, using: Any = None, hints: Any = None) -> None:
        super().__init__(model, query or _ScopedQuery(model), using, hints)

    @classmethod
    def as_manager(cls) -> Any:
        return WorkspaceManager.from_queryset(cls)()

    as_manager.__func__.queryset_only = True  # type: ignore[attr-defined]

    def update(self, **values: Any) -> int:
        if _WORKSPACE_NAMES & values.keys():
            raise ForeignWorkspace(f"Rows of {self.model._meta.label} never change their workspace.")
        return super().update(**values)

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], batch_size: int | None = None) -> int:
        rows = tuple(objs)
        _check_writable(rows)
        return super().bulk_update(rows, fields, batch_size)

    def raw(self, *args: Any, **kwargs: Any) -> Any:
        if not isinstance(current_scope(), CrossTenant):
            raise UnscopedQuery(f"raw() on {self.model._meta.label} cannot be kept inside a workspace.")
        return super().raw(*args, **kwargs)

    def _insert(self, objs: Collection[models.Model], *args: Any, **kwargs: Any) -> Any:
        _check_writable(objs)
        return super()._insert(objs, *args, **kwargs)  # type: ignore[misc]

    _insert.alters_data = True  # type: ignore[attr-defined]
    _insert.queryset_only = False  # type: ignore[attr-defined]

    def _raw_delete(self, using: Any) -> int:
        _check_scope(self.query)  # it compiles a plain DELETE, past the scoped query
        return super()._raw_delete(using)  # type: ignore[misc]

    _raw_delete.alters_data = True  # type: ignore[attr-defined]


class WorkspaceManager(models.Manager.from_queryset(WorkspaceQuerySet)):  # type: ignore[misc]
    """Starts every query inside the current scope."""

    def get_queryset(self) -> Any:
        rows, scope = super().get_queryset(), current_scope()
        rows.query.scope = scope
        return rows.filter(workspace_id=scope) if isinstance(scope, UUID) else rows


class WorkspaceOwned(models.Model):
    """A row of one workspace: random id known before the row is written, workspace fixed for life."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(
        "accounts.Workspace", on_delete=models.CASCADE, related_name="+", editable=False
    )

    objects: ClassVar[Any] = WorkspaceManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"
        default_manager_name = "objects"

    def save(self, *args: Any, **kwargs: Any) -> None:
        _check_writable([self])
        super().save(*args, **kwargs)
        self._remember_workspace()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        _check_writable([self])
        return super().delete(*args, **kwargs)

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> Self:
        row = super().from_db(*args, **kwargs)
        row._remember_workspace()
        return row

    def _remember_workspace(self) -> None:
        if "workspace_id" in self.__dict__:
            self._state.workspace_id = self.workspace_id  # type: ignore[attr-defined]
