"""The app on the creator's phone: drafts to finish, apps to disconnect. Plain forms, as on the consent page.

POST /inbox/@name/finish       publish_id, privacy_level     posts a draft; may be done several times
POST /inbox/@name/disconnect   client_key                    removes the app, with what follows (contract 2.5)
"""

from __future__ import annotations

import time

from aiohttp import web

from .context import sandbox_of
from .disconnecting import disconnect
from .html import inbox_page, page
from .lifecycle import finish_draft
from .pages import creator_on_page
from .posts import is_draft
from .publishes import Publish


async def show(request: web.Request) -> web.Response:
    creator, store, now = creator_on_page(request), sandbox_of(request).store, time.time()
    mine = store.by_creator.get(creator.username, [])
    drafts = [publish for publish in reversed(mine) if is_draft(publish, now)]
    apps = sorted({grant.client_key for grant in store.state.grants.of(creator.username)})
    return page(inbox_page(creator, drafts, apps, now))


async def finish(request: web.Request) -> web.Response:
    """Post a draft with the audience that was chosen."""
    creator, form = creator_on_page(request), await request.post()
    level = str(form.get("privacy_level", ""))
    if level and level not in creator.options():
        raise web.HTTPBadRequest(text="This audience is not offered.")
    draft = _draft(request, creator.username, str(form.get("publish_id", "")))
    finish_draft(sandbox_of(request), draft, privacy_level=level)
    raise web.HTTPSeeOther(f"/inbox/@{creator.username}")


async def leave(request: web.Request) -> web.Response:
    """Disconnect an app, as a creator does in TikTok's settings."""
    creator, form = creator_on_page(request), await request.post()
    disconnect(sandbox_of(request), creator=creator.username, client_key=str(form.get("client_key", "")))
    raise web.HTTPSeeOther(f"/inbox/@{creator.username}")


def _draft(request: web.Request, creator: str, publish_id: str) -> Publish:
    publish = sandbox_of(request).store.publishes.get(publish_id)
    if publish is None or publish.creator != creator or not is_draft(publish, time.time()):
        raise web.HTTPNotFound
    return publish
