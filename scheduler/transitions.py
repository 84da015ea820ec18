"""The one writer of a post's status.

A change is a conditional update: the status, and the fence or version the caller saw, must still hold. Losing
that race is an ordinary answer (`LostRace`), never an overwrite. The timeline's line is written in the same
transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from scheduler.models import Post, PostEvent
from scheduler.signals import post_moved
from scheduler.states import ASKED_ABOUT, TRANSITIONS, EventKind, NextStep, PostStatus, Reason

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

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


def move_all(
    moves: Sequence[tuple[Post, PublishAttempt]], to: PostStatus, *, fences: Mapping[UUID, int]
) -> set[UUID]:
    """`move` for many posts at one instant, in one statement; returns those that still stood under their fence.

    `next_step_at` is left to the lease that the caller holds. Nobody is told by signal: with a thousand posts due
    at once, each object made here would be lateness.
    """
    for post, _ in moves:
        if to not in TRANSITIONS[PostStatus(post.status)]:
            raise IllegalTransition(f"{post.status} → {to}")
    with connection.cursor() as cursor:
        cursor.execute(
            MOVE_ALL,
            {
                "to": to,
                "kind": EventKind.MOVED,
                "posts": [post.pk for post, _ in moves],
                "fences": [fences[post.pk] for post, _ in moves],
                "was": [post.status for post, _ in moves],
                "attempts": [attempt.pk for _, attempt in moves],
            },
        )
        return {row[0] for row in cursor}


MOVE_ALL = """
WITH seen AS (
    SELECT * FROM unnest(%(posts)s::uuid[], %(fences)s::bigint[], %(was)s::text[], %(attempts)s::uuid[])
        AS post (id, fence, status, attempt)
), moved AS (
    UPDATE scheduler_post AS post
    SET status = %(to)s, hold = '', reason = '', troubles = 0, code = '', surface = '', log_id = ''
    FROM seen WHERE post.id = seen.id AND post.fence = seen.fence AND post.status = seen.status
    RETURNING post.id, post.workspace_id, seen.status, seen.attempt
), told AS (
    INSERT INTO scheduler_postevent
        (id, workspace_id, post_id, attempt_id, kind, status_from, status_to, reason, code, log_id, detail)
    SELECT gen_random_uuid(), workspace_id, id, attempt, %(kind)s, status, %(to)s, '', '', '', '{}' FROM moved
)
SELECT id FROM moved
"""


def waits_for(status: PostStatus) -> NextStep:
    """The queue of a row in this status, where the step that puts it there names no other."""
    return NextStep.ASK if status in ASKED_ABOUT else NextStep.START


def keep(post: Post, *, fence: int, raise_fence: bool = False, **columns: Any) -> None:
    """Write columns other than the status under the same condition as `move`."""
    if "status" in columns:
        raise IllegalTransition("keep() leaves the status alone; move() changes it.")
    _update(post, fence, PostStatus(post.status), columns, raise_fence)


def _update(post: Post, fence: int, was: PostStatus, columns: dict[str, Any], raise_fence: bool) -> None:
    if "next_step_at" in columns:
        columns = {"next_step": waits_for(PostStatus(columns.get("status", was)))} | columns
    if raise_fence:
        columns = columns | {"fence": fence + 1}
    matched = Post.objects.filter(workspace_id=post.workspace_id, pk=post.pk, fence=fence, status=was).update(
        **columns
    )
    if not matched:
        raise LostRace(f"post {post.pk} moved on")
    for column, value in columns.items():
        setattr(post, column, value)
