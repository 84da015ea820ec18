"""The gate of the data APIs: a live token, the scope, and room in the minute, asked in that order."""

from __future__ import annotations

import json
import time

from aiohttp import hdrs, web

from .context import Sandbox, sandbox_of
from .creators import Creator
from .endpoints import Endpoint
from .envelopes import Refusal
from .grants import Grant
from .tokens import live_grant

BEARER = "Bearer "


def bearer_of(request: web.Request) -> str:
    header = request.headers.get(hdrs.AUTHORIZATION, "")
    return header[len(BEARER) :] if header.startswith(BEARER) else ""


def admit(request: web.Request, endpoint: Endpoint, *, any_of: tuple[str, ...] = ()) -> Grant:
    """The grant behind the bearer token; one of the scopes `any_of` must be in it, where any is named.

    Raises Refusal: access_token_invalid, scope_not_authorized, rate_limit_exceeded (contract 1.4).
    """
    return admit_token(sandbox_of(request), endpoint, bearer_of(request), any_of=any_of)


def admit_token(sandbox: Sandbox, endpoint: Endpoint, token: str, *, any_of: tuple[str, ...]) -> Grant:
    now = time.time()
    grant = live_grant(sandbox.store.state, token, now=now)
    if grant is None:
        raise Refusal("access_token_invalid", "The access token is invalid or not found in the request.")
    if any_of:
        require_scope(grant, *any_of)
    if not sandbox.limits.allows(endpoint, token, now=now, settings=sandbox.store.state.settings):
        raise Refusal("rate_limit_exceeded", "The API rate limit was exceeded. Please try again later.")
    return grant


def require_scope(grant: Grant, *any_of: str) -> None:
    """At least one of these scopes was granted."""
    if not any(scope in grant.scopes for scope in any_of):
        raise Refusal(
            "scope_not_authorized",
            "The user did not authorize the scope required for completing this request.",
        )


def creator_of(request: web.Request, grant: Grant) -> Creator:
    return sandbox_of(request).store.state.creators[grant.creator]


async def json_object(request: web.Request) -> dict[str, object]:
    """The JSON object in the body, sent as JSON (contract 1.2); anything else is invalid_params."""
    return json_body(request.content_type, await request.read())


def json_body(content_type: str, body: bytes) -> dict[str, object]:
    if content_type != "application/json":
        raise Refusal("invalid_params", "The Content-Type must be application/json.")
    try:
        found = json.loads(body)
    except ValueError:
        raise Refusal("invalid_params", "The request body is not valid JSON.") from None
    if not isinstance(found, dict):
        raise Refusal("invalid_params", "The request body must be a JSON object.")
    return found
