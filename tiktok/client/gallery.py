"""The creator's public videos with their numbers, from the Display API (`tiktok-api.md` section 13).

`list` walks through all of them, `query` looks up known ids. What became of a post of ours is `statuses`: a post
that is missing here may be private, deleted, or a photo.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tiktok.client import fields
from tiktok.client.codes import Surface
from tiktok.client.envelope import read_data
from tiktok.client.errors import UnreadableAnswer
from tiktok.client.secret import Secret
from tiktok.client.types import Video, VideoPage
from tiktok.client.wire import Request, Response, post_json

LIST_PATH: Final = "/v2/video/list/"
QUERY_PATH: Final = "/v2/video/query/"
LARGEST_PAGE: Final = 20

# Section 13.3; all of them come with the one scope `video.list`.
TEXTS: Final = ("cover_image_url", "share_url", "video_description", "title", "embed_html", "embed_link")
NUMBERS: Final = (
    "create_time",
    "duration",
    "height",
    "width",
    "like_count",
    "comment_count",
    "share_count",
    "view_count",
)
FIELDS: Final = ("id", *TEXTS, *NUMBERS)


def build_video_list(
    api_base_url: str, access_token: Secret, cursor: int | None = None, max_count: int = LARGEST_PAGE
) -> Request:
    """The page that follows `cursor` (UTC milliseconds); without one, the newest. At most 20 videos."""
    if not 1 <= max_count <= LARGEST_PAGE:
        raise ValueError(f"A page holds 1 to {LARGEST_PAGE} videos.")
    payload = {"max_count": max_count} | ({} if cursor is None else {"cursor": cursor})
    return _ask(api_base_url + LIST_PATH, access_token, payload)


def build_video_query(api_base_url: str, access_token: Secret, ids: Sequence[str]) -> Request:
    """1 to 20 ids, as texts."""
    if not 1 <= len(ids) <= LARGEST_PAGE:
        raise ValueError(f"A query names 1 to {LARGEST_PAGE} videos.")
    return _ask(api_base_url + QUERY_PATH, access_token, {"filters": {"video_ids": list(ids)}})


def parse_video_list(response: Response) -> VideoPage:
    """There is more only where TikTok also says where it begins."""
    data = read_data(response, Surface.USER_INFO).data
    cursor = fields.whole(data.get("cursor"))
    return VideoPage(_videos(data), cursor, has_more=data.get("has_more") is True and cursor is not None)


def parse_video_query(response: Response) -> tuple[Video, ...]:
    """Those that TikTok shows, in its order; an id that is missing is deleted or not public."""
    return _videos(read_data(response, Surface.USER_INFO).data)


def _ask(url: str, access_token: Secret, payload: Mapping[str, object]) -> Request:
    asked = f"{url}?fields={','.join(FIELDS)}"
    return post_json(asked, access_token=access_token, payload=payload, content_type="application/json")


def _videos(data: Mapping[str, Any]) -> tuple[Video, ...]:
    listed = data.get("videos") or []
    if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
        raise UnreadableAnswer("The answer's videos are not a list of objects.")
    return tuple(_video(item) for item in listed)


def _video(item: Mapping[str, Any]) -> Video:
    """Numbers and texts may be absent; an id may not, because a missing one means "deleted"."""
    texts: dict[str, Any] = {name: fields.optional_text(item, name) for name in TEXTS}
    numbers: dict[str, Any] = {name: fields.whole(item.get(name)) for name in NUMBERS}
    return Video(id=fields.identifier(item, "id"), **texts, **numbers)
