"""Codes and tokens: made, rotated, found, removed. Changes the state only; the HTTP side is `oauth` and `access`."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from .envelopes import OAuthRefusal
from .grants import Grant
from .posts import PROCESSING, status_of
from .publishes import Publish
from .state import Code, State


def new_code(
    state: State, *, creator: str, client_key: str, redirect_uri: str, scopes: list[str], now: float
) -> str:
    """An authorization code with characters that need URL encoding, as TikTok's have (contract 2.2)."""
    code = f"{secrets.token_urlsafe(40)}*0!{secrets.randbelow(9000) + 1000}.e1"
    state.codes[code] = Code(client_key, redirect_uri, creator, scopes, now + state.settings.code_seconds)
    return code


def new_grant(state: State, *, creator: str, client_key: str, scopes: list[str], now: float) -> Grant:
    """A fresh consent with a refresh token of its own; earlier ones of the same creator stay alive."""
    expires = now + state.settings.refresh_seconds
    grant = Grant(creator, client_key, scopes, _new_token("rft"), expires)
    state.grants.put(grant)
    return grant


def token_answer(state: State, grant: Grant, *, now: float) -> dict[str, object]:
    """Mint an access token and word the pair as contract 2.3 does."""
    access_token = _new_token("act")
    life = state.settings.access_seconds
    grant.access_tokens = {token: at for token, at in grant.access_tokens.items() if at > now}
    grant.access_tokens[access_token] = now + life
    return {
        "access_token": access_token,
        "expires_in": int(life),
        "open_id": state.creators[grant.creator].open_id(grant.client_key),
        "refresh_expires_in": max(0, int(grant.refresh_expires_at - now)),
        "refresh_token": grant.refresh_token,
        "scope": ",".join(grant.scopes),
        "token_type": "Bearer",
    }


def exchange(state: State, form: dict[str, str], *, now: float) -> Grant:
    """The grant behind an authorization code, which is spent by it (contract 2.3)."""
    code = state.codes.get(form.get("code", ""))
    if code is None or now >= code.expires_at or code.client_key != form["client_key"]:
        raise OAuthRefusal("invalid_grant", "Authorization code is invalid or expired.")
    if code.redirect_uri != form.get("redirect_uri"):
        raise OAuthRefusal(
            "invalid_request", "Redirect_uri is not matched with the uri when requesting code."
        )
    del state.codes[form["code"]]
    return new_grant(state, creator=code.creator, client_key=code.client_key, scopes=code.scopes, now=now)


def rotate(state: State, form: dict[str, str], *, now: float) -> Grant:
    """Give the grant a new refresh token; the one that was sent is dead from here on (contract 2.3).

    The refresh token's clock is not restarted: unconfirmed by TikTok, and the stricter reading.
    """
    grant = state.grants.by_refresh(form.get("refresh_token", ""))
    if grant is None or now >= grant.refresh_expires_at or grant.client_key != form["client_key"]:
        raise OAuthRefusal("invalid_grant", "Refresh token is invalid or expired.")
    grant.refresh_token = _new_token("rft")
    return grant


def live_grant(state: State, token: str, *, now: float) -> Grant | None:
    """The grant of an access token that has not run out."""
    grant = state.grants.by_access(token)
    return grant if grant is not None and now < grant.access_tokens[token] else None


def remove_app(state: State, *, creator: str, client_key: str | None = None) -> None:
    """The app leaves the creator's connected apps: every grant of the pair ends, codes too (contract 2.5).

    `client_key` None removes every app.
    """

    def belongs(item: Grant | Code) -> bool:
        return item.creator == creator and client_key in (None, item.client_key)

    for grant in state.grants:
        if belongs(grant):
            state.grants.remove(grant)
    state.codes = {name: code for name, code in state.codes.items() if not belongs(code)}


def abandoned_by_removal(publishes: Iterable[Publish], *, now: float) -> list[Publish]:
    """Those of a creator's publishes that fail with `auth_removed` because they are in processing (contract 9.1)."""
    return [
        publish
        for publish in publishes
        if publish.committed_at_ns is not None and status_of(publish, now) in PROCESSING
    ]


def _new_token(prefix: str) -> str:
    return f"{prefix}.{secrets.token_urlsafe(48)}!{secrets.randbelow(9000) + 1000}.e1"
