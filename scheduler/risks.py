"""Telling people about their posts at risk: one mail for all that the look ahead newly found, once (P25)."""

from __future__ import annotations

import logging
from collections import defaultdict
from typing import Any
from uuid import UUID

from django.core.mail import send_mail
from django.template.loader import render_to_string

from accounts.models import User
from accounts.tenancy import CrossTenant, cross_tenant, workspace_scope
from scheduler.clock import database_now
from scheduler.models import Post
from scheduler.notices import ONE_MAIL_ONLY, addressees, link_to
from scheduler.once import alone
from scheduler.states import EventKind, PostStatus
from scheduler.transitions import note

logger = logging.getLogger(__name__)

AT_ONCE = 1000
LISTED = 50
"""Posts named in one mail; it counts the others."""


def tell_owners() -> int:
    """Mail each person their posts that are newly at risk, by workspace. Returns how many mails were accepted.

    What could not be sent stays untold and is sent by a later round. Two rounds at once do no harm.
    """
    sent = 0
    with alone("risks.tell_owners") as mine:
        for workspace_id in _workspaces() if mine else []:
            with workspace_scope(workspace_id):
                try:
                    sent += _tell(workspace_id)
                except OSError:
                    logger.exception("No mail can be sent; posts at risk are told of later")
                    break
    return sent


def _workspaces() -> list[UUID]:
    with cross_tenant(CrossTenant.NOTICES):
        return list(_untold().order_by().values_list("workspace_id", flat=True).distinct()[:AT_ONCE])


def _untold() -> Any:
    """Posts whose owner does not know yet. A post on hold, or past its time, is other news."""
    rows = Post.objects.exclude(risk="").filter(risk_told_at__isnull=True, status=PostStatus.SCHEDULED)
    return rows.filter(due_at__gt=database_now()).order_by("due_at", "pk")


def _tell(workspace_id: UUID) -> int:
    posts = _untold().filter(workspace_id=workspace_id)
    by_readers: dict[tuple[User, ...], list[Post]] = defaultdict(list)
    for post in posts.select_related("account", "workspace", "consent_by", "created_by")[:AT_ONCE]:
        by_readers[tuple(addressees(post))].append(post)
    sent = 0
    for readers, theirs in by_readers.items():
        try:
            _send(readers, theirs)
        except ONE_MAIL_ONLY:
            logger.exception("A mail about posts at risk was refused; it is tried again")
            continue
        _mark(theirs)
        sent += 1
    return sent


def _send(readers: tuple[User, ...], posts: list[Post]) -> None:
    workspace = posts[0].workspace
    count = f"{len(posts)} posts" if len(posts) > 1 else "A post"
    rows = [(post, link_to(post)) for post in posts[:LISTED]]
    text = render_to_string(
        "scheduler/mail/at_risk.txt",
        {"rows": rows, "more": len(posts) - len(rows), "zone": workspace.time_zone},
    )
    send_mail(f"{count} may not go out – {workspace.name}", text, None, [person.email for person in readers])


def _mark(posts: list[Post]) -> None:
    """Told of exactly this risk: where the post changed meanwhile, its new risk is told of as well."""
    for post in posts:
        rows = Post.objects.filter(workspace_id=post.workspace_id, pk=post.pk, risk=post.risk)
        if rows.update(risk_told_at=database_now()):
            note(post, EventKind.OWNER_TOLD, reason=post.risk)
