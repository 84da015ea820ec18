"""What each permission that a creator gives is for, in words that stand on pages; TikTok's own names are `scopes`."""

from __future__ import annotations

from collections.abc import Iterable

WORDS = {
    "user.info.basic": "its name and picture",
    "user.info.profile": "its handle",
    "user.info.stats": "its number of followers",
    "video.publish": "posting to its profile",
    "video.upload": "drafts for the TikTok app",
    "video.list": "the numbers of its public videos",
}
"""By TikTok's name (tiktok-api.md 3)."""


def in_words(scopes: Iterable[str]) -> list[str]:
    """One that this version does not know keeps TikTok's name."""
    return [WORDS.get(scope, scope) for scope in scopes]
