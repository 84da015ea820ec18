"""What people do to workspaces: verbs, each one transaction with its audit event inside."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from accounts import audit
from accounts.models import Membership, Workspace
from accounts.permissions import Role
from accounts.scopes import workspace_scope

if TYPE_CHECKING:
    from accounts.models import User

SLUG_TRIES = 5


@transaction.atomic
def create_workspace(*, name: str, time_zone: str, by: User) -> Workspace:
    """Makes a workspace whose owner is `by`. `time_zone` is an IANA name; the slug is made from the name.

    Raises `ValidationError` for a name or zone that the model refuses.
    """
    workspace = _with_free_slug(Workspace(name=name.strip(), time_zone=time_zone))
    Membership.objects.create(workspace=workspace, user=by, role=Role.OWNER)
    with workspace_scope(workspace):
        audit.record(action="workspace.created", by=by, target=workspace, detail={"name": workspace.name})
    return workspace


@transaction.atomic
def add_member(*, workspace: Workspace, user: User, role: Role, by: User) -> Membership:
    """Lets `user` into the workspace. Raises `IntegrityError` for someone who is in it already."""
    membership = Membership.objects.create(workspace=workspace, user=user, role=role)
    with workspace_scope(workspace):
        audit.record(
            action="member.added", by=by, target=workspace, detail={"user": str(user.pk), "role": role.value}
        )
    return membership


@transaction.atomic
def rename_workspace(*, workspace: Workspace, name: str, by: User) -> None:
    """Another name; its address stays. Raises `ValidationError` for a name that the model refuses."""
    was = Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk).name
    workspace.name = name.strip()
    workspace.clean_fields()
    workspace.save(update_fields=["name"])
    with workspace_scope(workspace):
        detail = {"was": was, "now": workspace.name}
        audit.record(action="workspace.renamed", by=by, target=workspace, detail=detail)


@transaction.atomic
def change_zone(*, workspace: Workspace, time_zone: str, keep: str, by: User) -> None:
    """Another zone to plan in; what stays the same of planned posts is the caller's, who names it for the record.

    Raises `ValidationError` for a zone that nobody knows.
    """
    was, workspace.time_zone = workspace.time_zone, time_zone
    workspace.clean_fields()
    workspace.save(update_fields=["time_zone"])
    with workspace_scope(workspace):
        detail = {"was": was, "now": time_zone, "posts_keep": keep}
        audit.record(action="workspace.zone_changed", by=by, target=workspace, detail=detail)


def _with_free_slug(workspace: Workspace) -> Workspace:
    """Saved under the plain slug of its name or, where that is taken, with random letters behind it.

    Never a counter: it would tell how many others chose the name.
    """
    base = slugify(workspace.name)[:50] or "workspace"
    for candidate in [base, *(f"{base}-{secrets.token_hex(3)}" for _ in range(SLUG_TRIES))]:
        workspace.slug = candidate
        workspace.clean_fields()
        try:
            with transaction.atomic():
                workspace.save(force_insert=True)
        except IntegrityError:
            continue
        return workspace
    raise IntegrityError(f"No free slug for {base} in {SLUG_TRIES} tries.")
