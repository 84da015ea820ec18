"""Telling people about copies of recurring posts that will not go out, because nobody has agreed to them yet."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef

from scheduler.clock import database_now
from scheduler.digests import Digest
from scheduler.models import Post, PostEvent
from scheduler.notices import addressees, link_to, names_of
from scheduler.states import EventKind, PostStatus
from scheduler.transitions import note

if TYPE_CHECKING:
    from accounts.models import Membership

TOLD_AHEAD = timedelta(days=3)


class Unagreed(Digest):
    """Copies that are due soon and still drafts; each is told of once."""

    template = "scheduler/mail/unagreed.txt"

    def untold(self) -> Any:
        now = database_now()
        told = PostEvent.objects.filter(
            workspace_id=OuterRef("workspace_id"),
            post=OuterRef("pk"),
            kind=EventKind.OWNER_TOLD,
            detail__has_key="unagreed",
        )
        drafts = Post.objects.filter(status=PostStatus.DRAFT, repeat_copy__isnull=False)
        soon = drafts.filter(due_at__gt=now, due_at__lte=now + TOLD_AHEAD)
        return soon.filter(~Exists(told)).order_by("due_at", "pk")

    def subject(self, count: str) -> str:
        return f"{count} to agree to"

    def row(self, post: Post, reader: Membership | None) -> Any:
        return post, link_to(post)

    def mark(self, post: Post) -> None:
        note(post, EventKind.OWNER_TOLD, unagreed=True, to=names_of(addressees(post)))


def tell_owners() -> int:
    """Returns how many mails were accepted."""
    return Unagreed().tell_owners()
