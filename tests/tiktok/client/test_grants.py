from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.tiktok.client.answers import answer
from tiktok.client import RequestsTransport, Secret, TokenPair, UnreadableAnswer, split_scopes
from tiktok.client.grants import (
    build_exchange,
    build_refresh,
    build_revoke,
    parse_revoked,
    parse_tokens,
)
from tiktok.client.oauth import OAuthClient
from tiktok.client.wire import Request, Response

API = "https://open.tiktokapis.com"
APP = {"client_key": "ck", "client_secret": Secret("CANARY-secret")}

TOKENS = {
    "access_token": "act.one",
    "expires_in": 7200,
    "refresh_token": "rft.one",
    "refresh_expires_in": 15_552_000,
    "open_id": "open-1",
    "scope": "user.info.basic,video.publish",
    "token_type": "Bearer",
}


def form(request: Request) -> dict[str, str]:
    assert isinstance(request.body, Secret)
    return {name: value[0] for name, value in parse_qs(request.body.reveal(), strict_parsing=True).items()}


def client() -> OAuthClient:
    return OAuthClient(
        transport=RequestsTransport(), redirect_uri="https://oncue.example/connect/callback/", **APP
    )


def test_the_authorize_address_asks_for_consent_every_time() -> None:
    url = urlsplit(client().authorize_url(state="st&te", scopes=["user.info.basic", "video.publish"]))
    assert f"{url.scheme}://{url.netloc}{url.path}" == "https://www.tiktok.com/v2/auth/authorize/"
    assert parse_qs(url.query, strict_parsing=True) == {
        "client_key": ["ck"],
        "response_type": ["code"],
        "scope": ["user.info.basic,video.publish"],
        "redirect_uri": ["https://oncue.example/connect/callback/"],
        "state": ["st&te"],
        "disable_auto_auth": ["1"],
    }


def test_the_authorize_address_holds_no_secret() -> None:
    assert "CANARY" not in client().authorize_url(state="s", scopes=["user.info.basic"])


def test_an_overridden_page_may_end_with_a_slash() -> None:
    other = OAuthClient(
        transport=RequestsTransport(), redirect_uri="r", auth_base_url="http://127.0.0.1:9/", **APP
    )
    assert other.authorize_url(state="s", scopes=[]).startswith("http://127.0.0.1:9/v2/auth/authorize/?")


def test_an_exchange_encodes_the_code_once() -> None:
    request = build_exchange(API, code="a*b!c/d+e%20f", redirect_uri="https://x.example/cb/", **APP)
    assert (request.method, request.url) == ("POST", API + "/v2/oauth/token/")
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert form(request) == {
        "client_key": "ck",
        "client_secret": "CANARY-secret",
        "grant_type": "authorization_code",
        "code": "a*b!c/d+e%20f",
        "redirect_uri": "https://x.example/cb/",
    }


def test_a_refresh_sends_the_refresh_token_alone() -> None:
    request = build_refresh(API, refresh_token=Secret("rft.one"), **APP)
    assert request.url == API + "/v2/oauth/token/"
    assert form(request) == {
        "client_key": "ck",
        "client_secret": "CANARY-secret",
        "grant_type": "refresh_token",
        "refresh_token": "rft.one",
    }


def test_a_revoke_sends_the_access_token() -> None:
    request = build_revoke(API, access_token=Secret("act.one"), **APP)
    assert request.url == API + "/v2/oauth/revoke/"
    assert form(request) == {"client_key": "ck", "client_secret": "CANARY-secret", "token": "act.one"}


def test_no_request_shows_what_it_carries() -> None:
    request = build_refresh(API, refresh_token=Secret("rft.CANARY"), **APP)
    assert "CANARY" not in repr(request)


def test_tokens_are_read_with_the_lifetimes_that_came() -> None:
    assert parse_tokens(answer(TOKENS)) == TokenPair(
        access_token=Secret("act.one"),
        refresh_token=Secret("rft.one"),
        open_id="open-1",
        scopes=frozenset({"user.info.basic", "video.publish"}),
        expires_in=7200,
        refresh_expires_in=15_552_000,
    )


@pytest.mark.parametrize(("access", "refresh"), [(7200, 15_552_000), (86_400, 31_536_000), (1, 2)])
def test_no_lifetime_is_assumed(access: int, refresh: int) -> None:
    pair = parse_tokens(answer({**TOKENS, "expires_in": access, "refresh_expires_in": str(refresh)}))
    assert (pair.expires_in, pair.refresh_expires_in) == (access, refresh)


def test_an_empty_error_is_no_error() -> None:
    assert (
        parse_tokens(answer({**TOKENS, "error": "", "error_description": "", "log_id": "L"})).open_id
        == "open-1"
    )


@pytest.mark.parametrize(
    "name", ["access_token", "refresh_token", "open_id", "expires_in", "refresh_expires_in"]
)
@pytest.mark.parametrize("value", [None, "", [], True])
def test_a_missing_or_retyped_field_is_unreadable_and_named(name: str, value: object) -> None:
    with pytest.raises(UnreadableAnswer, match=name):
        parse_tokens(answer({**TOKENS, name: value}))


@pytest.mark.parametrize("token", ["act.one\r\nX-Evil: 1", "act one", "act.\u00e9", "act.\x00"])
def test_a_token_that_no_header_can_carry_is_unreadable(token: str) -> None:
    with pytest.raises(UnreadableAnswer):
        parse_tokens(answer({**TOKENS, "access_token": token}))


def test_an_empty_answer_holds_no_tokens() -> None:
    with pytest.raises(UnreadableAnswer):
        parse_tokens(Response(200))


@pytest.mark.parametrize(
    "body", [b"", b"{}", b" \n", b'{"error": "", "log_id": "L"}', b'{"error": {"code": "ok"}}']
)
def test_a_revoke_succeeds_with_an_empty_answer(body: bytes) -> None:
    parse_revoked(Response(200, {}, body))


@pytest.mark.parametrize(
    ("listed", "scopes"),
    [
        ("", set()),
        ("a", {"a"}),
        ("a,b", {"a", "b"}),
        (" a , b,,a", {"a", "b"}),
        ("a b", {"a", "b"}),
    ],
)
def test_scopes_are_compared_after_trimming(listed: str, scopes: set[str]) -> None:
    assert split_scopes(listed) == scopes
