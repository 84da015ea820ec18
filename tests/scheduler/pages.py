"""What tests of pages share: addresses, a complete form, and a browser of each person."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from accounts.models import Workspace
from scheduler.models import Media
from tiktok.models import TikTokAccount


def address(workspace: Workspace, name: str, *args: Any) -> str:
    return reverse(name, args=[workspace.slug, *args])


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
