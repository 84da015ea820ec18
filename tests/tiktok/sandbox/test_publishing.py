"""Direct video init and status fetch, strict as contract 6.1, 6.4, 7.1 and 9."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox_process import Sandbox

from .caller import POST_INFO, VIDEO, Caller, code_of, eventually, put

SOURCE = {"source": "FILE_UPLOAD", "video_size": 3_000, "chunk_size": 3_000, "total_chunk_count": 1}
FIVE_MIB = 5_242_880


@pytest.fixture
def free(luna: Caller) -> Caller:
    """Luna's app without the six inits per minute, for tests of many inits."""
    luna.sandbox.control(settings={"limits": {"video_init": None}})
    return luna


@pytest.mark.parametrize(
    ("size", "chunk", "count"),
    [
        (1, 1, 1),
        (3_000_000, 3_000_000, 1),
        (5_000_000, 5_000_000, 1),
        (FIVE_MIB, FIVE_MIB, 1),
        (50_000_000, 50_000_000, 1),
        (64_000_000, 64_000_000, 1),
        (64_000_001, 32_000_000, 2),
        (67_108_864, 32_000_000, 2),
        (65_000_000, 32_000_000, 2),
        (1_000_000_000, 32_000_000, 31),
        (1_073_741_824, 32_000_000, 33),
        (4_000_000_000, 32_000_000, 125),
        (50_000_123, 10_000_000, 5),
        (2 * FIVE_MIB, FIVE_MIB, 2),
        (4_000_000_000, FIVE_MIB, 762),
    ],
)
def test_plans_of_the_contract_are_accepted(free: Caller, size: int, chunk: int, count: int) -> None:
    assert code_of(free.init(size, chunk, count)) == (200, "ok")


@pytest.mark.parametrize(
    ("size", "chunk", "count", "message"),
    [
        (0, 1, 1, "The video size is invalid"),
        (4_000_000_001, 32_000_000, 125, "The video size is invalid"),
        (3_000, -1, 1, "The chunk size is invalid"),
        (65_000_000, 64_000_000, 1, "The chunk size is invalid"),
        (65_000_000, 65_000_000, 1, "The chunk size is invalid"),
        (140_000_000, 70_000_000, 2, "The chunk size is invalid"),
        (10_000_000, 5_000_000, 2, "The chunk size is invalid"),
        (4_000_000, 2_000_000, 2, "The chunk size is invalid"),
        (7_000_000, 6_000_000, 1, "The chunk size is invalid"),
        (65_000_000, 32_000_000, 3, "The total chunk count is invalid"),
        (50_000_123, 10_000_000, 6, "The total chunk count is invalid"),
        (4_000_000_000, 3_990_000, 1_002, "The total chunk count is invalid"),
        (3_000, 4_000, 1, "The total chunk count is invalid"),
    ],
)
def test_plans_that_tiktok_refuses_are_refused(
    free: Caller, size: int, chunk: int, count: int, message: str
) -> None:
    source = {"source": "FILE_UPLOAD", "video_size": size, "chunk_size": chunk, "total_chunk_count": count}
    answer = free.init_with({"post_info": POST_INFO, "source_info": source})
    assert code_of(answer) == (400, "invalid_params")
    assert answer.json()["error"]["message"] == message


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"post_info": POST_INFO},
        {"source_info": SOURCE},
        {"post_info": POST_INFO | {"description": "for photos"}, "source_info": SOURCE},
        {"post_info": POST_INFO, "source_info": SOURCE | {"video_cover_timestamp_ms": 1}},
        {"post_info": POST_INFO, "source_info": SOURCE, "media_type": "PHOTO"},
        {"post_info": POST_INFO, "source_info": SOURCE | {"video_size": "3000"}},
        {"post_info": POST_INFO, "source_info": SOURCE | {"video_size": True}},
        {"post_info": POST_INFO, "source_info": {"source": "FILE_UPLOAD"}},
        {"post_info": POST_INFO, "source_info": SOURCE | {"source": "PIGEON"}},
        {"post_info": POST_INFO | {"disable_duet": "yes"}, "source_info": SOURCE},
        {"post_info": POST_INFO | {"title": 7}, "source_info": SOURCE},
        {"post_info": POST_INFO | {"video_cover_timestamp_ms": 2**31}, "source_info": SOURCE},
    ],
)
def test_a_body_of_the_wrong_shape_is_refused(free: Caller, body: Any) -> None:
    status, code = code_of(free.init_with(body))
    assert status == 400
    assert code in {"invalid_param", "invalid_params"}


def test_the_title_is_counted_in_utf16_units(free: Caller) -> None:
    assert code_of(free.init(title="é" * 2_200)) == (200, "ok")
    assert code_of(free.init(title="🥐" * 1_100)) == (200, "ok")
    assert code_of(free.init(title="🥐" * 1_100 + "!")) == (400, "invalid_param")


@pytest.mark.parametrize("level", ["FOLLOWER_OF_CREATOR", "EVERYONE", "", None])
def test_a_privacy_level_that_is_not_offered_is_a_mismatch(luna: Caller, level: str | None) -> None:
    assert code_of(luna.init(privacy_level=level)) == (403, "privacy_level_option_mismatch")


def test_a_missing_privacy_level_is_a_mismatch(luna: Caller) -> None:
    answer = luna.init_with({"post_info": {"title": "Hello"}, "source_info": SOURCE})
    assert code_of(answer) == (403, "privacy_level_option_mismatch")


def test_an_option_the_creator_has_withdrawn_is_a_mismatch(luna: Caller) -> None:
    luna.sandbox.control(creators={"luna.bakes": {"privacy_level_options": ["SELF_ONLY"]}})
    assert code_of(luna.init()) == (403, "privacy_level_option_mismatch")
    assert code_of(luna.init(privacy_level="SELF_ONLY")) == (200, "ok")


def test_branded_content_cannot_be_for_the_creator_alone(luna: Caller) -> None:
    answer = luna.init(privacy_level="SELF_ONLY", brand_content_toggle=True)
    assert code_of(answer) == (400, "invalid_param")
    assert code_of(luna.init(brand_content_toggle=True, brand_organic_toggle=True)) == (200, "ok")


def test_init_needs_the_publish_scope(sandbox: Sandbox) -> None:
    caller = Caller(sandbox, scopes=["user.info.basic", "video.upload"])
    assert code_of(caller.init()) == (401, "scope_not_authorized")


def test_no_url_property_is_verified_here(luna: Caller) -> None:
    source = {"source": "PULL_FROM_URL", "video_url": "https://oncue.example/v.mp4"}
    answer = luna.init_with({"post_info": POST_INFO, "source_info": source})
    assert code_of(answer) == (403, "url_ownership_unverified")


def test_an_unaudited_app_posts_only_to_private_accounts_and_only_for_themselves(sandbox: Sandbox) -> None:
    sandbox.control(settings={"unaudited": True})
    refused = (403, "unaudited_client_can_only_post_to_private_accounts")
    northpeak = Caller(sandbox, "northpeak.run")
    assert code_of(Caller(sandbox).init(privacy_level="SELF_ONLY")) == refused
    assert code_of(northpeak.init(privacy_level="FOLLOWER_OF_CREATOR")) == refused
    assert code_of(northpeak.init(privacy_level="SELF_ONLY")) == (200, "ok")


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"banned": True}, "spam_risk_user_banned_from_posting"),
        ({"capped": True}, "spam_risk_too_many_posts"),
    ],
)
def test_a_creator_who_cannot_post_is_refused_at_init(
    luna: Caller, values: dict[str, bool], code: str
) -> None:
    luna.sandbox.control(creators={"luna.bakes": values})
    assert code_of(luna.init()) == (403, code)


def test_an_init_alone_posts_nothing(luna: Caller) -> None:
    begun = luna.begin()
    data = luna.status(begun["publish_id"]).json()["data"]
    assert data == {"status": "PROCESSING_UPLOAD", "uploaded_bytes": 0}
    assert luna.sandbox.posts_on_page("luna.bakes") == 0


def test_uploaded_bytes_follow_the_chunks(luna: Caller) -> None:
    begun = luna.begin(2 * FIVE_MIB, FIVE_MIB, 2)
    put(begun["upload_url"], bytes(FIVE_MIB), 0, 2 * FIVE_MIB)
    data = luna.status(begun["publish_id"]).json()["data"]
    assert data == {"status": "PROCESSING_UPLOAD", "uploaded_bytes": FIVE_MIB}


def test_processing_takes_its_time(luna: Caller) -> None:
    luna.sandbox.control(settings={"processing_seconds": 0.4})
    publish_id = luna.publish()
    data = luna.status(publish_id).json()["data"]
    assert data == {"status": "PROCESSING_UPLOAD", "uploaded_bytes": len(VIDEO)}
    eventually(lambda: luna.status(publish_id).json()["data"]["status"] == "PUBLISH_COMPLETE")


def test_the_post_id_waits_for_moderation(luna: Caller) -> None:
    luna.sandbox.control(settings={"moderation_seconds": 0.4})
    publish_id = luna.publish()
    data = luna.status(publish_id).json()["data"]
    assert (data["status"], data["publicaly_available_post_id"]) == ("PUBLISH_COMPLETE", [])
    eventually(lambda: len(luna.status(publish_id).json()["data"]["publicaly_available_post_id"]) == 1)


def test_a_post_that_is_not_public_gets_no_id(luna: Caller) -> None:
    data = luna.status(luna.publish(privacy_level="SELF_ONLY")).json()["data"]
    assert (data["status"], data["publicaly_available_post_id"]) == ("PUBLISH_COMPLETE", [])


def test_a_failed_publish_is_told_in_an_ok_envelope(luna: Caller) -> None:
    luna.sandbox.fault("fail", fail_reason="spam_risk_text")
    answer = luna.status(luna.publish())
    assert code_of(answer) == (200, "ok")
    data = answer.json()["data"]
    assert (data["status"], data["fail_reason"]) == ("FAILED", "spam_risk_text")
    assert "publicaly_available_post_id" not in data


def test_an_unknown_publish_id_is_invalid(luna: Caller) -> None:
    assert code_of(luna.status("v_pub_file~none")) == (400, "invalid_publish_id")


def test_another_creators_publish_is_not_told(luna: Caller) -> None:
    fern = Caller(luna.sandbox, "fernandfold")
    publish_id = luna.publish()
    assert code_of(fern.status(publish_id)) == (400, "token_not_authorized_for_specified_publish_id")
