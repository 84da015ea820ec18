"""What a photo init may say (contract 8). What belongs to videos, or to the other mode, is an unknown field."""

from __future__ import annotations

from dataclasses import dataclass

from .creators import Creator
from .envelopes import Refusal
from .ownership import Ownership
from .rules import (
    INCORRECT_SOURCE,
    Section,
    check_flags,
    check_privacy,
    check_text,
    integer,
    refuse_unknown,
    section,
)

MAX_TITLE_UNITS = 90
MAX_DESCRIPTION_UNITS = 4_000
MAX_IMAGES = 35

DIRECT_POST = "DIRECT_POST"
MEDIA_UPLOAD = "MEDIA_UPLOAD"
FIELDS = frozenset({"media_type", "post_mode", "post_info", "source_info"})
POST_FLAGS = ("disable_comment", "auto_add_music", "brand_content_toggle", "brand_organic_toggle")
DRAFT_FIELDS = frozenset({"title", "description"})
POST_FIELDS = DRAFT_FIELDS | {"privacy_level", *POST_FLAGS}
SOURCE_FIELDS = frozenset({"source", "photo_images", "photo_cover_index"})


@dataclass(frozen=True)
class Photos:
    """An acceptable photo init."""

    inbox: bool
    post_info: Section
    urls: list[str]
    cover_index: int


def is_inbox(body: Section) -> bool:
    """Whether it asks for a draft. Raises Refusal where it is not about photos, or the mode is unknown."""
    if body.get("media_type") != "PHOTO" or body.get("post_mode") not in (DIRECT_POST, MEDIA_UPLOAD):
        raise Refusal("invalid_params", "The media_type or post_mode is invalid")
    return body["post_mode"] == MEDIA_UPLOAD


def check_photos(body: Section, creator: Creator, ownership: Ownership, *, unaudited: bool) -> Photos:
    """Raises Refusal with a code of contract 6.4, column P."""
    inbox = is_inbox(body)
    refuse_unknown(body, FIELDS)
    post = section({"post_info": {}, **body}, "post_info", DRAFT_FIELDS if inbox else POST_FIELDS)
    source = section(body, "source_info", SOURCE_FIELDS)
    if inbox and creator.old_app:
        raise Refusal("app_version_check_failed")
    if not inbox:
        check_privacy(post, creator, unaudited=unaudited)
    check_text(post, "title", MAX_TITLE_UNITS)
    check_text(post, "description", MAX_DESCRIPTION_UNITS)
    check_flags(post, POST_FLAGS)
    urls = _urls(source, ownership)
    return Photos(inbox, post, urls, _cover(source, len(urls)))


def _urls(source: Section, ownership: Ownership) -> list[str]:
    images = source.get("photo_images")
    if source.get("source") != "PULL_FROM_URL" or not isinstance(images, list):
        raise Refusal("invalid_params", INCORRECT_SOURCE)
    if not 1 <= len(images) <= MAX_IMAGES:
        raise Refusal("invalid_params", "The number of photo_images is invalid")
    return [ownership.check(url) for url in images]


def _cover(source: Section, count: int) -> int:
    index = integer(source, "photo_cover_index")
    if not 0 <= index < count:
        raise Refusal("invalid_params", "The photo_cover_index is invalid")
    return index
