"""Faults to order: which call they meet, and what is true afterwards."""

from __future__ import annotations

import time

import pytest
import requests

from .caller import VIDEO, Caller, at_once, code_of, eventually, put
from .media_host import MediaHost, picture


def test_an_answer_can_be_lost_after_the_post_was_accepted(luna: Caller) -> None:
    begun = luna.begin()
    luna.sandbox.fault("lose", "commit")
    with pytest.raises(requests.ConnectionError):
        put(begun["upload_url"], VIDEO)
    assert luna.status(begun["publish_id"]).json()["data"]["status"] == "PUBLISH_COMPLETE"
    assert put(begun["upload_url"], VIDEO).status_code == 416
    [lost, _] = luna.sandbox.requests(endpoint="commit")
    assert (lost["status"], lost["fault"]) == (None, "lose")


def test_a_connection_can_be_lost_before_anything_was_accepted(luna: Caller) -> None:
    begun = luna.begin()
    luna.sandbox.fault("lose", "commit", effect=False)
    with pytest.raises(requests.ConnectionError):
        put(begun["upload_url"], VIDEO)
    assert luna.sandbox.ledger()["creators"]["luna.bakes"]["committed"] == 0
    assert put(begun["upload_url"], VIDEO).status_code == 201


def test_a_lost_init_leaves_an_upload_that_nobody_knows(luna: Caller) -> None:
    luna.sandbox.fault("lose", "video_init")
    with pytest.raises(requests.ConnectionError):
        luna.init()
    assert luna.sandbox.ledger()["creators"]["luna.bakes"] == {"inits": 1, "committed": 0, "posts": 0}


def test_a_lost_refresh_has_rotated(luna: Caller) -> None:
    luna.sandbox.fault("lose", "token", creator="luna.bakes")
    with pytest.raises(requests.ConnectionError):
        luna.refresh()
    assert luna.refresh().json()["error"] == "invalid_grant"


@pytest.mark.parametrize(("effect", "committed"), [(True, 1), (False, 0)])
def test_a_hanging_call_has_its_effect_before_or_after_the_wait(
    luna: Caller, effect: bool, committed: int
) -> None:
    url = luna.begin()["upload_url"]
    luna.sandbox.fault("hang", "commit", seconds=30, effect=effect)
    headers = {"Content-Type": "video/mp4", "Content-Range": "bytes 0-2999/3000"}
    with pytest.raises(requests.ReadTimeout):
        requests.put(url, data=VIDEO, headers=headers, timeout=0.3)
    assert luna.sandbox.ledger()["creators"]["luna.bakes"]["committed"] == committed


def test_a_hang_that_ends_answers_as_usual(luna: Caller) -> None:
    luna.sandbox.fault("hang", "creator_info", seconds=0.3, effect=False)
    began = time.monotonic()
    assert code_of(luna.creator_info()) == (200, "ok")
    assert time.monotonic() - began >= 0.3


def test_any_code_comes_with_its_status(luna: Caller) -> None:
    luna.sandbox.fault("error", "video_init", code="spam_risk_too_many_posts")
    luna.sandbox.fault("error", "creator_info", code="reached_active_user_cap")
    luna.sandbox.fault("error", "status", code="a_code_of_tomorrow", http_status=418, message="Later.")
    assert code_of(luna.init()) == (403, "spam_risk_too_many_posts")
    assert code_of(luna.creator_info()) == (200, "reached_active_user_cap")
    assert code_of(luna.status("any")) == (418, "a_code_of_tomorrow")


def test_429_may_come_with_advice(luna: Caller) -> None:
    luna.sandbox.fault("error", "video_init", code="rate_limit_exceeded", retry_after=7)
    answer = luna.init()
    assert code_of(answer) == (429, "rate_limit_exceeded")
    assert answer.headers["Retry-After"] == "7"


def test_an_oauth_error_has_the_oauth_shape(luna: Caller) -> None:
    luna.sandbox.fault("error", "token", code="temporarily_unavailable")
    answer = luna.refresh()
    assert (answer.status_code, answer.json()["error"]) == (200, "temporarily_unavailable")
    assert "access_token" in luna.refresh().json()


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_any_5xx_can_be_ordered_before_or_after_the_effect(luna: Caller, status: int) -> None:
    luna.sandbox.fault("http", "commit", http_status=status)
    luna.sandbox.fault("http", "commit", http_status=status, effect=True)
    url = luna.begin()["upload_url"]
    assert put(url, VIDEO).status_code == status
    assert luna.sandbox.posts_on_page("luna.bakes") == 0
    assert put(url, VIDEO).status_code == status
    assert luna.sandbox.posts_on_page("luna.bakes") == 1


def test_a_refused_large_chunk_is_answered_and_not_cut_off(luna: Caller) -> None:
    luna.sandbox.fault("http", "upload", http_status=503)
    url = luna.begin(64_000_000)["upload_url"]
    assert put(url, bytes(64_000_000)).status_code == 503


def test_html_and_broken_json_can_be_ordered(luna: Caller) -> None:
    luna.sandbox.fault("html", "video_init", http_status=200)
    luna.sandbox.fault("malformed", "video_init")
    page, broken = luna.init(), luna.init()
    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    with pytest.raises(requests.exceptions.JSONDecodeError):
        broken.json()
    assert luna.sandbox.ledger()["creators"]["luna.bakes"]["inits"] == 1


def test_a_slow_answer_trickles(luna: Caller) -> None:
    luna.sandbox.fault("slow", "creator_info", bytes_per_second=1_000)
    began = time.monotonic()
    assert code_of(luna.creator_info()) == (200, "ok")
    assert time.monotonic() - began > 0.3


def test_an_upload_url_can_be_expired(luna: Caller) -> None:
    url = luna.begin()["upload_url"]
    luna.sandbox.fault("expire_upload")
    assert [put(url, VIDEO).status_code for _ in range(2)] == [403, 403]


def test_a_creator_can_remove_the_app_between_two_calls(luna: Caller) -> None:
    luna.sandbox.fault("revoke", "creator_info")
    assert code_of(luna.creator_info()) == (401, "access_token_invalid")
    assert luna.refresh().json()["error"] == "invalid_grant"


def test_a_publish_can_be_stuck(luna: Caller) -> None:
    luna.sandbox.fault("stuck")
    assert luna.status(luna.publish()).json()["data"]["status"] == "PROCESSING_UPLOAD"
    assert luna.status(luna.publish()).json()["data"]["status"] == "PUBLISH_COMPLETE"


def test_an_answer_can_be_lost_and_the_publish_fail_as_well(luna: Caller) -> None:
    begun = luna.begin()
    luna.sandbox.fault("lose", "commit")
    luna.sandbox.fault("fail", fail_reason="duration_check_failed")
    with pytest.raises(requests.ConnectionError):
        put(begun["upload_url"], VIDEO)
    assert luna.status(begun["publish_id"]).json()["data"]["fail_reason"] == "duration_check_failed"


def test_faults_strike_in_the_order_they_were_put_in_line(luna: Caller) -> None:
    luna.sandbox.fault("error", "creator_info", code="internal_error", skip=1, times=2)
    luna.sandbox.fault("error", "creator_info", code="rate_limit_exceeded")
    codes = [code_of(luna.creator_info())[1] for _ in range(5)]
    assert codes == ["ok", "internal_error", "internal_error", "rate_limit_exceeded", "ok"]


def test_a_fault_of_one_creator_leaves_others_alone(luna: Caller) -> None:
    luna.sandbox.fault("http", creator="fernandfold")
    fern = Caller(luna.sandbox, "fernandfold")
    assert code_of(luna.creator_info()) == (200, "ok")
    assert fern.creator_info().status_code == 503


def test_an_upload_fault_also_meets_the_commit_but_a_commit_fault_no_other_chunk(luna: Caller) -> None:
    size, chunk = 10_485_760, 5_242_880
    url = luna.begin(size, chunk, 2)["upload_url"]
    luna.sandbox.fault("http", "commit")
    assert put(url, bytes(chunk), 0, size).status_code == 206
    assert put(url, bytes(chunk), chunk, size).status_code == 503
    luna.sandbox.fault("http", "upload")
    assert put(url, bytes(chunk), chunk, size).status_code == 503
    assert put(url, bytes(chunk), chunk, size).status_code == 201


@pytest.mark.parametrize("kind", ["reset", "cut"])
def test_a_connection_can_be_reset_or_cut_after_the_effect(luna: Caller, kind: str) -> None:
    begun = luna.begin()
    luna.sandbox.fault(kind, "commit")
    luna.sandbox.fault(kind, "creator_info")
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        put(begun["upload_url"], VIDEO)
    assert luna.data(begun["publish_id"])["status"] == "PUBLISH_COMPLETE"
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        luna.creator_info()


def test_an_answer_can_stall_in_its_middle(luna: Caller) -> None:
    luna.sandbox.fault("stall", "creator_info", seconds=0.3)
    began = time.monotonic()
    assert code_of(luna.creator_info()) == (200, "ok")
    assert time.monotonic() - began >= 0.3


def test_an_answer_can_be_huge(luna: Caller) -> None:
    luna.sandbox.fault("huge", "creator_info", size=5_000_000)
    answer = luna.creator_info()
    assert (len(answer.content), answer.json()["error"]["code"]) == (5_000_000, "ok")


@pytest.mark.parametrize("kind", ["lose", "reset", "cut"])
def test_photos_whose_answer_is_lost_are_fetched_all_the_same(
    nearby: Caller, host: MediaHost, kind: str
) -> None:
    nearby.sandbox.fault(kind, "photo_init")
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        nearby.photos([host.put("/a.jpg", picture())])
    eventually(lambda: nearby.sandbox.posts_on_page("luna.bakes") == 1)
    nearby.sandbox.fault(kind, "photo_init", effect=False)
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        nearby.photos([host.put("/b.jpg", picture())])
    assert nearby.sandbox.ledger()["creators"]["luna.bakes"]["inits"] == 1


def test_every_call_of_the_contract_can_meet_a_fault(luna: Caller) -> None:
    calls = {
        "inbox_init": luna.inbox,
        "photo_init": lambda: luna.photos([]),
        "cancel": lambda: luna.cancel("none"),
        "video_list": luna.videos,
        "video_query": lambda: luna.videos("query"),
    }
    for endpoint, call in calls.items():
        luna.sandbox.fault("error", endpoint, code="rate_limit_exceeded")
        assert code_of(call()) == (429, "rate_limit_exceeded")


def test_a_fault_of_a_fetch_or_webhook_leaves_other_calls_alone(luna: Caller) -> None:
    for kind in ("no_pull", "stall_pull", "drop", "duplicate", "late", "wrong_signature", "foreign_key"):
        luna.sandbox.fault(kind)
    assert code_of(luna.creator_info()) == (200, "ok")
    assert len(luna.sandbox.control()["faults"]) == 7


def test_the_ledger_tells_how_the_app_behaved(luna: Caller) -> None:
    luna.sandbox.control(settings={"limits": {"creator_info": 1}})
    luna.creator_info()
    luna.creator_info()
    url = luna.begin()["upload_url"]
    luna.sandbox.fault("http", "commit", http_status=503)
    assert [put(url, VIDEO).status_code for _ in range(3)] == [503, 201, 416]
    assert luna.sandbox.ledger()["calls"]["luna.bakes"] == {
        "at_once": 1,
        "token_calls_at_once": 0,
        "over_rate": {"creator_info": 1},
        "refused_commits": {"503": 1, "416": 1},
        "repeated_commits": 1,
    }


def test_calls_of_one_account_at_once_are_counted(luna: Caller) -> None:
    luna.sandbox.control(settings={"latency_ms": 200})
    at_once(3, lambda: luna.creator_info().status_code)
    luna.refresh()
    calls = luna.sandbox.ledger()["calls"]["luna.bakes"]
    assert (calls["at_once"], calls["token_calls_at_once"]) == (3, 1)
