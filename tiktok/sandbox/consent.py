"""The page where a creator lets the app in (contract 2.1, 2.2): plain HTML and one plain form, no script.

A person clicks; an HTTP client does the same by posting the form to the address it got the page from:

    client_key, response_type, scope, redirect_uri, state    hidden, as in the authorize URL
    creator     username, one of the radio buttons           e.g. `luna.bakes`
    scopes      repeated, one per ticked box                 `user.info.basic` is always granted
    decision    `allow` or `deny`, the two buttons

Both answers are a 302 to `redirect_uri`: with `code`, `scopes`, `state`, or with `error=access_denied`. Without
`disable_auto_auth=1` the page is skipped for the creator who used this browser last.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from .context import Sandbox, sandbox_of
from .endpoints import BASIC_SCOPE, SCOPES
from .html import consent_page, page, problem_page
from .redirects import is_acceptable
from .tokens import new_code

SESSION = "sandbox_creator"


@dataclass(frozen=True)
class Asked:
    """What the app asks for, once the client and the redirect are known to be good."""

    client_key: str
    redirect_uri: str
    scopes: list[str]
    state: str
    always_ask: bool

    def back(self, **values: str) -> web.HTTPFound:
        query = urlencode({**values, "state": self.state})
        return web.HTTPFound(f"{self.redirect_uri}?{query}")

    def fields(self) -> dict[str, str]:
        """The hidden fields of the form: the question again, so that the answer needs no session."""
        return {
            "client_key": self.client_key,
            "response_type": "code",
            "scope": ",".join(self.scopes),
            "redirect_uri": self.redirect_uri,
            "state": self.state,
        }


async def show(request: web.Request) -> web.Response:
    """`GET /v2/auth/authorize/`: the consent page, or straight back where it may be skipped."""
    sandbox = sandbox_of(request)
    asked = _asked(sandbox, request.query)
    known = request.cookies.get(SESSION, "")
    if not asked.always_ask and _already_allowed(sandbox, asked, known):
        return _allow(sandbox, asked, known, asked.scopes)
    state = sandbox.store.state
    connected = {grant.creator for grant in state.grants}
    creators = sorted(
        state.creators.values(), key=lambda creator: creator.username in connected
    )  # the free ones first
    return page(consent_page(creators, asked.scopes, asked.fields()), form_target=_origin(asked.redirect_uri))


async def decide(request: web.Request) -> web.Response:
    """`POST /v2/auth/authorize/`: what the creator chose. Fields: see the module."""
    sandbox, form = sandbox_of(request), await request.post()
    asked = _asked(sandbox, {key: str(value) for key, value in form.items()})
    if form.get("decision") != "allow":
        return asked.back(error="access_denied", error_description="User cancelled the authorization")
    creator = str(form.get("creator", ""))
    if creator not in sandbox.store.state.creators:
        raise _problem("invalid_request", "creator", "Choose who is connecting.")
    ticked = {str(scope) for scope in form.getall("scopes", [])} | {BASIC_SCOPE}
    answer = _allow(sandbox, asked, creator, [scope for scope in asked.scopes if scope in ticked])
    answer.set_cookie(SESSION, creator, httponly=True, samesite="Lax")
    return answer


def _asked(sandbox: Sandbox, query: Mapping[str, str]) -> Asked:
    """Judge the authorize URL. Client and redirect faults stay on our page; the rest go back to the app."""
    if query.get("client_key") != sandbox.client_key:
        raise _problem("invalid_request", "client_key", "This client key is not known here.")
    uri = query.get("redirect_uri", "")
    if not is_acceptable(uri, allow_loopback=sandbox.allow_loopback, registered=sandbox.redirect_uris):
        raise _problem("invalid_request", "redirect_uri", "This redirect address is not allowed.")
    scopes = query.get("scope", "").split(",")
    always_ask = query.get("disable_auto_auth", "0")
    asked = Asked(query["client_key"], uri, scopes, query.get("state", ""), always_ask == "1")
    if not asked.state or always_ask not in ("0", "1"):
        raise asked.back(error="invalid_request", error_description="state or disable_auto_auth is invalid")
    if query.get("response_type") != "code":
        raise asked.back(error="unsupported_response_type", error_description="response_type must be code")
    if not set(scopes) <= set(SCOPES):
        raise asked.back(error="invalid_scope", error_description="scope is invalid or not approved")
    return asked


def _allow(sandbox: Sandbox, asked: Asked, creator: str, scopes: list[str]) -> web.HTTPFound:
    state = sandbox.store.state
    code = new_code(
        state,
        creator=creator,
        client_key=asked.client_key,
        redirect_uri=asked.redirect_uri,
        scopes=scopes,
        now=time.time(),
    )
    sandbox.store.save()
    return asked.back(code=code, scopes=",".join(scopes))


def _already_allowed(sandbox: Sandbox, asked: Asked, creator: str) -> bool:
    return any(
        grant.creator == creator
        and grant.client_key == asked.client_key
        and set(asked.scopes) <= set(grant.scopes)
        for grant in sandbox.store.state.grants
    )


def _problem(error: str, error_type: str, sentence: str) -> web.HTTPBadRequest:
    return web.HTTPBadRequest(text=problem_page(error, error_type, sentence), content_type="text/html")


def _origin(uri: str) -> str:
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}"
