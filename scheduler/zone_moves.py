"""Telling owners that clocks changed and a scheduled post of theirs has another instant: one mail for all (F-41).

Whoever changed the workspace's zone has seen the list, and is not told of it by mail. Nor is anybody told of a post
that somebody has agreed to, or given another time, since: that person chose the moment which it has now.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from scheduler.clock import database_now
from scheduler.digests import Digest
from scheduler.models import Post, PostEvent
from scheduler.notices import addressees, link_to, names_of
from scheduler.states import EventKind, PostStatus
from scheduler.timeline import CLOCKS_CHANGED
from scheduler.transitions import note

if TYPE_CHECKING:
    from accounts.models import Membership

LOOKS_BACK = timedelta(days=3)
CLOCKS = {"kind": EventKind.RESCHEDULED, "detail__has_key": "because"}
"""The lines of `rezoning`; an index of their own finds them among millions."""


class ZoneMoves(Digest):
    """Scheduled posts whose last change of time was the clocks'."""

    template = "scheduler/mail/clocks_changed.txt"

    def untold(self) -> Any:
        now = database_now()
        recent = PostEvent.objects.filter(**CLOCKS, at__gt=now - LOOKS_BACK)
        lines = PostEvent.objects.filter(workspace_id=OuterRef("workspace_id"), post=OuterRef("pk"))
        moves = lines.filter(kind=EventKind.RESCHEDULED).order_by("-at")
        posts = Post.objects.filter(status=PostStatus.SCHEDULED, due_at__gt=now, pk__in=recent.values("post"))
        posts = posts.annotate(
            moved_at=Subquery(moves.values("at")[:1]),
            moved_by=Subquery(moves.values("by")[:1]),
            moved=Subquery(moves.values("detail")[:1]),
            told_at=Subquery(
                lines.filter(kind=EventKind.OWNER_TOLD, detail__has_key="clocks")
                .order_by("-at")
                .values("at")[:1]
            ),
            owner=Coalesce("consent_by", "created_by"),
        )
        by_another = Q(moved_by__isnull=True) | ~Q(moved_by=F("owner"))
        news = Q(told_at__isnull=True) | Q(told_at__lt=F("moved_at"))
        clocks = Q(moved__has_key="because", consent_at__lt=F("moved_at"))
        return posts.filter(clocks, by_another, news).order_by("due_at", "pk")

    def subject(self, count: str) -> str:
        return f"{count} will go out at another moment"

    def row(self, post: Any, reader: Membership | None) -> Any:
        return (
            post,
            datetime.fromisoformat(post.moved["was"]),
            CLOCKS_CHANGED[post.moved["because"]],
            link_to(post),
        )

    def mark(self, post: Any) -> None:
        note(post, EventKind.OWNER_TOLD, clocks=post.moved["because"], to=names_of(addressees(post)))


def tell_owners() -> int:
    """Returns how many mails were accepted."""
    return ZoneMoves().tell_owners()
