"""TikTok's limits by the minute: counted exactly, never hit."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from accounts.tenancy import workspace_scope
from scheduler import creators, pacing
from scheduler.clock import database_now
from scheduler.models import Lane
from scheduler.pacing import Call, Paced
from tests.scheduler.engine import run, story


def take(studio, call, **when):
    with workspace_scope(studio.workspace):
        pacing.take(studio.luna, call, **when)


def test_six_inits_fit_into_a_minute_and_the_seventh_is_told_when_it_does(studio):
    now = database_now()
    for second in range(6):
        take(studio, Call.INIT, at=now + timedelta(seconds=second))
    with pytest.raises(Paced) as paced:
        take(studio, Call.INIT, at=now + timedelta(seconds=20))
    assert paced.value.until == now + pacing.WINDOW
    take(studio, Call.INIT, at=now + pacing.WINDOW)


def test_inits_of_this_very_instant_are_counted_with_planned_ones(studio):
    now = database_now()
    take(studio, Call.INIT, at=now + timedelta(seconds=30))
    for _ in range(5):
        take(studio, Call.INIT)
    with pytest.raises(Paced) as paced:
        take(studio, Call.INIT)
    assert now + timedelta(seconds=60) < paced.value.until < now + timedelta(seconds=90)


def test_the_sixth_init_has_the_lane_wait_and_no_earlier_one(studio):
    waits = []
    for _ in range(6):
        take(studio, Call.INIT)
        with workspace_scope(studio.workspace):
            waits.append(Lane.objects.get(account=studio.luna).starts_at)
    assert waits[:5] == [None] * 5
    assert waits[5] > database_now() + timedelta(seconds=55)


def test_the_kinds_of_calls_are_counted_apart(studio):
    now = database_now()
    for _ in range(6):
        take(studio, Call.INIT, at=now)
    take(studio, Call.INFO, at=now)
    take(studio, Call.STATUS, at=now)


def test_a_refused_call_is_not_counted(studio):
    now = database_now()
    for _ in range(6):
        take(studio, Call.INIT, at=now)
    for _ in range(3):
        with pytest.raises(Paced):
            take(studio, Call.INIT, at=now)
    with workspace_scope(studio.workspace):
        assert len(Lane.objects.get(account=studio.luna).inits) == 6


def test_pages_leave_questions_of_each_minute_to_posts(studio):
    with workspace_scope(studio.workspace):
        looks = [creators.look_at(studio.luna) for _ in range(pacing.LIMITS[Call.INFO])]
    answered = [look for look in looks if look.info]
    assert len(answered) == pacing.LIMITS[Call.INFO] - pacing.FOR_POSTS
    assert looks[-1].title == "We have asked TikTok about Luna Bakes very often"
    for _ in range(pacing.FOR_POSTS):
        take(studio, Call.INFO)
    with pytest.raises(Paced):
        take(studio, Call.INFO)


@pytest.mark.parametrize("call", Call)
def test_no_window_of_a_minute_ever_holds_more_than_tiktok_allows(studio, call):
    chance, now, made = random.Random(7), database_now(), []
    for _ in range(150):
        now += timedelta(seconds=chance.expovariate(1.0))
        try:
            take(studio, call, at=now)
            made.append(now)
        except Paced:
            continue
    assert len(made) > pacing.LIMITS[call]
    for at in made:
        within = [other for other in made if at <= other < at + timedelta(seconds=60)]
        assert len(within) <= pacing.LIMITS[call]


def test_a_post_waits_for_room_in_the_minute_and_is_not_refused(studio):
    now = database_now()
    for _ in range(6):
        take(studio, Call.INIT, at=now)
    post = run(studio.post(), until={"scheduled"})
    assert post.next_step_at >= now + timedelta(seconds=60)
    assert all(kind != "attempt_started" for kind, _ in story(post))
    assert studio.tiktok.ledger()["creators"].get("luna.bakes", {}).get("posts", 0) == 0
