"""What stands between a due post and its next step at TikTok, met by the real engine: pause, spacing, daily caps."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from pytest_django import Settings

from accounts.tenancy import workspace_scope
from scheduler import caps, lateness, publishing, switches
from scheduler.clock import Clock, database_now
from scheduler.lanes import WakeUp
from scheduler.lease import Lease
from scheduler.models import Installation, Post
from scheduler.states import NextStep, Reason
from scheduler.transitions import Said, keep
from tests.scheduler.engine import attempts, fresh, publish, take_step
from tests.scheduler.rows import attempt, copy_of

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = timedelta(minutes=1)


def step(post: Post) -> Post:
    """The engine's next step of exactly this post, whoever else is in its lane."""
    with workspace_scope(post.workspace_id):
        row = fresh(post)
        lease = Lease.take(WakeUp(row.workspace_id, row.pk, row.fence, NextStep.START, None))
        assert lease is not None
        publishing.take_step(lease, Clock.measure())
    return fresh(post)


def started(post: Post) -> bool:
    """Whether the step opened an attempt."""
    before = len(attempts(post))
    step(post)
    return len(attempts(post)) > before


def test_a_post_on_a_good_day_begins(studio: SimpleNamespace) -> None:
    assert started(studio.post())


def test_a_pause_holds_and_a_resume_lets_go(studio: SimpleNamespace) -> None:
    post = studio.post()
    switches.pause_workspace(workspace=studio.workspace, by=studio.alice)
    assert not started(post)
    assert fresh(post).hold == Reason.PAUSED
    assert step(post).hold == Reason.PAUSED

    switches.resume_workspace(workspace=studio.workspace, by=studio.alice)
    assert fresh(post).hold == ""
    assert started(post)
    assert publish(post).status == "published"


def test_a_half_sent_post_goes_on_with_the_same_id_after_a_pause(studio: SimpleNamespace) -> None:
    post = studio.post(pad_to=12_000_000)
    step(post)
    [opened] = attempts(post)
    switches.pause_all()
    assert step(post).hold == Reason.PAUSED
    assert attempts(post)[0].chunks_sent == opened.chunks_sent

    switches.resume_all()
    assert publish(post).status == "published"
    assert [attempt.publish_id for attempt in attempts(post)] == [opened.publish_id]


def test_a_hold_that_crossed_the_resume_ends_at_the_next_look(studio: SimpleNamespace) -> None:
    post = studio.post()
    with workspace_scope(studio.workspace):
        keep(post, fence=post.fence, hold=Reason.PAUSED)

    assert step(post).hold == ""


def test_an_overdue_post_is_put_off_behind_an_earlier_one_without_a_hold(studio: SimpleNamespace) -> None:
    first, second = (studio.post(due_in=-minutes * MINUTE) for minutes in (20, 10))

    assert not started(second)
    assert started(first)
    row = fresh(second)
    assert row.hold == ""
    assert MINUTE < row.next_step_at - database_now() <= lateness.SPACING


def test_the_workspaces_own_limit_decides_what_is_missed(studio: SimpleNamespace) -> None:
    with workspace_scope(studio.workspace):
        lateness.choose_limit(workspace=studio.workspace, minutes=10, by=studio.alice)
    late, too_late = studio.post(due_in=-9 * MINUTE), studio.post(due_in=-11 * MINUTE)

    assert step(too_late).status == "missed"
    assert started(late)


def test_a_cap_holds_until_it_is_free(studio: SimpleNamespace, settings: Settings) -> None:
    settings.TIKTOK_POSTS_PER_DAY = 1
    attempt(studio.post(), ago=timedelta(hours=23, minutes=30))
    post = studio.post()
    assert not started(post)

    row = fresh(post)
    assert row.hold == Reason.DAILY_CAP
    assert 29 * MINUTE < row.next_step_at - database_now() < 31 * MINUTE
    settings.TIKTOK_POSTS_PER_DAY = 2
    assert step(post).hold == ""
    assert started(post)


def test_nobody_waits_past_the_moment_of_being_missed(studio: SimpleNamespace, settings: Settings) -> None:
    settings.TIKTOK_POSTS_PER_DAY = 1
    attempt(studio.post(), ago=timedelta(hours=1))
    post = studio.post()

    assert not started(post)
    assert fresh(post).next_step_at - post.due_at <= 62 * MINUTE


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("spam_risk_too_many_posts", Reason.DAILY_CAP),
        ("spam_risk_too_many_pending_share", Reason.PENDING_SHARES),
        ("reached_active_user_cap", Reason.APP_CAP),
    ],
)
def test_tiktoks_word_about_a_creator_or_the_app_is_a_wait(
    studio: SimpleNamespace, code: str, reason: Reason
) -> None:
    post, now = studio.post(), database_now()
    other = studio.post(account=copy_of(studio.luna, "milo.runs"))
    with workspace_scope(studio.workspace):
        wait = caps.told(post, Said(code, "creator_info", "log-1"), now)
        stranger = caps.may_start(other, now)

    assert wait is not None
    assert (wait.reason, wait.said.code) == (reason, code)
    assert now + timedelta(minutes=59) <= wait.until <= now + 62 * MINUTE
    capped = Installation.read().app_capped_until is not None
    assert capped == (reason == Reason.APP_CAP) == (stranger is not None)


def test_a_ban_is_final_for_its_post_and_told_to_the_creators_others(studio: SimpleNamespace) -> None:
    banned, other = studio.post(), studio.post(due_in=timedelta(days=1))
    with workspace_scope(studio.workspace):
        assert caps.told(banned, Said(caps.BANNED, "creator_info", "log-1"), database_now()) is None
    assert (fresh(other).hold, fresh(other).code) == (Reason.TIKTOK_REFUSED, caps.BANNED)


def test_a_word_about_the_post_is_none(studio: SimpleNamespace) -> None:
    with workspace_scope(studio.workspace):
        assert caps.told(studio.post(), Said("invalid_param", "video_init"), database_now()) is None


def test_a_post_held_for_a_ban_asks_nobody_again_by_itself(studio: SimpleNamespace) -> None:
    banned, other = studio.post(due_in=timedelta(days=1)), studio.post()
    with workspace_scope(studio.workspace):
        caps.told(banned, Said(caps.BANNED, "creator_info", "log-1"), database_now())
    asked = len(studio.tiktok.requests())
    held = take_step(other)
    assert (held.status, held.hold) == ("scheduled", Reason.TIKTOK_REFUSED)
    assert held.next_step_at > database_now() + timedelta(minutes=5)
    assert len(studio.tiktok.requests()) == asked
