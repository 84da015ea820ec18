"""What a row of a table says beyond the status: why, in a few words, and where the post is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from scheduler import overdue
from scheduler.found_links import told_in
from scheduler.states import Stage

if TYPE_CHECKING:
    from scheduler.models import Post

register = template.Library()


@register.filter
def why_of(post: Post) -> str:
    """The title of why it waits or did not go out; nothing where there is nothing to explain."""
    told = overdue.explain(post)
    return told.title if told else ""


@register.filter
def link_of(post: Post) -> str:
    """Where it is on TikTok, of a post that has its `tries` fetched, and as `found` what people said of that."""
    live = next((row for row in post.tries if row.stage == Stage.LIVE), None)  # type: ignore[attr-defined]
    return live.share_url if live else told_in(post.found).share_url  # type: ignore[attr-defined]
