"""The one writer of a post's status.

A change is a conditional update: the status, and the fence or version the caller saw, must still hold. Losing
that race is an ordinary answer (`LostRace`), never an overwrite. The timeline's line is written in the same
transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction

from scheduler.models import Post, PostEvent
from scheduler.signals import post_moved
from scheduler.states import TRANSITIONS, EventKind, PostStatus, Reason

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from scheduler.models import PublishAttempt


@dataclass(frozen=True)
class Said:
    """What TikTok said, kept beside the change it caused: its code, on which call, and the log id support asks for."""

    code: str = ""
    surface: str = ""
    log_id: str = ""
    http_status: int | None = None

    @property
    def columns(self) -> dict[str, str]:
        """The part that a post keeps."""
        return {"code": self.code[:64], "surface": self.surface, "log_id": self.log_id[:64]}


NOTHING = Said()


class LostRace(Exception):
    """The row is no longer as the caller saw it: somebody else was first, and what they did stands."""


class IllegalTransition(Exception):
    """The table does not know this change: a defect of ours, never a person's mistake."""


def note(
    post: Post,
    kind: EventKind,
    *,
    attempt: PublishAttempt | None = None,
    by: User | None = None,
    reason: str = "",
    said: Said = NOTHING,
    **detail: Any,
) -> PostEvent:
    """A line of the timeline that changes no status."""
    return PostEvent.objects.create(
        workspace_id=post.workspace_id,
        post=post,
        attempt=attempt,
        kind=kind,
        by=by,
        reason=reason,
        code=said.code[:64],
        http_status=said.http_status,
        log_id=said.log_id[:64],
        detail=detail,
    )


@transaction.atomic
def move(
    post: Post,
    to: PostStatus,
    *,
    fence: int,
    by: User | None = None,
    next_step_at: datetime | None,
    reason: Reason | None = None,
    said: Said = NOTHING,
    attempt: PublishAttempt | None = None,
    detail: dict[str, Any] | None = None,
    raise_fence: bool = False,
    **columns: Any,
) -> None:
    """Change the status if the post still stands under `fence`; columns go along in the same statement.

    A person's change raises the fence, so that whatever a worker was about to write finds that it lost.

    Raises LostRace where nobody's row matched, IllegalTransition where the table forbids the change.
    """
    was = PostStatus(post.status)
    if to not in TRANSITIONS[was]:
        raise IllegalTransition(f"{was} → {to}")
    columns |= {
        "status": to,
        "hold": "",
        "reason": reason or "",
        "next_step_at": next_step_at,
        "troubles": 0,
        **said.columns,
    }
    _update(post, fence, was, columns, raise_fence)
    event = PostEvent.objects.create(
        workspace_id=post.workspace_id,
        post=post,
        attempt=attempt,
        kind=EventKind.MOVED,
        status_from=was,
        status_to=to,
        reason=reason or "",
        by=by,
        code=said.code[:64],
        http_status=said.http_status,
        log_id=said.log_id[:64],
        detail=detail or {},
    )
    post_moved.send(sender=Post, event=event)


def keep(post: Post, *, fence: int, raise_fence: bool = False, **columns: Any) -> None:
    """Write columns other than the status under the same condition as `move`."""
    if "status" in columns:
        raise IllegalTransition("keep() leaves the status alone; move() changes it.")
    _update(post, fence, PostStatus(post.status), columns, raise_fence)


def _update(post: Post, fence: int, was: PostStatus, columns: dict[str, Any], raise_fence: bool) -> None:
    if raise_fence:
        columns = columns | {"fence": fence + 1}
    matched = Post.objects.filter(workspace_id=post.workspace_id, pk=post.pk, fence=fence, status=was).update(
        **columns
    )
    if not matched:
        raise LostRace(f"post {post.pk} moved on")
    for column, value in columns.items():
        setattr(post, column, value)
