"""What a visitor sees: the creators, each one's posts with the real media, and their pictures.

It is our window on the double, not TikTok's page: a post that is not public is shown too, with its audience.
"""

from __future__ import annotations

import time
from pathlib import Path

from aiohttp import web

from .avatars import draw_avatar
from .context import sandbox_of
from .creators import Creator
from .html import index_page, page, profile_page
from .posts import is_draft, posts_of
from .publishes import Post, Publish

ASSETS = Path(__file__).parent / "assets"


async def index(request: web.Request) -> web.Response:
    return page(index_page(sandbox_of(request).store.state.creators.values()))


async def profile(request: web.Request) -> web.Response:
    """`/@username`, and `/@username/video/<post id>` (or `photo`) for one post."""
    creator = creator_on_page(request)
    posts = _posts(request, creator)
    wanted = request.match_info.get("post_id")
    if wanted is not None:
        posts = [(publish, post) for publish, post in posts if str(post.post_id) == wanted]
        if not posts:
            raise web.HTTPNotFound
    return page(profile_page(creator, posts))


async def media(request: web.Request) -> web.FileResponse:
    """The bytes of a post or draft, in ranges where asked: a video, or one image of a carousel."""
    store, now = sandbox_of(request).store, time.time()
    publish = store.publishes.get(request.match_info["publish_id"])
    index = int(request.match_info["index"]) if "index" in request.match_info else None
    if publish is None or not (posts_of(publish, now) or is_draft(publish, now)):
        raise web.HTTPNotFound
    file = store.media_file(publish, index)
    if not file.exists():
        raise web.HTTPNotFound
    kind = publish.content_type if index is None else publish.pulled[index]["content_type"]
    return web.FileResponse(file, headers={"Content-Type": kind, "X-Content-Type-Options": "nosniff"})


async def avatar(request: web.Request) -> web.Response:
    return web.Response(body=draw_avatar(creator_on_page(request).username), content_type="image/png")


async def stylesheet(request: web.Request) -> web.FileResponse:
    return web.FileResponse(ASSETS / "sandbox.css")


def creator_on_page(request: web.Request) -> Creator:
    """The creator that the address names; 404 where there is none."""
    creator = sandbox_of(request).store.state.creators.get(request.match_info["username"])
    if creator is None:
        raise web.HTTPNotFound
    return creator


def _posts(request: web.Request, creator: Creator) -> list[tuple[Publish, Post]]:
    now = time.time()
    mine = sandbox_of(request).store.by_creator.get(creator.username, [])
    found = [(publish, post) for publish in mine for post in posts_of(publish, now)]
    return sorted(found, key=lambda row: row[1].at, reverse=True)
