"""Many posts in flight, asked about together: what nearly always comes back is saved for all of them at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.tenancy import CrossTenant, cross_tenant
from scheduler import dispatch, pacing, polling
from scheduler.clock import database_now
from scheduler.models import Lane, Post
from scheduler.pacing import Call
from scheduler.states import LaneKind, NextStep
from tests.factories import make_account, make_media
from tests.scheduler.engine import attempts, fresh, loop, run, story

CREATORS = ("fernandfold", "northpeak.run", "kiln.street")


@pytest.fixture
def in_flight(studio):
    """Three posts of three creators that TikTok has and goes on processing."""
    studio.tiktok.control(settings={"processing_seconds": 3600.0})
    media = make_media(studio.workspace)
    accounts = [make_account(studio.workspace, studio.tiktok, creator) for creator in CREATORS]
    posts = [studio.post(account=account, media=media, privacy_level="SELF_ONLY") for account in accounts]
    return [run(post, until={"publishing"}) for post in posts]


def ask_about(posts) -> None:
    with cross_tenant(CrossTenant.SEED):
        now = database_now()
        Post.objects.filter(pk__in=[post.pk for post in posts]).update(
            next_step_at=now, next_step=NextStep.ASK
        )
        Lane.objects.filter(account__in=[post.account_id for post in posts]).update(next_at=now)
    wake_ups = dispatch.claim_lanes(LaneKind.CALLS)
    assert {wake_up.step for wake_up in wake_ups} == {NextStep.ASK}
    loop().spawn(polling.ask_all(loop(), wake_ups)).result(30)


def test_each_post_that_is_still_processed_is_asked_about_again_later(in_flight):
    ask_about(in_flight)
    for post in map(fresh, in_flight):
        [attempt] = attempts(post)
        assert (post.status, attempt.polls, attempt.tiktok_status) == ("publishing", 1, "PROCESSING_UPLOAD")
        assert timedelta(seconds=5) < post.next_step_at - database_now() <= timedelta(seconds=10)


def test_an_answer_is_told_once_however_often_it_comes(in_flight):
    for _ in range(3):
        ask_about(in_flight)
    for post in in_flight:
        assert [kind for kind, _ in story(post)].count("status_read") == 1
        assert attempts(post)[0].polls == 3


def test_the_lanes_are_free_after_the_answers(in_flight):
    ask_about(in_flight)
    with cross_tenant(CrossTenant.SEED):
        assert not Lane.objects.filter(busy_until__isnull=False).exists()


def test_an_overtaken_post_keeps_what_the_other_wrote(in_flight):
    post = in_flight[0]
    with cross_tenant(CrossTenant.SEED):
        now = database_now()
        Post.objects.filter(pk=post.pk).update(next_step_at=now, next_step=NextStep.ASK)
        Lane.objects.filter(account=post.account_id).update(next_at=now)
        wake_ups = dispatch.claim_lanes(LaneKind.CALLS)
        Post.objects.filter(pk=post.pk).update(fence=post.fence + 99)
    loop().spawn(polling.ask_all(loop(), wake_ups)).result(30)
    assert attempts(post)[0].polls == 0


def test_no_account_is_asked_about_more_often_than_tiktok_allows(studio):
    now = database_now()
    with cross_tenant(CrossTenant.SEED):
        for _ in range(pacing.LIMITS[Call.STATUS] - 1):
            pacing.take(studio.luna, Call.STATUS, at=now)
        assert pacing.take_all([studio.luna.pk], Call.STATUS) == {studio.luna.pk}
        assert pacing.take_all([studio.luna.pk], Call.STATUS) == set()
