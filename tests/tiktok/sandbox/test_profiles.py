"""User info and creator info: fields by scope, options by account, and the refusals that come as HTTP 200."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.sandbox_process import Sandbox

from .caller import Caller, code_of


def test_user_info_answers_exactly_the_fields_asked_for(luna: Caller) -> None:
    user = luna.user_info("open_id,display_name,username").json()["data"]["user"]
    assert user == {
        "open_id": luna.tokens["open_id"],
        "display_name": "Luna Bakes",
        "username": "luna.bakes",
    }


def test_one_field_outside_the_scopes_fails_the_whole_call(sandbox: Sandbox) -> None:
    caller = Caller(sandbox, scopes=["user.info.basic"])
    assert code_of(caller.user_info("open_id")) == (200, "ok")
    assert code_of(caller.user_info("open_id,username")) == (401, "scope_not_authorized")


@pytest.mark.parametrize("fields", ["", "open_id,email"])
def test_missing_or_unknown_fields_are_invalid_params(luna: Caller, fields: str) -> None:
    assert code_of(luna.user_info(fields)) == (400, "invalid_params")


def test_the_avatar_is_a_png(luna: Caller) -> None:
    url = luna.user_info("avatar_url").json()["data"]["user"]["avatar_url"]
    picture = requests.get(url, timeout=5)
    assert picture.headers["Content-Type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("creator", "expected"),
    [
        (
            "luna.bakes",
            {"duet_disabled": False, "stitch_disabled": False, "max_video_post_duration_sec": 600},
        ),
        (
            "fernandfold",
            {"duet_disabled": True, "stitch_disabled": False, "max_video_post_duration_sec": 300},
        ),
        (
            "northpeak.run",
            {"duet_disabled": True, "stitch_disabled": True, "max_video_post_duration_sec": 180},
        ),
    ],
)
def test_the_three_creators_differ(sandbox: Sandbox, creator: str, expected: dict[str, Any]) -> None:
    data = Caller(sandbox, creator).creator_info().json()["data"]
    assert expected.items() <= data.items()


def test_options_follow_the_account_being_public_or_private(sandbox: Sandbox) -> None:
    options = [
        Caller(sandbox, creator).creator_info().json()["data"]["privacy_level_options"]
        for creator in ("luna.bakes", "northpeak.run")
    ]
    assert options == [
        ["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"],
        ["FOLLOWER_OF_CREATOR", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"],
    ]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"banned": True}, "spam_risk_user_banned_from_posting"),
        ({"capped": True}, "spam_risk_too_many_posts"),
    ],
)
def test_who_cannot_post_is_told_so_with_http_200(luna: Caller, values: dict[str, bool], code: str) -> None:
    luna.sandbox.control(creators={"luna.bakes": values})
    assert code_of(luna.creator_info()) == (200, code)


def test_creator_info_needs_the_publish_scope(sandbox: Sandbox) -> None:
    caller = Caller(sandbox, scopes=["user.info.basic", "video.upload"])
    assert code_of(caller.creator_info()) == (401, "scope_not_authorized")


@pytest.mark.parametrize(
    "header", [{}, {"Authorization": "act.bare"}, {"Authorization": "Bearer act.unknown"}]
)
def test_without_a_live_token_nothing_is_told(sandbox: Sandbox, header: dict[str, str]) -> None:
    url = f"{sandbox.base_url}/v2/user/info/?fields=open_id"
    assert code_of(requests.get(url, headers=header, timeout=5)) == (401, "access_token_invalid")


def test_an_account_is_as_large_as_was_ordered(luna: Caller) -> None:
    luna.sandbox.control(creators={"luna.bakes": {"followers": 20_000, "following": 3, "likes": 99_000}})
    luna.publish()
    user = luna.user_info("follower_count,following_count,likes_count,video_count").json()["data"]["user"]
    assert list(user.values()) == [20_000, 3, 99_000, 1]
