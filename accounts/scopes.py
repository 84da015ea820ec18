"""Which workspace the running code is in: the state behind the tenant manager.

A scope is nothing, one workspace, or a named reason to look across all of them. It lives in a context
variable, so threads, tasks and requests never see each other's. `accounts.tenancy` is what models build on;
this module only remembers.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from accounts.models import Workspace


class UnscopedQuery(RuntimeError):
    """A tenant table was touched without a workspace, or with a query built in another scope."""


class ForeignWorkspace(RuntimeError):
    """A write named a row of another workspace, or tried to move a row there."""


class CrossTenant(StrEnum):
    """Every reason to leave the scope; a test compares the uses in the code with this list."""

    DISPATCH = "dispatch"  # claims due posts of all workspaces, fairly
    COMMIT = "commit"  # publishes posts that are due at one instant, in chunks
    CONFIRM = "confirm"  # asks TikTok about posts in flight, in chunks
    TOKEN_REFRESH = "token_refresh"  # renews tokens before they expire
    OAUTH_CALLBACK = "oauth_callback"  # finds the workspace that a state belongs to
    CONNECT_LINK = (
        "connect_link"  # finds the workspace that a creator's link or pending connection belongs to
    )
    WEBHOOK_LOOKUP = "webhook_lookup"  # finds the connections that an event of TikTok's is about
    TAKE_OVER = "take_over"  # ends the connection that another workspace holds to the same creator
    MEDIA_SWEEP = "media_sweep"  # probes waiting files and removes abandoned ones
    UPLOAD_ROOM = "upload_room"  # counts what uploads under way will take of the disk, which all share
    PAUSE = "pause"  # the operator's switch: stops and wakes posts of all workspaces
    CAPS = "caps"  # counts the creators this app posts for; TikTok caps them across workspaces
    REPEATS = "repeats"  # finds rules of recurring posts whose copies are to be made
    NUMBERS = "numbers"  # finds accounts whose posts are to be counted
    ZONE_RULES = "zone_rules"  # finds posts whose wall clock means another instant by new rules of their zone
    NOTICES = "notices"  # finds people who have not been told yet
    RESTORE = "restore"  # after a restored backup: what may have gone out already
    STATUS = "status"  # how the work of the whole installation goes, in numbers without names
    ADMIN = "admin"  # the staff's read-only pages
    SEED = "seed"  # fills, or looks into, a demo or test database


Scope = UUID | CrossTenant | None

_scope: ContextVar[Scope] = ContextVar("oncue_scope", default=None)


def current_scope() -> Scope:
    """The scope of this thread or task: a workspace id, a reason, or None."""
    return _scope.get()


@contextmanager
def workspace_scope(workspace: Workspace | UUID | str) -> Iterator[UUID]:
    """Everything inside belongs to one workspace. Yields its id; the scope before it returns afterwards."""
    workspace_id = (
        workspace if isinstance(workspace, UUID) else UUID(str(getattr(workspace, "pk", workspace)))
    )
    with _entered(workspace_id):
        yield workspace_id


@contextmanager
def cross_tenant(reason: CrossTenant) -> Iterator[None]:
    """Everything inside sees all workspaces, for a named reason. Narrow again as soon as the row is known."""
    with _entered(CrossTenant(reason)):
        yield


@contextmanager
def _entered(scope: UUID | CrossTenant) -> Iterator[None]:
    token = _scope.set(scope)
    try:
        yield
    finally:
        _scope.reset(token)
