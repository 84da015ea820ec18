"""The Display API (contract 13): a creator's public posts, by list or by id; `control` orders their numbers."""

from __future__ import annotations

import time
from collections.abc import Iterator

from aiohttp import web

from .access import admit, creator_of, json_object
from .context import origin_of, sandbox_of
from .creators import Creator
from .endpoints import Endpoint
from .envelopes import Refusal, ok
from .posts import public_posts
from .publishes import Post, Publish
from .rules import Section, integer, refuse_unknown, section

SCOPE = "video.list"
MAX_VIDEOS = 20
DEFAULT_COUNT = 10
MAX_TEXT = 150
FIELDS = (
    *(
        "id",
        "create_time",
        "cover_image_url",
        "share_url",
        "video_description",
        "duration",
        "height",
        "width",
    ),
    *("title", "embed_html", "embed_link", "like_count", "comment_count", "share_count", "view_count"),
)

Found = tuple[Publish, Post]


async def video_list(request: web.Request) -> web.Response:
    """`POST /v2/video/list/?fields=…`: newest first, from `cursor` (UTC milliseconds) back."""
    grant = admit(request, Endpoint.VIDEO_LIST, any_of=(SCOPE,))
    creator, fields = creator_of(request, grant), _fields(request)
    body = await json_object(request) if request.can_read_body else {}
    refuse_unknown(body, frozenset({"max_count", "cursor"}))
    count = integer(body, "max_count") if "max_count" in body else DEFAULT_COUNT
    if not 1 <= count <= MAX_VIDEOS:
        raise Refusal("invalid_params", "The max_count is invalid")
    before = integer(body, "cursor") if "cursor" in body else None
    found = [row for row in _newest_first(request, creator) if before is None or _ms(row) < before]
    page = found[:count]
    return ok(
        {
            "videos": [_video(request, creator, *row, fields) for row in page],
            "cursor": _ms(page[-1]) if page else before or 0,
            "has_more": len(found) > count,
        }
    )


async def video_query(request: web.Request) -> web.Response:
    """`POST /v2/video/query/?fields=…`: the creator's own public posts among the ids; others are left out."""
    grant = admit(request, Endpoint.VIDEO_QUERY, any_of=(SCOPE,))
    creator, fields = creator_of(request, grant), _fields(request)
    ids = _ids(await json_object(request))
    found = [row for row in _newest_first(request, creator) if str(row[1].post_id) in ids]
    return ok({"videos": [_video(request, creator, *row, fields) for row in found]})


def _fields(request: web.Request) -> list[str]:
    fields = [name for name in request.query.get("fields", "").split(",") if name]
    unknown = [name for name in fields if name not in FIELDS]
    if unknown or not fields:
        raise Refusal("invalid_params", f"Fields is required and must be valid: {','.join(unknown)}")
    return fields


def _ids(body: Section) -> list[str]:
    refuse_unknown(body, frozenset({"filters"}))
    ids = section(body, "filters", frozenset({"video_ids"})).get("video_ids")
    if not isinstance(ids, list) or not all(isinstance(item, str) for item in ids):
        raise Refusal("invalid_params", "The video_ids are invalid")
    if not 1 <= len(ids) <= MAX_VIDEOS:
        raise Refusal("invalid_params", "The number of video_ids is invalid")
    return ids


def _newest_first(request: web.Request, creator: Creator) -> list[Found]:
    return sorted(_public(request, creator), key=lambda row: row[1].at, reverse=True)


def _public(request: web.Request, creator: Creator) -> Iterator[Found]:
    """What a stranger sees; photos only where the knob says so, since TikTok's word on them is open (13.3)."""
    store, now = sandbox_of(request).store, time.time()
    for publish in store.by_creator.get(creator.username, []):
        if publish.kind == "video" or store.state.settings.list_photos:
            yield from ((publish, post) for post in public_posts(publish, now))


def _ms(found: Found) -> int:
    return int(found[1].at * 1_000)


def _video(
    request: web.Request, creator: Creator, publish: Publish, post: Post, fields: list[str]
) -> dict[str, object]:
    origin, text = origin_of(request), publish.caption[:MAX_TEXT]
    link = f"{origin}/@{creator.username}/video/{post.post_id}"
    known: dict[str, object] = {
        "id": str(post.post_id),
        "create_time": int(post.at),
        "cover_image_url": f"{origin}/avatars/{creator.username}.png",
        "share_url": f"{link}?utm_campaign=sandbox",
        "video_description": text,
        "title": text,
        "duration": 15 if publish.kind == "video" else 0,
        "height": 1_920,
        "width": 1_080,
        "embed_html": f'<blockquote cite="{link}"></blockquote>',
        "embed_link": link,
        "like_count": post.likes,
        "comment_count": post.comments,
        "share_count": post.shares,
        "view_count": post.views,
    }
    return {name: known[name] for name in fields}
