"""The way of every call to TikTok's side: told who it is about, met by its fault, written to the request list."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable
from typing import cast

from aiohttp import hdrs, web

from .access import bearer_of
from .context import CALL, Call, Sandbox, sandbox_of
from .disconnecting import disconnect
from .endpoints import ABOUT_A_PUBLISH, PATHS, Endpoint
from .envelopes import OAuthRefusal, Refusal, UploadRefusal, refusal_for, refused
from .faults import Fault, FaultKind, take
from .publishes import Publish

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

HTML_PAGE = "<!doctype html><title>502 Bad Gateway</title><h1>Bad Gateway</h1>"
BROKEN_JSON = '{"data":{"publish_id":"v_pub_fi'
TICK = 0.1


@web.middleware
async def recorded(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Keep the call in the request list with its outcome; the sandbox's own pages are not TikTok's and are not kept."""
    endpoint = PATHS.get(request.path)
    if endpoint is None:
        return await handler(request)
    call = await _identify(request, endpoint)
    request[CALL] = call
    sandbox_of(request).calls.append(call)
    if call.publish is not None:
        call.publish.count(call.endpoint)
    try:
        response = await handler(request)
    except ConnectionError:  # the caller left in the middle of its own request: nobody is there to answer
        return web.Response()
    if request.transport is not None and not request.transport.is_closing():
        call.status = response.status
    return response


@web.middleware
async def faulty(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let the call meet its fault, before or after it is carried out."""
    call = request.get(CALL)
    if call is None:
        return await handler(request)
    sandbox = sandbox_of(request)
    call.fault = fault = take(sandbox.store.state.faults, call.endpoint, call.creator)
    if fault is None:
        return await handler(request)
    sandbox.store.save_faults()
    _change_the_world(sandbox, call, fault)
    if not fault.effect and fault.kind == FaultKind.HANG:
        await asyncio.sleep(fault.seconds)
        return await handler(request) if request.transport is not None else web.Response()
    answer = await handler(request) if _carried_out(fault) else None
    return await _answered(request, fault, call, cast("web.Response | None", answer))


@web.middleware
async def worded(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn a refusal into the answer of its surface."""
    try:
        return await handler(request)
    except (Refusal, OAuthRefusal, UploadRefusal) as refusal:
        return refused(refusal)


def _carried_out(fault: Fault) -> bool:
    return bool(fault.effect) or fault.kind in (FaultKind.SLOW, FaultKind.EXPIRE_UPLOAD, FaultKind.REVOKE)


def _change_the_world(sandbox: Sandbox, call: Call, fault: Fault) -> None:
    if fault.kind == FaultKind.EXPIRE_UPLOAD and call.publish is not None:
        call.publish.upload_expires_at = 0.0
        sandbox.store.save_publish(call.publish)
    if fault.kind == FaultKind.REVOKE and call.creator is not None:
        disconnect(sandbox, creator=call.creator)


async def _answered(
    request: web.Request, fault: Fault, call: Call, answer: web.Response | None
) -> web.StreamResponse:
    """The fault's answer, given the true one where the call was carried out."""
    match fault.kind:
        case FaultKind.LOSE:
            return _hang_up(request)
        case FaultKind.HANG:
            await asyncio.sleep(fault.seconds)
        case FaultKind.ERROR:
            return _said(fault, call.endpoint)
        case FaultKind.HTTP:
            return web.Response(status=fault.http_status or 503, text=fault.body, headers=_advice(fault))
        case FaultKind.HTML:
            status = fault.http_status or 502
            return web.Response(status=status, text=fault.body or HTML_PAGE, content_type="text/html")
        case FaultKind.MALFORMED:
            text = fault.body or BROKEN_JSON
            return web.Response(status=fault.http_status or 200, text=text, content_type="application/json")
        case FaultKind.SLOW if answer is not None and answer.body:
            return await _trickle(request, answer, fault.bytes_per_second)
    return answer if answer is not None else web.Response(status=500)


def _said(fault: Fault, endpoint: Endpoint) -> web.Response:
    answer = refused(refusal_for(endpoint, fault.code, fault.message, fault.http_status or None))
    answer.headers.update(_advice(fault))
    return answer


def _advice(fault: Fault) -> dict[str, str]:
    return {} if fault.retry_after is None else {hdrs.RETRY_AFTER: str(fault.retry_after)}


def _hang_up(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.close()
    return web.Response()


async def _trickle(request: web.Request, answer: web.Response, bytes_per_second: int) -> web.StreamResponse:
    body = cast("bytes", answer.body)
    slow = web.StreamResponse(status=answer.status, headers={hdrs.CONTENT_TYPE: answer.content_type})
    slow.content_length = len(body)
    await slow.prepare(request)
    step = max(1, int(bytes_per_second * TICK))
    for start in range(0, len(body), step):
        await slow.write(body[start : start + step])
        await asyncio.sleep(step / bytes_per_second)
    return slow


async def _identify(request: web.Request, endpoint: Endpoint) -> Call:
    """Who calls and about which publish, as far as the request tells; a wrong token tells nothing."""
    call = Call(endpoint, request.method, request.path, time.time())
    store = sandbox_of(request).store
    if endpoint is Endpoint.UPLOAD:
        call.publish = publish_of_upload(request)
        call.endpoint = _upload_or_commit(request, call.publish)
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


def publish_of_upload(request: web.Request) -> Publish | None:
    """The publish whose upload URL this is; both the id and the token in it must be right."""
    publish = sandbox_of(request).store.publishes.get(request.query.get("upload_id", ""))
    if publish is None or publish.upload_token != request.query.get("upload_token"):
        return None
    return publish


def _upload_or_commit(request: web.Request, publish: Publish | None) -> Endpoint:
    found = re.search(r"-(\d+)/", request.headers.get(hdrs.CONTENT_RANGE, ""))
    last_byte = publish.video_size - 1 if publish is not None else -1
    return Endpoint.COMMIT if found and int(found[1]) == last_byte else Endpoint.UPLOAD


async def _publish_id_in(request: web.Request) -> str:
    try:
        body = json.loads(await request.read())
    except ValueError:
        return ""
    return str(body.get("publish_id", "")) if isinstance(body, dict) else ""
