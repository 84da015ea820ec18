"""Many posts in flight, asked about together: what nearly always comes back is saved for all of them at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError

from accounts.tenancy import CrossTenant, cross_tenant
from scheduler import dispatch, pacing, polling, settled
from scheduler.clock import database_now
from scheduler.models import Lane, Post, PublishAttempt
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


def test_without_an_app_each_post_notes_that_it_was_not_answered(in_flight, settings):
    settings.TIKTOK_CLIENT_KEY = ""
    ask_about(in_flight)
    for post in map(fresh, in_flight):
        assert (post.status, attempts(post)[0].polls) == ("publishing", 1)
        assert post.next_step_at > database_now()
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


@pytest.fixture
def through(studio):
    """Three posts of three creators that TikTok has published meanwhile."""
    studio.tiktok.control(settings={"processing_seconds": 0.0})
    media = make_media(studio.workspace)
    accounts = [make_account(studio.workspace, studio.tiktok, creator) for creator in CREATORS]
    posts = [studio.post(account=account, media=media, privacy_level="SELF_ONLY") for account in accounts]
    return [run(post, until={"publishing"}) for post in posts]


def check_published(posts) -> None:
    for post in map(fresh, posts):
        [attempt] = attempts(post)
        assert (post.status, post.next_step_at, attempt.stage) == ("published", None, "live")
        assert (attempt.tiktok_status, attempt.polls) == ("PUBLISH_COMPLETE", 0)
        assert post.published_at
        assert attempt.ended_at
        assert [about for _, about in story(post)].count("published") == 1
    with cross_tenant(CrossTenant.SEED):
        assert not Lane.objects.filter(busy_until__isnull=False).exists()


def test_posts_that_tiktok_has_published_are_published_together(through):
    ask_about(through)
    check_published(through)


def test_each_is_heard_alone_where_together_is_not_possible(through, monkeypatch):
    def broken(*_):
        raise DatabaseError("together is not possible")

    monkeypatch.setattr(settled.PublishAttempt.objects, "bulk_update", broken)
    ask_about(through)
    check_published(through)


def test_an_answer_that_cannot_be_kept_with_the_others_is_kept_alone(in_flight, monkeypatch):
    def broken(*_):
        raise DatabaseError("together is not possible")

    monkeypatch.setattr(polling, "keep_all", broken)
    ask_about(in_flight)
    assert [attempts(post)[0].tiktok_status for post in in_flight] == ["PROCESSING_UPLOAD"] * 3


def test_an_id_that_an_event_told_stays_where_the_answer_lacks_it(through, monkeypatch):
    with cross_tenant(CrossTenant.SEED):
        PublishAttempt.objects.filter(post=through[0]).update(post_ids=["7400000000000000001"])
        PublishAttempt.objects.filter(post=through[1]).update(post_ids=["7400000000000000002"])
    monkeypatch.setattr(polling, "is_settled", lambda work, _: work.post.pk != through[1].pk)
    ask_about(through)
    assert {fresh(post).status for post in through} == {"published"}
    assert "7400000000000000001" in attempts(through[0])[0].post_ids
    assert "7400000000000000002" in attempts(through[1])[0].post_ids


def test_a_post_that_was_overtaken_is_not_published_with_the_others(through, monkeypatch):
    real = settled.move_all

    def overtaken_meanwhile(moves, to, *, fences):
        return real(moves, to, fences=fences | {through[0].pk: 0})

    monkeypatch.setattr(settled, "move_all", overtaken_meanwhile)
    monkeypatch.setattr(polling, "_hear", lambda question: None)
    ask_about(through)
    assert fresh(through[0]).status == "publishing"
    assert attempts(through[0])[0].stage == "committed"
    check_published(through[1:])


def test_no_account_is_asked_about_more_often_than_tiktok_allows(studio):
    now = database_now()
    with cross_tenant(CrossTenant.SEED):
        for _ in range(pacing.LIMITS[Call.STATUS] - 1):
            pacing.take(studio.luna, Call.STATUS, at=now)
        assert pacing.take_all([studio.luna.pk], Call.STATUS) == {studio.luna.pk}
        assert pacing.take_all([studio.luna.pk], Call.STATUS) == set()
