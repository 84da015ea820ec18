"""What a direct video init may say: the rules of contract 6.1, 6.4 and 7.1, pure.

Where the contract leaves a reading open the stricter one holds: an unknown field is refused, megabytes must fit
both readings, branded content needs public or friends.
"""

from __future__ import annotations

from dataclasses import dataclass

from .creators import FOLLOWERS, ONLY_ME, PRIVACY_LEVELS, Creator
from .envelopes import Refusal

MAX_TITLE_UNITS = 2_200
MAX_VIDEO_BYTES = 4_000_000_000
MIN_CHUNK_BYTES = 5_242_880  # 5 MB, binary: the larger reading
MAX_CHUNK_BYTES = 64_000_000  # 64 MB, decimal: the smaller reading
MAX_CHUNKS = 1_000
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
SOURCE_FIELDS = frozenset({"source", "video_size", "chunk_size", "total_chunk_count", "video_url"})


@dataclass(frozen=True)
class UploadPlan:
    """The three numbers of `source_info`, already checked against each other. Bytes, except the count."""

    video_size: int
    chunk_size: int
    total_chunk_count: int

    def span(self, offset: int) -> tuple[int, int]:
        """First and last byte of the chunk that starts at `offset`; the final one absorbs the remainder."""
        if offset // self.chunk_size >= self.total_chunk_count - 1:
            return offset, self.video_size - 1
        return offset, offset + self.chunk_size - 1


def check_init(
    body: dict[str, object], creator: Creator, *, unaudited: bool
) -> tuple[dict[str, object], UploadPlan]:
    """The `post_info` and the plan of an acceptable init. Raises Refusal with a code of contract 6.4."""
    post = _section(body, "post_info", POST_FIELDS)
    source = _section(body, "source_info", SOURCE_FIELDS)
    if extra := set(body) - {"post_info", "source_info"}:
        raise Refusal("invalid_params", f"Unknown field: {', '.join(sorted(extra))}")
    _check_privacy(post, creator, unaudited=unaudited)
    _check_post(post)
    return post, _plan(source)


def _section(body: dict[str, object], name: str, known: frozenset[str]) -> dict[str, object]:
    section = body.get(name)
    if not isinstance(section, dict):
        raise Refusal("invalid_params", f"The request {name.replace('_', ' ')} is empty or incorrect")
    if extra := set(section) - known:
        raise Refusal("invalid_params", f"Unknown field in {name}: {', '.join(sorted(extra))}")
    return section


def _check_privacy(post: dict[str, object], creator: Creator, *, unaudited: bool) -> None:
    level = post.get("privacy_level")
    if level not in PRIVACY_LEVELS or level not in creator.options():
        raise Refusal("privacy_level_option_mismatch")
    if unaudited and not (creator.private and level == ONLY_ME):
        raise Refusal("unaudited_client_can_only_post_to_private_accounts")
    if post.get("brand_content_toggle") is True and level in (ONLY_ME, FOLLOWERS):
        raise Refusal("invalid_param", "Branded content visibility must be public or friends")


def _check_post(post: dict[str, object]) -> None:
    title = post.get("title", "")
    if not isinstance(title, str) or len(title.encode("utf-16-le", "surrogatepass")) // 2 > MAX_TITLE_UNITS:
        raise Refusal("invalid_param", "The title is invalid or too long")
    for name in POST_FLAGS:
        if not isinstance(post.get(name, False), bool):
            raise Refusal("invalid_param", f"The {name} is invalid")
    if "video_cover_timestamp_ms" in post and _integer(post, "video_cover_timestamp_ms") not in INT32:
        raise Refusal("invalid_param", "The video_cover_timestamp_ms is invalid")


def _plan(source: dict[str, object]) -> UploadPlan:
    if source.get("source") == "PULL_FROM_URL":
        raise Refusal("url_ownership_unverified")  # no URL property is verified here
    if source.get("source") != "FILE_UPLOAD" or "video_url" in source:
        raise Refusal("invalid_param", "The request source info is empty or incorrect")
    plan = UploadPlan(*(_integer(source, name) for name in ("video_size", "chunk_size", "total_chunk_count")))
    _check_sizes(plan)
    return plan


def _check_sizes(plan: UploadPlan) -> None:
    """Contract 7.1: one chunk is the whole file, up to 64 MB; several are 5 to 64 MB each, counted by floor."""
    if not 0 < plan.video_size <= MAX_VIDEO_BYTES:
        raise Refusal("invalid_params", "The video size is invalid")
    if plan.chunk_size <= 0:
        raise Refusal("invalid_params", "The chunk size is invalid")
    if plan.total_chunk_count != plan.video_size // plan.chunk_size or plan.total_chunk_count > MAX_CHUNKS:
        raise Refusal("invalid_params", "The total chunk count is invalid")
    least = plan.video_size if plan.total_chunk_count == 1 else MIN_CHUNK_BYTES
    if not least <= plan.chunk_size <= MAX_CHUNK_BYTES:
        raise Refusal("invalid_params", "The chunk size is invalid")


def _integer(section: dict[str, object], name: str) -> int:
    value = section.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise Refusal("invalid_param", f"The {name} is invalid")
    return value
