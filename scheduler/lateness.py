"""What happens to a post whose time has passed: within the workspace's limit it still goes out, one at a time.

The limit decides between late and missed (R-82). The spacing decides how what is late goes out after an outage: in
the order it was due, not as a burst (F-51).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q, QuerySet

from accounts import audit
from scheduler.models import Post, PublishAttempt, PublishingSettings
from scheduler.states import PostStatus

if TYPE_CHECKING:
    from accounts.models import User, Workspace

DEFAULT_LIMIT = 60
HIGHEST_LIMIT = 1440
"""Minutes; 0 means that a post goes out in its minute or not at all."""

GRACE = timedelta(minutes=1)
"""Lateness that nobody would call an outage: the step itself takes time."""

SPACING = timedelta(minutes=2)


def limit_of(workspace_id: UUID) -> int:
    """How many minutes late a post of this workspace may still go out."""
    rows = PublishingSettings.objects.filter(workspace_id=workspace_id)
    chosen: int | None = rows.values_list("late_limit_minutes", flat=True).first()
    return DEFAULT_LIMIT if chosen is None else chosen


def deadline(post: Post, limit_minutes: int) -> datetime:
    """After this instant the post is missed."""
    assert post.due_at is not None
    return post.due_at + _leeway(limit_minutes)


def still_go_out(workspace_id: UUID, now: datetime, limit_minutes: int) -> QuerySet[Post]:
    """The workspace's waiting posts: those to come, and the overdue ones that are not beyond its limit."""
    return Post.objects.filter(
        workspace_id=workspace_id,
        status=PostStatus.SCHEDULED,
        hold="",
        due_at__gte=now - _leeway(limit_minutes),
    )


def too_late(post: Post, now: datetime, limit_minutes: int) -> bool:
    """Whether the workspace would rather decide than have it go out now."""
    return post.due_at is not None and now > deadline(post, limit_minutes)


def not_before(post: Post, now: datetime) -> datetime | None:
    """When an overdue post may go out; None: now, as every post that is punctual.

    Ask before its init and again before its commit: two overdue posts of a creator are never both told "now".
    """
    if post.due_at is None or now <= post.due_at + GRACE:
        return None
    if _is_behind_another(post, now):
        return now + SPACING
    last = PublishAttempt.objects.filter(
        workspace_id=post.workspace_id, account_id=post.account_id, commit_intent_at__isnull=False
    ).aggregate(last=Max("commit_intent_at"))["last"]
    return last + SPACING if last and last + SPACING > now else None


def choose_limit(*, workspace: Workspace, minutes: int, by: User) -> None:
    """Set the workspace's limit, 0 to `HIGHEST_LIMIT` minutes; the database refuses more."""
    with transaction.atomic():
        was = limit_of(workspace.pk)
        PublishingSettings.objects.update_or_create(
            workspace=workspace, defaults={"late_limit_minutes": minutes}
        )
        if was != minutes:
            audit.record(
                action="publishing.late_limit", by=by, target=workspace, detail={"was": was, "now": minutes}
            )


def _is_behind_another(post: Post, now: datetime) -> bool:
    """Whether an earlier overdue post of the same creator still goes out; one in trouble holds nobody up."""
    rows = still_go_out(post.workspace_id, now, limit_of(post.workspace_id)).filter(
        account_id=post.account_id, troubles=0, due_at__lt=now - GRACE
    )
    return bool(rows.filter(Q(due_at__lt=post.due_at) | Q(due_at=post.due_at, pk__lt=post.pk)).exists())


def _leeway(limit_minutes: int) -> timedelta:
    return max(timedelta(minutes=limit_minutes), GRACE)
