"""OAuth as pure functions: authorize address, exchange, refresh, revoke (`tiktok-api.md` section 2).

No PKCE: TikTok documents none for the web flow (section 2.6).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlencode

from tiktok.client import fields
from tiktok.client.envelope import read_oauth
from tiktok.client.secret import Secret
from tiktok.client.types import TokenPair
from tiktok.client.wire import Request, Response, post_form

AUTHORIZE_PATH: Final = "/v2/auth/authorize/"
TOKEN_PATH: Final = "/v2/oauth/token/"
REVOKE_PATH: Final = "/v2/oauth/revoke/"


def build_authorize_url(
    auth_base_url: str, *, client_key: str, redirect_uri: str, state: str, scopes: Iterable[str]
) -> str:
    """Where the person's browser goes to consent (section 2.1).

    `disable_auto_auth=1` always shows the consent page; without it "connect another account" silently takes
    the account that is signed in to TikTok in that browser (section 17, quirk 16).
    """
    query = {
        "client_key": client_key,
        "response_type": "code",
        "scope": ",".join(scopes),
        "redirect_uri": redirect_uri,
        "state": state,
        "disable_auto_auth": "1",
    }
    return f"{auth_base_url}{AUTHORIZE_PATH}?{urlencode(query)}"


def build_exchange(
    api_base_url: str, *, client_key: str, client_secret: Secret, code: str, redirect_uri: str
) -> Request:
    """`code` as Django decoded it: it is encoded once, here (section 2.2)."""
    return post_form(
        api_base_url + TOKEN_PATH,
        {
            "client_key": client_key,
            "client_secret": client_secret.reveal(),
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
        },
    )


def build_refresh(
    api_base_url: str, *, client_key: str, client_secret: Secret, refresh_token: Secret
) -> Request:
    """The most recent refresh token; this call kills it (section 2.3)."""
    return post_form(
        api_base_url + TOKEN_PATH,
        {
            "client_key": client_key,
            "client_secret": client_secret.reveal(),
            "grant_type": "refresh_token",
            "refresh_token": refresh_token.reveal(),
        },
    )


def build_revoke(
    api_base_url: str, *, client_key: str, client_secret: Secret, access_token: Secret
) -> Request:
    """The access token has to be alive, else TikTok refuses and the grant lives on (section 2.5)."""
    return post_form(
        api_base_url + REVOKE_PATH,
        {
            "client_key": client_key,
            "client_secret": client_secret.reveal(),
            "token": access_token.reveal(),
        },
    )


def parse_tokens(response: Response) -> TokenPair:
    """The new pair. Both lifetimes are TikTok's word: they changed in November 2026 and may again.

    `scopes` is empty where TikTok names none.
    """
    data = read_oauth(response)
    return TokenPair(
        access_token=fields.secret(data, "access_token"),
        refresh_token=fields.secret(data, "refresh_token"),
        open_id=fields.required_text(data, "open_id"),
        scopes=split_scopes(fields.optional_text(data, "scope")),
        expires_in=fields.number(data, "expires_in"),
        refresh_expires_in=fields.number(data, "refresh_expires_in"),
    )


def parse_revoked(response: Response) -> None:
    """Success is an empty body or `{}` (section 2.5)."""
    read_oauth(response)


def split_scopes(listed: str) -> frozenset[str]:
    """A set from TikTok's comma-separated text: `scope` of the token answer, `scopes` of the callback."""
    return frozenset(scope for scope in re.split(r"[,\s]+", listed) if scope)
