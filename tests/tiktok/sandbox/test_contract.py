"""The double beside `tiktok-api.md`: what is built has the routes, fields, values and numbers written there.

The tables are literal on purpose: they are copied from the contract, not from the code.
"""

from __future__ import annotations

from itertools import pairwise

import pytest
import requests

from tests.sandbox_process import Sandbox
from tiktok.sandbox import creators, endpoints, envelopes, faults, limits, posts, profiles, rules, state

from .caller import Caller, put

# Sections 2.1, 2.3, 2.5, 4, 5, 6.1, 9.
ROUTES = {
    ("GET", "/v2/auth/authorize/"),
    ("POST", "/v2/oauth/token/"),
    ("POST", "/v2/oauth/revoke/"),
    ("GET", "/v2/user/info/"),
    ("POST", "/v2/post/publish/creator_info/query/"),
    ("POST", "/v2/post/publish/video/init/"),
    ("POST", "/v2/post/publish/status/fetch/"),
}
# Sections 1.4, 6.4 (column D), 9.
STATUS_OF_CODE = {
    "ok": 200,
    "invalid_param": 400,
    "invalid_params": 400,
    "invalid_publish_id": 400,
    "token_not_authorized_for_specified_publish_id": 400,
    "access_token_invalid": 401,
    "scope_not_authorized": 401,
    "spam_risk_too_many_posts": 403,
    "spam_risk_user_banned_from_posting": 403,
    "reached_active_user_cap": 403,
    "unaudited_client_can_only_post_to_private_accounts": 403,
    "url_ownership_unverified": 403,
    "privacy_level_option_mismatch": 403,
    "rate_limit_exceeded": 429,
    "internal_error": 500,
}
# Section 4.
USER_FIELDS = {
    "user.info.basic": {
        "open_id",
        "union_id",
        "avatar_url",
        "avatar_url_100",
        "avatar_large_url",
        "display_name",
    },
    "user.info.profile": {"bio_description", "profile_deep_link", "username", "is_verified"},
    "user.info.stats": {"follower_count", "following_count", "likes_count", "video_count"},
}
# Section 5.
CREATOR_FIELDS = {
    "creator_avatar_url",
    "creator_username",
    "creator_nickname",
    "privacy_level_options",
    "comment_disabled",
    "duet_disabled",
    "stitch_disabled",
    "max_video_post_duration_sec",
}
# Section 6.1.
POST_INFO_FIELDS = {
    "privacy_level",
    "title",
    "disable_duet",
    "disable_stitch",
    "disable_comment",
    "video_cover_timestamp_ms",
    "brand_content_toggle",
    "brand_organic_toggle",
    "is_aigc",
}
SOURCE_INFO_FIELDS = {"source", "video_size", "chunk_size", "total_chunk_count", "video_url"}
# Section 2.3.
TOKEN_FIELDS = {
    "access_token",
    "expires_in",
    "refresh_token",
    "refresh_expires_in",
    "open_id",
    "scope",
    "token_type",
}


def test_every_route_of_the_contract_that_is_built_is_there_and_no_other() -> None:
    assert set(endpoints.ROUTES.values()) - {("PUT", "/upload/")} == ROUTES


@pytest.mark.parametrize(("method", "path"), sorted(ROUTES))
def test_every_route_answers_in_the_running_process(sandbox: Sandbox, method: str, path: str) -> None:
    assert requests.request(method, sandbox.base_url + path, timeout=5).status_code not in (404, 405)


@pytest.mark.parametrize(
    "path",
    [
        "/v2/post/publish/inbox/video/init/",
        "/v2/post/publish/content/init/",
        "/v2/post/publish/cancel/",
        "/v2/video/list/",
    ],
)
def test_what_is_not_built_does_not_pretend(sandbox: Sandbox, path: str) -> None:
    assert requests.post(sandbox.base_url + path, json={}, timeout=5).status_code == 404


def test_codes_have_the_status_of_the_contract() -> None:
    assert envelopes.HTTP_STATUS == STATUS_OF_CODE


def test_creator_info_refuses_posting_with_the_three_codes_that_come_as_200() -> None:
    assert {
        "spam_risk_too_many_posts",
        "spam_risk_user_banned_from_posting",
        "reached_active_user_cap",
    } == envelopes.POSTING_REFUSALS


def test_scopes_are_those_of_the_contract() -> None:
    assert set(endpoints.SCOPES) == {
        "user.info.basic",
        "user.info.profile",
        "user.info.stats",
        "video.publish",
        "video.upload",
        "video.list",
    }


def test_user_fields_need_the_scopes_of_the_contract() -> None:
    expected = {field: scope for scope, fields in USER_FIELDS.items() for field in fields}
    assert expected == profiles.USER_FIELDS


def test_creator_info_has_the_fields_of_the_contract(luna: Caller) -> None:
    assert set(luna.creator_info().json()["data"]) == CREATOR_FIELDS


def test_init_takes_the_fields_of_the_contract() -> None:
    assert POST_INFO_FIELDS == rules.POST_FIELDS
    assert SOURCE_INFO_FIELDS == rules.SOURCE_FIELDS


def test_privacy_levels_are_those_of_the_contract() -> None:
    assert {
        "PUBLIC_TO_EVERYONE",
        "MUTUAL_FOLLOW_FRIENDS",
        "FOLLOWER_OF_CREATOR",
        "SELF_ONLY",
    } == creators.PRIVACY_LEVELS


def test_statuses_are_those_a_direct_file_upload_can_have() -> None:
    assert set(posts.Status) == {"PROCESSING_UPLOAD", "PUBLISH_COMPLETE", "FAILED"}


def test_limits_are_those_of_the_contract() -> None:
    assert limits.PER_MINUTE == {"video_init": 6, "creator_info": 20, "status": 30, "user_info": 600}
    assert limits.UNAUDITED_USERS == 5


def test_lifetimes_are_those_of_november_2026() -> None:
    settings = state.Settings()
    assert (settings.access_seconds, settings.refresh_seconds) == (2 * 3600, 180 * 24 * 3600)
    assert settings.upload_url_seconds == 3600


def test_the_token_answer_has_the_fields_of_the_contract(luna: Caller) -> None:
    assert set(luna.tokens) == TOKEN_FIELDS
    assert set(luna.refresh().json()) == TOKEN_FIELDS


def test_init_answers_within_the_lengths_of_the_contract(luna: Caller) -> None:
    begun = luna.begin()
    assert set(begun) == {"publish_id", "upload_url"}
    assert begun["publish_id"].startswith("v_pub_file~")
    assert len(begun["publish_id"]) <= 64
    assert len(begun["upload_url"]) <= 256


def test_the_post_id_is_misspelt_and_a_number_of_19_digits(luna: Caller) -> None:
    data = luna.status(luna.publish()).json()["data"]
    [post_id] = data["publicaly_available_post_id"]
    assert isinstance(post_id, int)
    assert len(str(post_id)) == 19


def test_every_answer_carries_a_log_id(luna: Caller) -> None:
    answers = [luna.creator_info(), luna.status("none")]
    assert all(set(answer.json()["error"]) == {"code", "message", "log_id"} for answer in answers)
    assert all(answer.json()["error"]["log_id"] for answer in answers)


def test_the_official_chunk_example_goes_through(luna: Caller) -> None:
    size, chunk = 50_000_123, 10_000_000
    url = luna.begin(size, chunk, 5)["upload_url"]
    ends = [*range(0, 5 * chunk, chunk), size]
    statuses = [put(url, bytes(end - start), start, size).status_code for start, end in pairwise(ends)]
    assert statuses == [206, 206, 206, 206, 201]


def test_every_kind_of_fault_says_when_it_strikes() -> None:
    assert {kind for kind in faults.FaultKind if faults.Fault(kind).effect} == {
        "lose",
        "hang",
        "malformed",
        "slow",
    }
