"""What the owner of an overdue post is told: its place while it waits, and by how much it was missed (F-50, R-82).

`lateness` decides whether and when it goes out; here is only what the page says about that.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Case, OuterRef, Subquery, When

from scheduler import explaining, lateness
from scheduler.models import Post, PostEvent
from scheduler.states import Explanation, PostStatus, Reason


@dataclass(frozen=True)
class Queue:
    """`ahead` posts of the workspace were due before this one and still go out; after `until` it would be missed."""

    ahead: int
    until: datetime


def queue_of(post: Post, now: datetime) -> Queue | None:
    """Where an overdue post stands; None for every other."""
    if post.status != PostStatus.SCHEDULED or post.hold or post.due_at is None:
        return None
    if now <= post.due_at + lateness.GRACE:
        return None
    limit = lateness.limit_of(post.workspace_id)
    if lateness.too_late(post, now, limit):
        return None
    earlier = lateness.still_go_out(post.workspace_id, now, limit).filter(due_at__lt=post.due_at)
    return Queue(earlier.count(), lateness.deadline(post, limit))


def missed_at() -> Case:
    """For `annotate`: when a post was missed; null for every other."""
    moves = PostEvent.objects.filter(
        workspace_id=OuterRef("workspace_id"), post=OuterRef("pk"), status_to=PostStatus.MISSED
    )
    return Case(When(status=PostStatus.MISSED, then=Subquery(moves.order_by("-at").values("at")[:1])))


def explain(post: Post, missed_at: datetime | None = None) -> Explanation | None:
    """`explaining.explain`, and where it was missed for being late, with how late it was when we gave up.

    `missed_at` need not be said of a post that was fetched with the annotation of that name.
    """
    told = explaining.explain(post)
    was_late = post.status == PostStatus.MISSED and post.reason == Reason.LATE
    at: datetime | None = missed_at or getattr(post, "missed_at", None)
    if told is None or not was_late or at is None or post.due_at is None:
        return told
    return replace(told, title=f"We were {in_words(at - post.due_at)} late, so we didn't post")


def in_words(time: timedelta) -> str:
    """`42 min`, `3 h 20 min`, `2 days`: whole units, never more than was."""
    minutes = int(time.total_seconds() // 60)
    hours, rest = divmod(minutes, 60)
    if hours >= 48:
        return f"{hours // 24} days"
    if hours:
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    return f"{minutes} min"
