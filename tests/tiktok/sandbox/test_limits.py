"""Requests per minute and token, posts per creator and day, creators per app and day."""

from __future__ import annotations

from tiktok.sandbox.endpoints import Endpoint
from tiktok.sandbox.limits import RateLimits
from tiktok.sandbox.state import Settings

from .caller import Caller, code_of

LIMITED = (429, "rate_limit_exceeded")


def test_a_token_has_six_inits_a_minute(luna: Caller) -> None:
    assert [code_of(luna.init())[0] for _ in range(7)] == [200] * 6 + [429]
    assert code_of(luna.init()) == LIMITED


def test_a_refused_init_counts_as_a_request(luna: Caller) -> None:
    assert [code_of(luna.init(privacy_level=None))[0] for _ in range(6)] == [403] * 6
    assert code_of(luna.init()) == LIMITED


def test_a_token_has_twenty_creator_infos_a_minute(luna: Caller) -> None:
    assert [code_of(luna.creator_info())[0] for _ in range(21)] == [200] * 20 + [429]


def test_a_token_has_thirty_statuses_a_minute(luna: Caller) -> None:
    publish_id = luna.begin()["publish_id"]
    assert [code_of(luna.status(publish_id))[0] for _ in range(31)] == [200] * 30 + [429]


def test_another_token_is_not_limited_by_it(luna: Caller) -> None:
    fern = Caller(luna.sandbox, "fernandfold")
    for _ in range(7):
        luna.init()
    assert code_of(fern.init()) == (200, "ok")


def test_a_limit_can_be_lifted_or_tightened(luna: Caller) -> None:
    luna.sandbox.control(settings={"limits": {"video_init": None, "creator_info": 1}})
    assert [code_of(luna.init())[0] for _ in range(8)] == [200] * 8
    assert [code_of(luna.creator_info())[0] for _ in range(2)] == [200, 429]


def test_the_minute_slides() -> None:
    limits, settings = RateLimits(), Settings()

    def allowed(now: float) -> bool:
        return limits.allows(Endpoint.VIDEO_INIT, "token", now=now, settings=settings)

    assert [allowed(now) for now in (0, 10, 20, 30, 40, 50, 59)] == [True] * 6 + [False]
    assert [allowed(now) for now in (60, 61, 70)] == [True, False, True]


def test_the_daily_cap_counts_posts_and_is_seen_by_creator_info_and_init(luna: Caller) -> None:
    luna.sandbox.control(creators={"luna.bakes": {"daily_cap": 2}})
    luna.begin()
    luna.publish(title="one")
    assert code_of(luna.creator_info()) == (200, "ok")
    luna.publish(title="two")
    assert code_of(luna.creator_info()) == (200, "spam_risk_too_many_posts")
    assert code_of(luna.init()) == (403, "spam_risk_too_many_posts")


def test_a_failed_publish_leaves_room_under_the_daily_cap(luna: Caller) -> None:
    luna.sandbox.control(creators={"luna.bakes": {"daily_cap": 1}}, faults=[{"kind": "fail"}])
    luna.publish()
    assert code_of(luna.init()) == (200, "ok")


def test_the_app_cap_keeps_new_creators_out_and_active_ones_in(luna: Caller) -> None:
    luna.sandbox.control(settings={"active_user_cap": 1})
    fern = Caller(luna.sandbox, "fernandfold")
    luna.publish()
    assert code_of(fern.init()) == (403, "reached_active_user_cap")
    assert code_of(fern.creator_info()) == (200, "reached_active_user_cap")
    assert code_of(luna.init()) == (200, "ok")
