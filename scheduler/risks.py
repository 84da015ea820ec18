"""Telling people about their posts at risk: one mail for all that the look ahead newly found, once (P25)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scheduler.clock import database_now
from scheduler.digests import Digest
from scheduler.holds import TOLD_AT_ONCE
from scheduler.models import Post
from scheduler.notices import addressees, link_to, names_of
from scheduler.states import EventKind, PostStatus
from scheduler.transitions import note

if TYPE_CHECKING:
    from accounts.models import Membership


class Risks(Digest):
    """What may keep posts from going out, found ahead."""

    template = "scheduler/mail/at_risk.txt"

    def untold(self) -> Any:
        """A post past its time is other news, and so is one whose hold is told of by `holds`."""
        rows = Post.objects.exclude(risk="").filter(
            risk_told_at__isnull=True, status=PostStatus.SCHEDULED, due_at__gt=database_now()
        )
        return rows.exclude(hold__in=TOLD_AT_ONCE).order_by("due_at", "pk")

    def subject(self, count: str) -> str:
        return f"{count} may not go out"

    def row(self, post: Post, reader: Membership | None) -> Any:
        return post, link_to(post)

    def mark(self, post: Post) -> None:
        """Told of exactly this risk: where the post changed meanwhile, its new risk is told of as well."""
        rows = Post.objects.filter(workspace_id=post.workspace_id, pk=post.pk, risk=post.risk)
        if rows.update(risk_told_at=database_now()):
            note(post, EventKind.OWNER_TOLD, reason=post.risk, to=names_of(addressees(post)))


def tell_owners() -> int:
    """Returns how many mails were accepted."""
    return Risks().tell_owners()
