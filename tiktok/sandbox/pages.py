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
from .posts import is_post
from .state import Publish

ASSETS = Path(__file__).parent / "assets"


async def index(request: web.Request) -> web.Response:
    return page(index_page(sandbox_of(request).store.state.creators.values()))


async def profile(request: web.Request) -> web.Response:
    """`/@username`, and `/@username/video/<post id>` for one post."""
    creator = _creator(request)
    posts = _posts(request, creator)
    wanted = request.match_info.get("post_id")
    if wanted is not None:
        posts = [publish for publish in posts if str(publish.post_id) == wanted]
        if not posts:
            raise web.HTTPNotFound
    return page(profile_page(creator, posts))


async def media(request: web.Request) -> web.FileResponse:
    """The posted bytes, in ranges where asked; nothing that is not a post."""
    store = sandbox_of(request).store
    publish = store.publishes.get(request.match_info["publish_id"])
    if publish is None or not is_post(publish, time.time()):
        raise web.HTTPNotFound
    headers = {"Content-Type": publish.content_type, "X-Content-Type-Options": "nosniff"}
    return web.FileResponse(store.media_file(publish), headers=headers)


async def avatar(request: web.Request) -> web.Response:
    return web.Response(body=draw_avatar(_creator(request).username), content_type="image/png")


async def stylesheet(request: web.Request) -> web.FileResponse:
    return web.FileResponse(ASSETS / "sandbox.css")


def _creator(request: web.Request) -> Creator:
    creator = sandbox_of(request).store.state.creators.get(request.match_info["username"])
    if creator is None:
        raise web.HTTPNotFound
    return creator


def _posts(request: web.Request, creator: Creator) -> list[Publish]:
    now = time.time()
    publishes = sandbox_of(request).store.publishes.values()
    mine = [publish for publish in publishes if publish.creator == creator.username and is_post(publish, now)]
    return sorted(mine, key=lambda publish: publish.committed_at_ns or 0, reverse=True)
