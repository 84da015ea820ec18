"""The aiohttp application: TikTok's routes, a visitor's pages, and the sandbox's own controls, in that order.

Beside the server run the fetches (`pulls`), the webhooks, and the writing of what benchmark mode put off.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

from aiohttp import web

from . import consent, control, inbox, ledger, oauth, pages, profiles, publishing, statuses, uploads, videos
from .calls import Handler, recorded, worded
from .context import SANDBOX, Sandbox
from .endpoints import ROUTES, Endpoint
from .mishaps import faulty
from .pulls import new_session, resume_pulls

HANDLERS: dict[Endpoint, Handler] = {
    Endpoint.AUTHORIZE: consent.show,
    Endpoint.TOKEN: oauth.token,
    Endpoint.REVOKE: oauth.revoke,
    Endpoint.USER_INFO: profiles.user_info,
    Endpoint.CREATOR_INFO: profiles.creator_info,
    Endpoint.VIDEO_INIT: publishing.video_init,
    Endpoint.INBOX_INIT: publishing.inbox_init,
    Endpoint.PHOTO_INIT: publishing.photo_init,
    Endpoint.UPLOAD: uploads.put_chunk,
    Endpoint.STATUS: statuses.publish_status,
    Endpoint.CANCEL: statuses.cancel,
    Endpoint.VIDEO_LIST: videos.video_list,
    Endpoint.VIDEO_QUERY: videos.video_query,
}
USERNAME = "{username:[A-Za-z0-9._]+}"


def build_app(sandbox: Sandbox) -> web.Application:
    app = web.Application(middlewares=[recorded, faulty, worded])
    app[SANDBOX] = sandbox
    app.cleanup_ctx.append(_background)
    for endpoint, (method, path) in ROUTES.items():
        app.router.add_route(method, path, HANDLERS[endpoint])
    _, authorize = ROUTES[Endpoint.AUTHORIZE]
    app.router.add_post(authorize, consent.decide)
    _add_pages(app.router)
    _add_controls(app.router)
    return app


async def _background(app: web.Application) -> AsyncIterator[None]:
    """What runs beside the answers, and ends with them."""
    sandbox = app[SANDBOX]
    sandbox.session = new_session()
    resume_pulls(sandbox)
    writing = asyncio.create_task(sandbox.store.flush_when_quiet())
    telling = asyncio.create_task(sandbox.herald.run(sandbox.session))
    for task in (writing, telling):
        task.add_done_callback(_say_if_it_broke)
    yield
    for task in (writing, telling, *sandbox.pulling.values()):
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    await sandbox.session.close()
    sandbox.store.close()


def _say_if_it_broke(task: asyncio.Task[None]) -> None:
    error = None if task.cancelled() else task.exception()
    if error is not None:
        context = {"message": "A part of the sandbox ended.", "exception": error}
        task.get_loop().call_exception_handler(context)


def _add_pages(router: web.UrlDispatcher) -> None:
    router.add_get("/", pages.index)
    router.add_get(f"/@{USERNAME}", pages.profile)
    router.add_get(f"/@{USERNAME}/{{kind:video|photo}}/{{post_id:[0-9]+}}", pages.profile)
    router.add_get(f"/inbox/@{USERNAME}", inbox.show)
    router.add_post(f"/inbox/@{USERNAME}/finish", inbox.finish)
    router.add_post(f"/inbox/@{USERNAME}/disconnect", inbox.leave)
    router.add_get("/media/{publish_id}", pages.media)
    router.add_get("/media/{publish_id}/{index:[0-9]{1,2}}", pages.media)
    router.add_get(f"/avatars/{USERNAME}.png", pages.avatar)
    router.add_get("/assets/sandbox.css", pages.stylesheet)


def _add_controls(router: web.UrlDispatcher) -> None:
    router.add_get("/sandbox/health", control.health)
    router.add_get("/sandbox/ledger", ledger.ledger)
    router.add_get("/sandbox/commits", ledger.commits)
    router.add_get("/sandbox/requests", ledger.requests)
    router.add_get("/sandbox/webhooks", ledger.webhooks)
    router.add_post("/sandbox/control", control.control)
    router.add_post("/sandbox/grants", control.grant)
    router.add_post("/sandbox/reset", control.reset)
