"""What a row of a table says beyond the status: why, in a few words, and which attempt went live."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from scheduler import overdue
from scheduler.states import Stage

if TYPE_CHECKING:
    from scheduler.models import Post, PublishAttempt

register = template.Library()


@register.filter
def why_of(post: Post) -> str:
    """The title of why it waits or did not go out; nothing where there is nothing to explain."""
    told = overdue.explain(post)
    return told.title if told else ""


@register.filter
def live_try(post: Post) -> PublishAttempt | None:
    """The attempt that is a post at TikTok, of a post that has its `tries` fetched."""
    return next((row for row in post.tries if row.stage == Stage.LIVE), None)  # type: ignore[attr-defined]
