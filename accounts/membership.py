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
