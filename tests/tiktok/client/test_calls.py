"""The data calls as pure functions: what is asked, and what is read."""

from __future__ import annotations

import json

import pytest

from tests.tiktok.client.answers import answer, envelope, ok
from tiktok.client import (
    AccountCounts,
    AuthRefusal,
    CreatorInfo,
    LimitRefusal,
    Outcome,
    Refusal,
    Secret,
    TikTokError,
    UnreadableAnswer,
    Upload,
    UserInfo,
    VideoPost,
    plan_staged,
    plan_upload,
)
from tiktok.client.creator import build_creator_info, parse_creator_info
from tiktok.client.statuses import build_publish_status, parse_publish_status
from tiktok.client.users import (
    build_account_counts,
    build_user_info,
    parse_account_counts,
    parse_user_info,
)
from tiktok.client.videos import build_video_init, parse_video_init
from tiktok.client.wire import Request, Response

API = "https://open.tiktokapis.com"
TOKEN = Secret("act.CANARY")


def payload(request: Request) -> object:
    assert isinstance(request.body, bytes)
    return json.loads(request.body)


def assert_bearer(request: Request) -> None:
    header = request.headers["Authorization"]
    assert isinstance(header, Secret)
    assert header.reveal() == "Bearer act.CANARY"
    assert "CANARY" not in repr(request)


# User info


@pytest.mark.parametrize(
    ("scopes", "fields"),
    [
        ({"user.info.basic"}, "open_id,union_id,avatar_url,display_name"),
        (
            {"user.info.profile", "video.publish", "user.info.basic"},
            "open_id,union_id,avatar_url,display_name,username",
        ),
        ({"user.info.profile"}, "username"),
        ({"video.publish"}, "open_id"),
        ((), "open_id"),
    ],
)
def test_user_info_asks_only_for_fields_that_were_granted(scopes, fields: str) -> None:
    request = build_user_info(API, TOKEN, scopes)
    assert (request.method, request.url) == ("GET", f"{API}/v2/user/info/?fields={fields}")
    assert request.label == "/v2/user/info/"
    assert_bearer(request)


def test_user_info_is_read_from_inside_user() -> None:
    user = {
        "open_id": "open-1",
        "union_id": "u",
        "display_name": "Luna",
        "avatar_url": "https://a",
        "username": "luna",
        "likes_count": 5,
    }
    assert parse_user_info(ok({"user": user})) == UserInfo("open-1", "u", "Luna", "https://a", "luna")


def test_a_username_that_was_not_granted_is_none() -> None:
    assert parse_user_info(ok({"user": {"open_id": "open-1"}})) == UserInfo("open-1", "", "", "", None)


@pytest.mark.parametrize("data", [{}, {"user": None}, {"user": []}, {"user": {}}, {"user": {"open_id": 7}}])
def test_a_user_without_an_id_is_unreadable(data: dict) -> None:
    with pytest.raises(UnreadableAnswer):
        parse_user_info(ok(data))


# Account counts


def test_counts_are_asked_for_alone() -> None:
    request = build_account_counts(API, TOKEN)
    asked = "follower_count,following_count,likes_count,video_count"
    assert (request.method, request.url) == ("GET", f"{API}/v2/user/info/?fields={asked}")
    assert_bearer(request)


def test_counts_are_read_exactly_at_any_size() -> None:
    user = {"follower_count": 9_000_000_000, "following_count": "12", "likes_count": 0, "video_count": 7}
    assert parse_account_counts(ok({"user": user})) == AccountCounts(9_000_000_000, 12, 0, 7)


@pytest.mark.parametrize("data", [None, {}, {"user": None}, {"user": {"follower_count": None}}])
def test_counts_that_tiktok_leaves_out_are_not_zero(data: dict | None) -> None:
    assert parse_account_counts(ok(data)) == AccountCounts(None, None, None, None)


def test_counts_without_their_scope_are_refused_in_tiktoks_words() -> None:
    with pytest.raises(AuthRefusal) as caught:
        parse_account_counts(envelope("scope_not_authorized", status=401))
    assert caught.value.code == "scope_not_authorized"


# Creator info

CREATOR = {
    "creator_avatar_url": "https://p16/a.jpeg",
    "creator_username": "luna",
    "creator_nickname": "Luna Bakes",
    "privacy_level_options": ["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"],
    "comment_disabled": False,
    "duet_disabled": True,
    "stitch_disabled": False,
    "max_video_post_duration_sec": 300,
}


def test_creator_info_is_a_post_without_a_body() -> None:
    request = build_creator_info(API, TOKEN)
    assert (request.method, request.url) == ("POST", API + "/v2/post/publish/creator_info/query/")
    assert request.body == b""
    assert request.headers["Content-Type"] == "application/json; charset=UTF-8"
    assert_bearer(request)


def test_creator_info_is_read() -> None:
    assert parse_creator_info(ok(CREATOR)) == CreatorInfo(
        nickname="Luna Bakes",
        username="luna",
        avatar_url="https://p16/a.jpeg",
        privacy_level_options=("PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"),
        comment_disabled=False,
        duet_disabled=True,
        stitch_disabled=False,
        max_video_post_duration_sec=300,
    )


def test_an_unknown_privacy_level_is_kept() -> None:
    info = parse_creator_info(ok({**CREATOR, "privacy_level_options": ["BEST_FRIENDS"], "brand_new": 1}))
    assert info.privacy_level_options == ("BEST_FRIENDS",)


@pytest.mark.parametrize(
    ("code", "kind", "outcome"),
    [
        ("spam_risk_too_many_posts", LimitRefusal, Outcome.LIMIT),
        ("spam_risk_user_banned_from_posting", Refusal, Outcome.REFUSED),
        ("reached_active_user_cap", LimitRefusal, Outcome.LIMIT),
    ],
)
def test_cannot_post_now_is_a_refusal_although_it_comes_with_200(code: str, kind, outcome: Outcome) -> None:
    with pytest.raises(TikTokError) as caught:
        parse_creator_info(envelope(code, CREATOR, status=200))
    assert type(caught.value) is kind
    assert (caught.value.outcome, caught.value.code, caught.value.http_status) == (outcome, code, 200)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("privacy_level_options", None),
        ("privacy_level_options", "SELF_ONLY"),
        ("privacy_level_options", [1]),
        ("comment_disabled", None),
        ("duet_disabled", "false"),
        ("stitch_disabled", 0),
        ("max_video_post_duration_sec", None),
        ("max_video_post_duration_sec", True),
        ("max_video_post_duration_sec", -1),
    ],
)
def test_a_creators_permission_is_never_guessed(name: str, value: object) -> None:
    with pytest.raises(UnreadableAnswer, match=name):
        parse_creator_info(ok({**CREATOR, name: value}))


# Video init

POST = VideoPost(
    title="Sourdough 🍞 #bread",
    privacy_level="SELF_ONLY",
    disable_comment=True,
    disable_duet=True,
    disable_stitch=False,
    brand_content_toggle=False,
    brand_organic_toggle=True,
    is_aigc=False,
)


def test_video_init_sends_every_toggle_and_the_plan() -> None:
    request = build_video_init(API, TOKEN, POST, plan_upload(70_000_000))
    assert (request.method, request.url) == ("POST", API + "/v2/post/publish/video/init/")
    assert payload(request) == {
        "post_info": {
            "title": "Sourdough 🍞 #bread",
            "privacy_level": "SELF_ONLY",
            "disable_comment": True,
            "disable_duet": True,
            "disable_stitch": False,
            "brand_content_toggle": False,
            "brand_organic_toggle": True,
            "is_aigc": False,
        },
        "source_info": {
            "source": "FILE_UPLOAD",
            "video_size": 70_000_000,
            "chunk_size": 32_000_000,
            "total_chunk_count": 2,
        },
    }
    assert_bearer(request)


@pytest.mark.parametrize("moment", [0, 1500])
def test_a_chosen_cover_stands_in_post_info(moment: int) -> None:
    post = VideoPost("", "SELF_ONLY", True, True, True, False, False, False, video_cover_timestamp_ms=moment)
    sent = payload(build_video_init(API, TOKEN, post, plan_staged(1000)))
    assert sent["post_info"]["video_cover_timestamp_ms"] == moment
    assert "video_cover_timestamp_ms" not in sent["source_info"]


def test_an_opened_upload_keeps_its_address_secret() -> None:
    url = "https://open-upload.tiktokapis.com/video/?upload_id=1&upload_token=CANARY"
    upload = parse_video_init(ok({"publish_id": "v_pub_file~v2.1", "upload_url": url}))
    assert upload == Upload("v_pub_file~v2.1", Secret(url))
    assert "CANARY" not in repr(upload)


@pytest.mark.parametrize(
    "data", [{}, {"publish_id": "v"}, {"upload_url": "https://x"}, {"publish_id": 7, "upload_url": "u"}]
)
def test_an_upload_without_id_or_address_is_unreadable(data: dict) -> None:
    with pytest.raises(UnreadableAnswer):
        parse_video_init(ok(data))


# Status


def test_status_sends_the_id() -> None:
    request = build_publish_status(API, TOKEN, "v_pub_file~v2.1")
    assert (request.method, request.url) == ("POST", API + "/v2/post/publish/status/fetch/")
    assert payload(request) == {"publish_id": "v_pub_file~v2.1"}
    assert_bearer(request)


def test_a_19_digit_post_id_stays_exact() -> None:
    data = b'{"status":"PUBLISH_COMPLETE","publicaly_available_post_id":[7504836789012345679]}'
    body = b'{"data":' + data + b',"error":{"code":"ok"}}'
    assert parse_publish_status(Response(200, {}, body)).post_ids == ("7504836789012345679",)


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        (None, ()),
        ([], ()),
        ([1, 2], ("1", "2")),
        (["7504836789012345679"], ("7504836789012345679",)),
        (7504836789012345679, ("7504836789012345679",)),
        ([True, None, 1.5, "x", 0], ()),
    ],
)
def test_post_ids_come_in_many_shapes(value: object, ids: tuple[str, ...]) -> None:
    status = parse_publish_status(ok({"status": "PUBLISH_COMPLETE", "publicaly_available_post_id": value}))
    assert status.post_ids == ids


def test_a_missing_list_of_ids_is_an_empty_one() -> None:
    assert parse_publish_status(ok({"status": "PUBLISH_COMPLETE"})).post_ids == ()


def test_a_failed_post_is_an_ordinary_answer() -> None:
    status = parse_publish_status(ok({"status": "FAILED", "fail_reason": "spam_risk_text"}, log_id="LOG7"))
    assert (status.status, status.fail_reason, status.log_id) == ("FAILED", "spam_risk_text", "LOG7")


def test_progress_is_read_and_may_be_absent() -> None:
    status = parse_publish_status(ok({"status": "PROCESSING_UPLOAD", "uploaded_bytes": 5_242_880}))
    assert (status.uploaded_bytes, status.downloaded_bytes) == (5_242_880, None)


def test_an_unknown_status_and_reason_are_kept() -> None:
    status = parse_publish_status(ok({"status": "HOVERING", "fail_reason": "new_reason"}))
    assert (status.status, status.fail_reason) == ("HOVERING", "new_reason")


@pytest.mark.parametrize("data", [None, {}, {"status": ""}, {"status": 3}])
def test_an_answer_without_a_status_is_unreadable(data: dict | None) -> None:
    with pytest.raises(UnreadableAnswer):
        parse_publish_status(ok(data))


def test_either_spelling_of_the_log_id_is_kept_with_a_status() -> None:
    document = {"data": {"status": "PROCESSING_UPLOAD"}, "error": {"code": "ok", "logid": "LOG8"}}
    assert parse_publish_status(answer(document)).log_id == "LOG8"
