"""The aiohttp application: TikTok's routes, a visitor's pages, and the sandbox's own controls, in that order.

The surfaces that are still to come (inbox, photos and pulls, webhooks, cancel, video list) add an `Endpoint`, a handler
module and a line in `HANDLERS`; everything else here holds for them as it is.
"""

from __future__ import annotations

from aiohttp import web

from . import consent, control, ledger, oauth, pages, profiles, publishing, uploads
from .calls import Handler, faulty, recorded, worded
from .context import SANDBOX, Sandbox
from .endpoints import ROUTES, Endpoint

HANDLERS: dict[Endpoint, Handler] = {
    Endpoint.AUTHORIZE: consent.show,
    Endpoint.TOKEN: oauth.token,
    Endpoint.REVOKE: oauth.revoke,
    Endpoint.USER_INFO: profiles.user_info,
    Endpoint.CREATOR_INFO: profiles.creator_info,
    Endpoint.VIDEO_INIT: publishing.video_init,
    Endpoint.UPLOAD: uploads.put_chunk,
    Endpoint.STATUS: publishing.publish_status,
}
USERNAME = "{username:[A-Za-z0-9._]+}"


def build_app(sandbox: Sandbox) -> web.Application:
    app = web.Application(middlewares=[recorded, faulty, worded])
    app[SANDBOX] = sandbox
    for endpoint, (method, path) in ROUTES.items():
        app.router.add_route(method, path, HANDLERS[endpoint])
    _, authorize = ROUTES[Endpoint.AUTHORIZE]
    app.router.add_post(authorize, consent.decide)
    _add_pages(app.router)
    _add_controls(app.router)
    return app


def _add_pages(router: web.UrlDispatcher) -> None:
    router.add_get("/", pages.index)
    router.add_get(f"/@{USERNAME}", pages.profile)
    router.add_get(f"/@{USERNAME}/video/{{post_id:[0-9]+}}", pages.profile)
    router.add_get("/media/{publish_id}", pages.media)
    router.add_get(f"/avatars/{USERNAME}.png", pages.avatar)
    router.add_get("/assets/sandbox.css", pages.stylesheet)


def _add_controls(router: web.UrlDispatcher) -> None:
    router.add_get("/sandbox/health", control.health)
    router.add_get("/sandbox/ledger", ledger.ledger)
    router.add_get("/sandbox/requests", ledger.requests)
    router.add_post("/sandbox/control", control.control)
    router.add_post("/sandbox/grants", control.grant)
    router.add_post("/sandbox/reset", control.reset)
