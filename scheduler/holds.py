"""Telling people about their posts on hold: one mail for all that newly wait, once for each reason.

At once where the post will not go out by itself, or only late; a pause, and what the operator has to mend, once a
post is overdue for it. What is missed in the end is `notices`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import F, OuterRef, Q, Subquery

from scheduler.clock import database_now
from scheduler.digests import Digest
from scheduler.explaining import explain
from scheduler.lateness import GRACE
from scheduler.models import Post, PostEvent
from scheduler.needs import button
from scheduler.notices import addressees, link_to, names_of
from scheduler.states import EventKind, PostStatus, Reason
from scheduler.transitions import note

if TYPE_CHECKING:
    from accounts.models import Membership

TOLD_AT_ONCE = (
    Reason.NEEDS_RECONNECT,
    Reason.ACCOUNT_DISCONNECTED,
    Reason.SCOPE_MISSING,
    Reason.DAILY_CAP,
    Reason.PENDING_SHARES,
)

SAME_NEWS = timedelta(days=1)
"""A hold is lifted now and then to look again; the same one after it is no news for this long."""


class Holds(Digest):
    """Posts that wait, and why."""

    template = "scheduler/mail/on_hold.txt"

    def untold(self) -> Any:
        posts = Post.objects.filter(status=PostStatus.SCHEDULED).exclude(hold="")
        overdue = Q(due_at__lt=database_now() - GRACE)
        concerned = posts.filter(overdue | Q(hold__in=TOLD_AT_ONCE)).annotate(
            held_at=_last(EventKind.HELD), told_at=_last(EventKind.OWNER_TOLD, detail__has_key="held")
        )
        news = Q(told_at__isnull=True) | Q(held_at__gt=F("told_at") + SAME_NEWS)
        return concerned.filter(news).order_by("due_at", "pk")

    def subject(self, count: str) -> str:
        return f"{count} on hold"

    def row(self, post: Post, reader: Membership | None) -> Any:
        told = explain(post)
        assert told is not None  # every hold has its words
        return post, told, button(post, told, reader), link_to(post)

    def mark(self, post: Post) -> None:
        note(post, EventKind.OWNER_TOLD, reason=post.hold, held=post.hold, to=names_of(addressees(post)))


def tell_owners() -> int:
    """Returns how many mails were accepted."""
    return Holds().tell_owners()


def _last(kind: EventKind, **about: Any) -> Subquery:
    """When a line of this kind was last written about the reason that the post now waits for."""
    lines = PostEvent.objects.filter(
        workspace_id=OuterRef("workspace_id"),
        post=OuterRef("pk"),
        kind=kind,
        reason=OuterRef("hold"),
        **about,
    )
    return Subquery(lines.order_by("-at").values("at")[:1])
