"""Token exchange, refresh and revoke: the shapes and the strict rotation of contract 2.3 to 2.5."""

from __future__ import annotations

import pytest
import requests

from tests.sandbox_process import Sandbox

from .caller import Caller, code_of


def test_a_new_pair_lives_two_hours_and_180_days(luna: Caller) -> None:
    assert (luna.tokens["expires_in"], luna.tokens["refresh_expires_in"]) == (7_200, 15_552_000)
    assert luna.tokens["access_token"].startswith("act.")
    assert luna.tokens["refresh_token"].startswith("rft.")
    assert luna.tokens["token_type"] == "Bearer"


def test_lifetimes_follow_the_control(sandbox: Sandbox) -> None:
    sandbox.control(settings={"access_seconds": 60, "refresh_seconds": 600})
    tokens = sandbox.grant("luna.bakes")
    assert (tokens["expires_in"], tokens["refresh_expires_in"]) == (60, 600)


def test_a_refresh_rotates_both_tokens_and_keeps_scopes_and_creator(luna: Caller) -> None:
    fresh = luna.refresh().json()
    assert fresh["access_token"] != luna.tokens["access_token"]
    assert fresh["refresh_token"] != luna.tokens["refresh_token"]
    assert (fresh["open_id"], fresh["scope"]) == (luna.tokens["open_id"], luna.tokens["scope"])


def test_the_rotated_refresh_token_is_dead(luna: Caller) -> None:
    luna.refresh()
    answer = luna.refresh()
    assert answer.status_code == 200
    assert set(answer.json()) == {"error", "error_description", "log_id"}
    assert answer.json()["error"] == "invalid_grant"


def test_the_new_refresh_token_works_after_a_refused_old_one(luna: Caller) -> None:
    fresh = luna.refresh().json()["refresh_token"]
    luna.refresh()
    assert luna.refresh(fresh).json()["access_token"]


def test_an_expired_refresh_token_is_invalid_grant(luna: Caller) -> None:
    luna.sandbox.control(tokens=[{"creator": "luna.bakes", "do": "expire_refresh"}])
    assert luna.refresh().json()["error"] == "invalid_grant"


def test_an_expired_access_token_is_401_until_refreshed(luna: Caller) -> None:
    luna.sandbox.control(tokens=[{"creator": "luna.bakes", "do": "expire_access"}])
    assert code_of(luna.creator_info()) == (401, "access_token_invalid")
    luna.tokens = luna.refresh().json()
    assert code_of(luna.creator_info()) == (200, "ok")


@pytest.mark.parametrize(
    ("over", "error"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_key": "someone-else"}, "invalid_grant"),
        ({"client_secret": ""}, "invalid_request"),
        ({"refresh_token": "rft.unknown"}, "invalid_grant"),
    ],
)
def test_oauth_failures_come_with_http_200(luna: Caller, over: dict[str, str], error: str) -> None:
    form = {"grant_type": "refresh_token", "refresh_token": luna.tokens["refresh_token"]}
    answer = luna.token(**form | over)
    assert (answer.status_code, answer.json()["error"]) == (200, error)


def test_a_refused_refresh_spends_nothing(luna: Caller) -> None:
    luna.token(grant_type="refresh_token", refresh_token=luna.tokens["refresh_token"], client_secret="wrong")
    assert "access_token" in luna.refresh().json()


def test_the_token_call_takes_a_form_and_not_json(sandbox: Sandbox) -> None:
    answer = requests.post(
        f"{sandbox.base_url}/v2/oauth/token/", json={"grant_type": "refresh_token"}, timeout=5
    )
    assert answer.json()["error"] == "invalid_request"


def test_revoking_ends_every_grant_of_the_creator_and_no_other(luna: Caller) -> None:
    again, fern = Caller(luna.sandbox), Caller(luna.sandbox, "fernandfold")
    assert luna.revoke().json() == {}
    assert code_of(luna.creator_info()) == (401, "access_token_invalid")
    assert again.refresh().json()["error"] == "invalid_grant"
    assert code_of(fern.creator_info()) == (200, "ok")


def test_revoking_with_an_expired_token_is_refused_and_the_grant_lives(luna: Caller) -> None:
    luna.sandbox.control(tokens=[{"creator": "luna.bakes", "do": "expire_access"}])
    assert luna.revoke().json()["error"] == "invalid_grant"
    assert "access_token" in luna.refresh().json()


def test_what_was_in_processing_fails_when_the_creator_removes_the_app(luna: Caller) -> None:
    luna.sandbox.control(settings={"processing_seconds": 60})
    luna.publish()
    luna.sandbox.control(tokens=[{"creator": "luna.bakes", "do": "revoke"}])
    [entry] = luna.sandbox.ledger()["publishes"]
    assert entry["fail_reason"] == "auth_removed"
    assert luna.sandbox.ledger()["contents"] == []
