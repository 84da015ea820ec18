"""The way of every call to TikTok's side: told who it is about, counted, written to the request list, answered in time.

What a fault makes of it on that way is `mishaps`.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable

from aiohttp import web

from .access import bearer_of
from .context import CALL, Call, sandbox_of
from .endpoints import ABOUT_A_PUBLISH, PATHS, Endpoint
from .envelopes import OAuthRefusal, Refusal, UploadRefusal, refused
from .publishes import Publish
from .uploads import chunk_head, publish_of_upload

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def recorded(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Keep the call in the request list with its outcome; the sandbox's own pages are not TikTok's and are not kept."""
    endpoint = PATHS.get(request.path)
    if endpoint is None:
        return await handler(request)
    sandbox, call = sandbox_of(request), await _identify(request, endpoint)
    request[CALL] = call
    sandbox.enter(call)
    status = None
    try:
        response = await handler(request)
        await _take_time(sandbox.store.state.settings.latency_ms, endpoint)
        if request.transport is not None and not request.transport.is_closing():
            status = response.status
        return response
    except ConnectionError:  # the caller left in the middle of its own request: nobody is there to answer
        return web.Response()
    finally:
        sandbox.leave(call, status)


async def _take_time(latency_ms: float, endpoint: Endpoint) -> None:
    """TikTok is far away; a person's page is not slowed."""
    if latency_ms and endpoint is not Endpoint.AUTHORIZE:
        await asyncio.sleep(latency_ms / 1_000)


@web.middleware
async def worded(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn a refusal into the answer of its surface."""
    try:
        return await handler(request)
    except (Refusal, OAuthRefusal, UploadRefusal) as refusal:
        return refused(refusal)


async def _identify(request: web.Request, endpoint: Endpoint) -> Call:
    """Who calls and about which publish, as far as the request tells; a wrong token tells nothing."""
    call = Call(endpoint, request.method, request.path, time.time())
    store = sandbox_of(request).store
    if endpoint is Endpoint.UPLOAD:
        call.publish = publish_of_upload(request)
        call.endpoint = chunk_head(request).aim(call.publish)
    elif endpoint in ABOUT_A_PUBLISH:
        call.publish = store.publishes.get(await _publish_id_in(request))
    call.creator = await _creator_of(request, endpoint, call.publish)
    return call


async def _creator_of(request: web.Request, endpoint: Endpoint, publish: Publish | None) -> str | None:
    state = sandbox_of(request).store.state
    if endpoint is Endpoint.UPLOAD:
        return publish.creator if publish is not None else None
    if endpoint in (Endpoint.TOKEN, Endpoint.REVOKE):
        form = {key: str(value) for key, value in (await request.post()).items()}
        grant = state.grants.by_refresh(form.get("refresh_token", ""))
        grant = grant or state.grants.by_access(form.get("token", ""))
        owner = grant or state.codes.get(form.get("code", ""))
        return owner.creator if owner is not None else None
    grant = state.grants.by_access(bearer_of(request))
    return grant.creator if grant is not None else None


async def _publish_id_in(request: web.Request) -> str:
    try:
        body = json.loads(await request.read())
    except ValueError:
        return ""
    return str(body.get("publish_id", "")) if isinstance(body, dict) else ""
