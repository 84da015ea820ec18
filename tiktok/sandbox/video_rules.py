"""What a video init may say (contract 6.1, 6.2): a post and a source, or for the inbox a source alone."""

from __future__ import annotations

from .creators import Creator
from .envelopes import Refusal
from .ownership import Ownership
from .plans import UploadPlan, check_plan
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

MAX_TITLE_UNITS = 2_200
INT32 = range(-(2**31), 2**31)

POST_FLAGS = (
    "disable_duet",
    "disable_stitch",
    "disable_comment",
    "brand_content_toggle",
    "brand_organic_toggle",
    "is_aigc",
)
POST_FIELDS = frozenset({"privacy_level", "title", "video_cover_timestamp_ms", *POST_FLAGS})
PLAN_FIELDS = ("video_size", "chunk_size", "total_chunk_count")
SOURCE_FIELDS = frozenset({"source", "video_url", *PLAN_FIELDS})

Source = UploadPlan | str  # what the app will send, or the URL that TikTok fetches


def check_direct(
    body: Section, creator: Creator, ownership: Ownership, *, unaudited: bool
) -> tuple[Section, Source]:
    """The `post_info` and the source of an acceptable init. Raises Refusal with a code of contract 6.4."""
    post = section(body, "post_info", POST_FIELDS)
    source = section(body, "source_info", SOURCE_FIELDS)
    refuse_unknown(body, frozenset({"post_info", "source_info"}))
    check_privacy(post, creator, unaudited=unaudited)
    check_text(post, "title", MAX_TITLE_UNITS)
    check_flags(post, POST_FLAGS)
    if "video_cover_timestamp_ms" in post and integer(post, "video_cover_timestamp_ms") not in INT32:
        raise Refusal("invalid_param", "The video_cover_timestamp_ms is invalid")
    return post, _source(source, ownership)


def check_inbox(body: Section, ownership: Ownership) -> Source:
    """The source of an acceptable inbox init, which takes nothing else."""
    refuse_unknown(body, frozenset({"source_info"}))
    return _source(section(body, "source_info", SOURCE_FIELDS), ownership)


def _source(source: Section, ownership: Ownership) -> Source:
    match source.get("source"):
        case "FILE_UPLOAD" if "video_url" not in source:
            plan = UploadPlan(*(integer(source, name) for name in PLAN_FIELDS))
            check_plan(plan)
            return plan
        case "PULL_FROM_URL" if not source.keys() & set(PLAN_FIELDS):
            return ownership.check(source.get("video_url"))
        case _:
            raise Refusal("invalid_param", INCORRECT_SOURCE)
