"""What a person should notice before two posts of one account stand side by side (P8): the same again, or too close.

Warnings only: repeating oneself is allowed, and `preflight` says what would keep a post from going out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q

from accounts.templatetags.ui import local, zone_label
from scheduler.clock import database_now
from scheduler.content import Problem
from scheduler.models import Media, Post
from scheduler.states import PostStatus

if TYPE_CHECKING:
    from tiktok.models import TikTokAccount

LOOKS_BACK = timedelta(days=60)
CLOSE = timedelta(minutes=30)

COUNTS = frozenset(PostStatus) - {PostStatus.CANCELLED, PostStatus.FAILED, PostStatus.MISSED}
"""A post that did not go out is no reason to hesitate."""

SECTIONS = ("media", "images", "caption", "time")
"""What a warning can be about."""

SAID = {PostStatus.PUBLISHED: "posted", PostStatus.DRAFT: "a draft for"}


@dataclass(frozen=True)
class Plan:
    """What is about to be posted, saved or not: enough of it to find its like."""

    account: TikTokAccount
    media: Media | None
    caption: str
    due_at: datetime | None
    post_id: UUID | None = None
    images: Sequence[Media] = ()
    """Of a carousel, in its order."""


def warnings_of(post: Post) -> list[Problem]:
    """The warnings about a post that is saved."""
    if post.account is None or post.status not in COUNTS:
        return []
    images = [row.media for row in _photos_of(post)]
    return warnings(Plan(post.account, post.media, post.caption, post.due_at, post.pk, images))


def warnings(plan: Plan) -> list[Problem]:
    """At most one sentence each: the same files again, the same words again, another post close in time."""
    found = [_same_file(plan), _same_photos(plan), _same_words(plan), _close_by(plan)]
    return [problem for problem in found if problem]


def _same_file(plan: Plan) -> Problem | None:
    if plan.media is None:
        return None
    other = _recent(plan).filter(_is("media", plan.media)).first()
    told = f"{plan.account.display_name} has this video already: {_said(other)}." if other else ""
    return Problem("media", told) if other else None


def _same_photos(plan: Plan) -> Problem | None:
    """All of them in this order: one more, or another first, is another story."""
    if not plan.images:
        return None
    begins = _is("images__media", plan.images[0]) & Q(images__position=0)
    meant = [_bytes_of(image) for image in plan.images]
    others = _recent(plan).filter(begins).prefetch_related("images__media")
    alike = (post for post in others if [_bytes_of(row.media) for row in post.images.all()] == meant)
    other = next(alike, None)
    told = f"{plan.account.display_name} has these photos already: {_said(other)}." if other else ""
    return Problem("images", told) if other else None


def _photos_of(post: Post) -> Any:
    return post.images.filter(workspace_id=post.workspace_id).select_related("media")


def _is(path: str, media: Media) -> Q:
    """The same row, or another one of the same bytes."""
    same = Q(**{path: media})
    return same | Q(**{f"{path}__sha256": media.sha256}) if media.sha256 else same


def _bytes_of(media: Media) -> str:
    return media.sha256 or str(media.pk)


def _same_words(plan: Plan) -> Problem | None:
    words = plan.caption.strip()
    other = _recent(plan).filter(caption__iexact=words).first() if words else None
    told = (
        f"{plan.account.display_name} has a post with this caption already: {_said(other)}." if other else ""
    )
    return Problem("caption", told) if other else None


def _close_by(plan: Plan) -> Problem | None:
    if plan.due_at is None:
        return None
    near = _of_account(plan).filter(due_at__gt=plan.due_at - CLOSE, due_at__lt=plan.due_at + CLOSE)
    others = sorted(near, key=lambda post: abs(post.due_at - plan.due_at))
    if not others:
        return None
    minutes = round(abs(others[0].due_at - plan.due_at).total_seconds() / 60)
    apart = f"{minutes} min apart" if minutes else "at the same time"
    name = plan.account.display_name
    return Problem("time", f"{name} has another post close to this one, {apart}: {_said(others[0])}.")


def _of_account(plan: Plan) -> Any:
    posts = Post.objects.filter(
        workspace_id=plan.account.workspace_id, account=plan.account, status__in=COUNTS
    )
    return posts.exclude(pk=plan.post_id) if plan.post_id else posts


def _recent(plan: Plan) -> Any:
    since = database_now() - LOOKS_BACK
    recent = Q(due_at__gte=since) | Q(due_at__isnull=True, created_at__gte=since)
    return _of_account(plan).filter(recent).order_by("-due_at", "-created_at")


def _said(post: Post) -> str:
    """`posted Fri 20 Nov, 12:30`, `a draft without a time`."""
    if post.due_at is None:
        return "a draft without a time"
    return f"{SAID.get(PostStatus(post.status), 'planned for')} {local(post.due_at, post.zone)} {zone_label(post.zone)}"
