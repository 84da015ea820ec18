"""What tests of pages share: addresses, a complete form, and a browser of each person."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from accounts.models import Workspace
from accounts.tenancy import workspace_scope
from scheduler.models import Media, Post
from tests.scheduler.engine import fresh
from tiktok.models import TikTokAccount


def address(workspace: Workspace, name: str, *args: Any) -> str:
    return reverse(name, args=[workspace.slug, *args])


def standing(post: Post, **columns: Any) -> Post:
    """The post with this status, or this hold; whatever is not on hold is looked at no more."""
    over = {} if "hold" in columns else {"next_step_at": None}
    with workspace_scope(post.workspace_id):
        Post.objects.filter(pk=post.pk).update(**over | columns)
    return fresh(post)


def filled(by: TikTokAccount | None, video: Media | None, **changes: Any) -> dict[str, Any]:
    """Everything the composer sends for a post that may go out; None takes a field away."""
    form = {
        "account": str(by.pk) if by else "",
        "media": str(video.pk) if video else "",
        "caption": "Autumn loaf 🍂 #sourdough",
        "privacy_level": "PUBLIC_TO_EVERYONE",
        "allow_comment": "on",
        "when": "pick",
        "date": "2027-06-01",
        "time": "12:30",
        "action": "schedule",
    }
    return {name: value for name, value in (form | changes).items() if value is not None}
