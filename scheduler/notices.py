"""Mail about a post that did not go out as agreed: what happened, why, what to do.

The message of the change sends it at once; a sweep each minute finds what that message did not: a broker or a mail
server that was down, a worker that died. Told is who has a line in the timeline. It is written right after the mail
was accepted, so at worst, with a death in between, somebody is told twice, and never not at all.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import Exists, F, OuterRef, Q
from django.template.loader import render_to_string
from django.urls import reverse

from accounts import hours
from accounts.mailing import ONE_MAIL_ONLY
from accounts.models import Membership, User
from accounts.once import alone
from accounts.permissions import Role
from accounts.tenancy import CrossTenant, cross_tenant, workspace_scope
from scheduler.clock import database_now
from scheduler.models import Post, PostEvent
from scheduler.needs import button
from scheduler.overdue import explain
from scheduler.states import EventKind, PostStatus
from scheduler.transitions import note

if TYPE_CHECKING:
    from accounts.models import Workspace
    from scheduler.states import Explanation

logger = logging.getLogger(__name__)

TOLD_ABOUT = frozenset({PostStatus.FAILED, PostStatus.MISSED, PostStatus.NEEDS_CHECK})

NEWS = Q(status_to__in=TOLD_ABOUT) & (Q(by__isnull=True) | Q(status_to=PostStatus.NEEDS_CHECK))
"""The changes that somebody is told about, as `is_news` has them; an index holds just these (`PostEvent`)."""

LOOKS_BACK = timedelta(days=3)
"""Older news is on the calendar; a mail about it would only puzzle."""

LEFT_TO_THE_MESSAGE = timedelta(minutes=2)
AT_ONCE = 200


def is_news(event: PostEvent) -> bool:
    """Whether the people of the post do not know of the change: what one of them did, they know.

    Only support hands a post to a person by name, and is none of them (`support.mark_needs_check`).
    """
    by_them = event.by_id is not None and event.status_to != PostStatus.NEEDS_CHECK
    return event.status_to in TOLD_ABOUT and not by_them


def tell_owner(event_id: UUID) -> None:
    """Mail about one change of status, and note on the timeline that it was sent; once, however often it is called.

    Nothing is sent where the post has moved on since. Raises what the mail server answers, with nothing noted.
    """
    with alone(f"tell_owner {event_id}") as mine:
        event = (
            PostEvent.objects.select_related("post__account", "post__workspace").filter(pk=event_id).first()
        )
        if not mine or event is None or event.post.status != event.status_to or _was_told(event):
            return
        post = event.post
        readers = addressees(post)
        with hours.following(*readers):
            told = explain(post, event.at)
            if told is None or not readers:
                return
            text = _mail(post, told, readers)
        send_mail(f"{told.title} – {post.workspace.name}", text, None, [person.email for person in readers])
        note(post, EventKind.OWNER_TOLD, to=names_of(readers), about=str(event.pk))


def _mail(post: Post, told: Explanation, readers: Sequence[User]) -> str:
    return render_to_string(
        "scheduler/mail/not_posted.txt",
        {
            "told": told,
            "post": post,
            "zone": post.due_zone,
            "button": button(post, told, member_of(post.workspace, readers)),
            "link": link_to(post),
        },
    )


def tell_waiting() -> int:
    """Tell everybody who should have been told by now. Returns how many mails were accepted."""
    sent, after = 0, Q()
    # Page by page: otherwise a page of refused mails would keep all after it untold.
    while news := _waiting(after):
        for event in news:
            with workspace_scope(event.workspace_id):
                try:
                    tell_owner(event.pk)
                except ONE_MAIL_ONLY:
                    logger.exception("The mail about event %s was refused; it is tried again", event.pk)
                except OSError:
                    logger.exception("No mail can be sent; %s and later news are tried again", event.pk)
                    return sent
                else:
                    sent += 1
        after = Q(at__gt=news[-1].at) | Q(at=news[-1].at, pk__gt=news[-1].pk)
    return sent


def addressees(post: Post) -> list[User]:
    """Who agreed to the post, or wrote it; whoever has left the workspace is replaced by its owners."""
    person = post.consent_by or post.created_by
    members = Membership.objects.filter(workspace_id=post.workspace_id).select_related("user")
    if person is not None and members.filter(user=person).exists():
        return [person]
    return [member.user for member in members.filter(role=Role.OWNER).order_by("pk")]


def member_of(workspace: Workspace, readers: Sequence[User]) -> Membership | None:
    """The membership of whoever reads a mail; of several, who are owners all, the first one's."""
    rows = Membership.objects.filter(workspace=workspace, user__in=readers[:1])
    member: Membership | None = rows.select_related("workspace").first()
    return member


def names_of(people: list[User]) -> str:
    return ", ".join(map(str, people))


def link_to(post: Post) -> str:
    page = reverse("post_detail", kwargs={"workspace_slug": post.workspace.slug, "post_id": post.pk})
    return f"{settings.PUBLIC_BASE_URL}{page}"


def untold() -> Any:
    """News that nobody was told yet, as a query in whatever scope it is asked."""
    recent = {"at__gt": database_now() - LOOKS_BACK, "post__status": F("status_to")}
    news = PostEvent.objects.filter(NEWS, **recent)
    later = PostEvent.objects.filter(post=OuterRef("post"), at__gt=OuterRef("at"))
    told = later.filter(kind=EventKind.OWNER_TOLD, detail__has_key="about")
    overtaken = later.filter(kind=EventKind.MOVED)
    return news.filter(~Exists(told), ~Exists(overtaken))


def _was_told(event: PostEvent) -> bool:
    return bool(_lines_about(event.post_id, str(event.pk)).exists())


def _lines_about(post: Any, event: Any) -> Any:
    return PostEvent.objects.filter(post=post, kind=EventKind.OWNER_TOLD, detail__about=event)


def _waiting(after: Q) -> list[PostEvent]:
    """The next news that nobody was told, oldest first."""
    until = database_now() - LEFT_TO_THE_MESSAGE
    with cross_tenant(CrossTenant.NOTICES):
        waiting = untold().filter(after, at__lt=until).order_by("at", "pk")
        return list(waiting.only("workspace_id", "at")[:AT_ONCE])
