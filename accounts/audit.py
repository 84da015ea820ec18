"""Writing the audit log: one row per sensitive act, in the transaction of the act itself (R-57)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models, transaction

from accounts import tracing
from accounts.models import AuditEvent, Workspace
from accounts.scopes import UnscopedQuery, current_scope

if TYPE_CHECKING:
    from accounts.models import User


def record(
    *, action: str, by: User | None, target: models.Model | None = None, detail: dict[str, Any] | None = None
) -> AuditEvent:
    """Writes that `by` (None: Oncue itself) did `action`, as in "account.connected", to `target`.

    `detail` holds plain JSON values and never a secret. Raises outside a transaction: the act and its record
    stand or fall together.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError(
            f"{action} must be recorded in the transaction of the act."
        )
    return AuditEvent.objects.create(
        workspace_id=_workspace_of(target),
        action=action,
        by=by,
        target_type=target._meta.label_lower if target is not None else "",
        target_id=str(target.pk) if target is not None else "",
        detail=detail or {},
        **_trace(),
    )


def record_everywhere(*, action: str, by: User | None, detail: dict[str, Any] | None = None) -> None:
    """Writes that `by` did `action` to the whole installation, in every workspace's log: each owner may read why.

    Enter `cross_tenant()` first. Raises outside a transaction, as `record`.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError(
            f"{action} must be recorded in the transaction of the act."
        )
    AuditEvent.objects.bulk_create(
        AuditEvent(workspace_id=workspace_id, action=action, by=by, detail=detail or {}, **_trace())
        for workspace_id in Workspace.objects.values_list("pk", flat=True)
    )


def _trace() -> dict[str, Any]:
    """Which request did it, and from where; nothing of what Oncue does by itself."""
    trace = tracing.current()
    return {"request_id": trace.id, "ip": trace.ip} if trace else {}


def _workspace_of(target: models.Model | None) -> UUID:
    """The scope's workspace; across tenants, the one the target belongs to."""
    scope = current_scope()
    if isinstance(scope, UUID):
        return scope
    owner = target.pk if isinstance(target, Workspace) else getattr(target, "workspace_id", None)
    if owner is None:
        raise UnscopedQuery("An audit event needs a workspace: a scope, or a target that belongs to one.")
    return UUID(str(owner))
