"""The other side of the double: orders from tests and the demo. Answers only callers on this machine.

`POST /sandbox/control` takes any of these keys, all or nothing, and answers with what holds then:

    settings       {name: value}                    fields of `state.Settings`
    creators       {username: {name: value}}        fields of `creators.Creator`; an unknown username is a new creator
    clear_faults   true                             forget the faults that wait
    faults         [{kind, …}]                      fields of `faults.Fault`, put in line in this order
    tokens         [{creator, do, reason?}]         do: `expire_access`, `expire_refresh`, `revoke` (reason: 12.4)
    publishes      [{publish_id, do, …}]            do: `finish` (a draft; privacy_level?), `hide`, `show`,
                                                    `fail` (reason), `count` (counts: {views, likes, comments, shares})
    webhooks       [{creator, event, content}]      any event, told now
"""

from __future__ import annotations

import ipaddress
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from aiohttp import web

from .context import Sandbox, sandbox_of
from .endpoints import SCOPES
from .faults import Fault
from .grants import Grants
from .orders import Order, PublishOrder, TokenOrder, WebhookOrder, changed_creators
from .redirects import check_webhook_url
from .state import State
from .tally import Tally
from .tokens import new_grant, token_answer

Body = dict[str, Any]
KEYS = frozenset({"settings", "creators", "clear_faults", "faults", "tokens", "publishes", "webhooks"})


def loopback_only(
    handler: Callable[[web.Request], Awaitable[web.Response]],
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Refuse a caller from another machine."""

    async def guarded(request: web.Request) -> web.Response:
        if not ipaddress.ip_address(request.remote or "0.0.0.0").is_loopback:
            raise web.HTTPForbidden(text="Only from this machine.")
        return await handler(request)

    return guarded


async def health(request: web.Request) -> web.Response:
    return web.json_response({"ok": True, "allow_loopback": sandbox_of(request).allow_loopback})


@loopback_only
async def control(request: web.Request) -> web.Response:
    """`POST /sandbox/control`: see the module. A wrong order is 400 with a sentence and changes nothing."""
    sandbox, body = sandbox_of(request), await _object(request)
    if unknown := set(body) - KEYS:
        raise _wrong(f"Unknown key: {', '.join(sorted(unknown))}")
    state = sandbox.store.state
    try:
        settings = replace(state.settings, **body.get("settings", {}))
        creators = changed_creators(state.creators, body.get("creators", {}))
        faults = [Fault(**order) for order in body.get("faults", [])]
        orders: list[Order] = [TokenOrder(**order) for order in body.get("tokens", [])]
        orders += [PublishOrder(**order) for order in body.get("publishes", [])]
        orders += [WebhookOrder(**order) for order in body.get("webhooks", [])]
        check_webhook_url(settings.webhook_url, allow_loopback=sandbox.allow_loopback)
        for order in orders:
            order.check(sandbox, creators)
    except (TypeError, ValueError) as wrong:
        raise _wrong(str(wrong)) from None
    state.settings, state.creators = settings, creators
    state.faults = faults if body.get("clear_faults") else [*state.faults, *faults]
    for order in orders:
        order.carry_out(sandbox)
    sandbox.store.save()
    return _json({"settings": settings, "creators": creators, "faults": state.faults})


@loopback_only
async def grant(request: web.Request) -> web.Response:
    """`POST /sandbox/grants` {creator, scopes?, client_key?}: the token answer of 2.3 without a browser.

    With {creators: [name, …]} in place of `creator`: {grants: {name: token answer}}.
    """
    sandbox, body = sandbox_of(request), await _object(request)
    names, scopes = body.get("creators", [body.get("creator")]), body.get("scopes", list(SCOPES))
    if not set(names) <= set(sandbox.store.state.creators) or not set(scopes) <= set(SCOPES):
        raise _wrong("Unknown creator or scope.")
    if body.get("client_key", sandbox.client_key) != sandbox.client_key:
        raise _wrong("Unknown client key.")
    answers = {name: _granted(sandbox, name, list(scopes)) for name in names}
    return web.json_response({"grants": answers} if "creators" in body else answers[names[0]])


@loopback_only
async def reset(request: web.Request) -> web.Response:
    """`POST /sandbox/reset` {keep_grants?}: as on the first day, with the connections kept if asked."""
    sandbox = sandbox_of(request)
    body = await _object(request) if request.can_read_body else {}
    old = sandbox.store.state
    fresh = State(client_key=old.client_key, client_secret=old.client_secret)
    fresh.settings.webhook_url = sandbox.webhook_url
    if body.get("keep_grants"):
        fresh.grants = Grants(grant for grant in old.grants if grant.creator in fresh.creators)
    for task in list(sandbox.pulling.values()):
        task.cancel()
    sandbox.store.clear(fresh)
    sandbox.recount()
    sandbox.herald.forget()
    sandbox.herald.attempts.clear()
    sandbox.limits.clear()
    sandbox.calls.clear()
    sandbox.tally = Tally()
    sandbox.uploads.digests.clear()
    return web.json_response({"ok": True})


def _granted(sandbox: Sandbox, creator: str, scopes: list[str]) -> dict[str, object]:
    state, now = sandbox.store.state, time.time()
    made = new_grant(state, creator=creator, client_key=sandbox.client_key, scopes=scopes, now=now)
    answer = token_answer(state, made, now=now)
    sandbox.store.save_grant(made)
    return answer


async def _object(request: web.Request) -> Body:
    try:
        body = json.loads(await request.read())
    except ValueError:
        raise _wrong("The body is not JSON.") from None
    if not isinstance(body, dict):
        raise _wrong("The body is not a JSON object.")
    return body


def _wrong(sentence: str) -> web.HTTPBadRequest:
    return web.HTTPBadRequest(text=json.dumps({"error": sentence}), content_type="application/json")


def _json(values: dict[str, object]) -> web.Response:
    return web.json_response(values, dumps=lambda value: json.dumps(value, default=vars))
