"""The server side of OAuth: token exchange, refresh, revoke (contract 2.3 to 2.5). The page is `consent`."""

from __future__ import annotations

import time

from aiohttp import web

from .context import sandbox_of
from .disconnecting import Removal, disconnect
from .envelopes import OAuthRefusal
from .tokens import exchange, live_grant, rotate, token_answer

FORM = "application/x-www-form-urlencoded"


async def token(request: web.Request) -> web.Response:
    """`POST /v2/oauth/token/`: exchange a code, or rotate a refresh token. Saved before it is answered."""
    form = await _form(request)
    sandbox, now = sandbox_of(request), time.time()
    match form.get("grant_type"):
        case "authorization_code":
            take = exchange
        case "refresh_token":
            take = rotate
        case _:
            raise OAuthRefusal("unsupported_grant_type", "Grant type is not supported.")
    _check_secret_of_known(request, form)
    state = sandbox.store.state
    grant = take(state, form, now=now)
    answer = token_answer(state, grant, now=now)
    if take is exchange:
        sandbox.store.save()  # the code is spent
    sandbox.store.save_grant(grant)
    return web.json_response(answer)


async def revoke(request: web.Request) -> web.Response:
    """`POST /v2/oauth/revoke/` with the access token; an expired one is refused and the grant lives on (2.5)."""
    form = await _form(request)
    _check_client(request, form)
    sandbox = sandbox_of(request)
    grant = live_grant(sandbox.store.state, form.get("token", ""), now=time.time())
    if grant is None:
        raise OAuthRefusal("invalid_grant", "Access token is invalid or expired.")
    reason = Removal.DEVELOPER_REVOKED
    disconnect(sandbox, creator=grant.creator, client_key=grant.client_key, reason=reason)
    return web.json_response({})


async def _form(request: web.Request) -> dict[str, str]:
    if request.content_type != FORM:
        raise OAuthRefusal("invalid_request", f"Only `{FORM}` is supported as Content-Type.")
    form = {key: str(value) for key, value in (await request.post()).items()}
    if not form.get("client_key") or not form.get("client_secret"):
        raise OAuthRefusal("invalid_request", "Client key or secret is missing.")
    return form


def _check_secret_of_known(request: web.Request, form: dict[str, str]) -> None:
    """A wrong secret is invalid_client; an unknown key falls through and meets invalid_grant (2.4)."""
    if form["client_key"] == sandbox_of(request).client_key:
        _check_client(request, form)


def _check_client(request: web.Request, form: dict[str, str]) -> None:
    sandbox = sandbox_of(request)
    if (form["client_key"], form["client_secret"]) != (sandbox.client_key, sandbox.client_secret):
        raise OAuthRefusal("invalid_client", "Client key or secret is incorrect.")
