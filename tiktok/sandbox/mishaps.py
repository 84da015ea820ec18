"""What a fault does to a call (see `faults` for the orders): before it is carried out, or to its answer."""

from __future__ import annotations

import asyncio
from typing import cast

from aiohttp import hdrs, web

from .breakage import halve, hang_up, reset, swamp, trickle
from .calls import Handler
from .context import CALL, Call, Sandbox, sandbox_of
from .disconnecting import disconnect
from .endpoints import Endpoint
from .envelopes import refusal_for, refused
from .faults import Fault, FaultKind, take

HTML_PAGE = "<!doctype html><title>502 Bad Gateway</title><h1>Bad Gateway</h1>"
BROKEN_JSON = '{"data":{"publish_id":"v_pub_fi'


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
            return hang_up(request)
        case FaultKind.RESET:
            return reset(request)
        case FaultKind.CUT | FaultKind.STALL:
            seconds = fault.seconds if fault.kind == FaultKind.STALL else None
            return await halve(request, answer or web.json_response({}), seconds)
        case FaultKind.HUGE:
            return await swamp(request, fault.size)
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
            return await trickle(request, answer, fault.bytes_per_second)
    return answer if answer is not None else web.Response(status=500)


def _said(fault: Fault, endpoint: Endpoint) -> web.Response:
    answer = refused(refusal_for(endpoint, fault.code, fault.message, fault.http_status or None))
    answer.headers.update(_advice(fault))
    return answer


def _advice(fault: Fault) -> dict[str, str]:
    return {} if fault.retry_after is None else {hdrs.RETRY_AFTER: str(fault.retry_after)}
