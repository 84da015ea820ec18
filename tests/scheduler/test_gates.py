"""Gates before a post's next step: each holds or puts off, opens again, and never makes a post wait past its limit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from pytest_django import Settings

from accounts.tenancy import workspace_scope
from scheduler import caps, gates, lateness, switches
from scheduler.clock import Clock, database_now
from scheduler.lanes import WakeUp
from scheduler.lease import Lease
from scheduler.models import Installation, Post
from scheduler.states import NextStep, Reason
from scheduler.transitions import Said, keep
from scheduler.work import Work
from tests.scheduler.engine import fresh, story
from tests.scheduler.rows import attempt, copy_of

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = timedelta(minutes=1)


def with_work(post: Post, do: Callable[[Work], Any]) -> Any:
    """Under a lease, as a worker holds it."""
    with workspace_scope(post.workspace_id):
        row = fresh(post)
        lease = Lease.take(WakeUp(row.workspace_id, row.pk, row.fence, NextStep.START, None))
        assert lease is not None
        return do(Work(lease, Clock.measure(), row, row.media, None))


def pass_gates(post: Post) -> bool:
    """Whether all are open; otherwise what they ask for is done."""

    def ask(work: Work) -> bool:
        step = gates.before(work, starts=True)
        if step:
            step(work)
        return step is None

    return bool(with_work(post, ask))


def look(post: Post) -> bool:
    return bool(with_work(post, gates.look_at_hold))


def test_a_post_on_a_good_day_passes_every_gate(studio: SimpleNamespace) -> None:
    assert pass_gates(studio.post())


def test_a_pause_holds_and_a_resume_lets_go(studio: SimpleNamespace) -> None:
    post = studio.post()
    switches.pause_workspace(workspace=studio.workspace, by=studio.alice)
    assert not pass_gates(post)
    assert fresh(post).hold == Reason.PAUSED

    assert look(post)
    assert fresh(post).hold == Reason.PAUSED
    switches.resume_workspace(workspace=studio.workspace, by=studio.alice)
    assert fresh(post).hold == ""
    assert pass_gates(post)


def test_a_hold_that_crossed_the_resume_ends_at_the_next_look(studio: SimpleNamespace) -> None:
    post = studio.post()
    with workspace_scope(studio.workspace):
        keep(post, fence=post.fence, hold=Reason.PAUSED)

    assert look(post)
    assert fresh(post).hold == ""


def test_while_paused_no_other_hold_is_looked_into(studio: SimpleNamespace) -> None:
    post = studio.post()
    with workspace_scope(studio.workspace):
        keep(post, fence=post.fence, hold=Reason.APP_CONFIGURATION)
    assert not look(post)  # open: it is for `outcomes` to look at
    switches.pause_workspace(workspace=studio.workspace, by=studio.alice)

    assert look(post)
    assert fresh(post).hold == Reason.APP_CONFIGURATION


def test_an_overdue_post_is_put_off_behind_an_earlier_one_without_a_hold(studio: SimpleNamespace) -> None:
    first, second = (studio.post(due_in=-minutes * MINUTE) for minutes in (20, 10))

    assert pass_gates(first)
    assert not pass_gates(second)
    row = fresh(second)
    assert row.hold == ""
    assert MINUTE < row.next_step_at - database_now() <= lateness.SPACING


def test_a_cap_holds_until_it_is_free_and_says_so_once(studio: SimpleNamespace, settings: Settings) -> None:
    settings.TIKTOK_POSTS_PER_DAY = 1
    attempt(studio.post(), ago=timedelta(hours=23, minutes=30))
    post = studio.post()
    assert not pass_gates(post)
    assert look(post)

    row = fresh(post)
    assert row.hold == Reason.DAILY_CAP
    assert 29 * MINUTE < row.next_step_at - database_now() < 31 * MINUTE
    assert [kind for kind, _ in story(post)].count("held") == 1
    settings.TIKTOK_POSTS_PER_DAY = 2
    assert look(post)
    assert fresh(post).hold == ""


def test_nobody_waits_past_the_moment_of_being_missed(studio: SimpleNamespace, settings: Settings) -> None:
    settings.TIKTOK_POSTS_PER_DAY = 1
    attempt(studio.post(), ago=timedelta(hours=1))
    post = studio.post()

    assert not pass_gates(post)
    assert fresh(post).next_step_at - post.due_at <= 62 * MINUTE


def test_the_caps_do_not_stop_what_was_opened_already(studio: SimpleNamespace, settings: Settings) -> None:
    settings.TIKTOK_POSTS_PER_DAY = 1
    attempt(studio.post())

    assert with_work(studio.post(), lambda work: gates.before(work, starts=False)) is None


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("spam_risk_too_many_posts", Reason.DAILY_CAP),
        ("spam_risk_too_many_pending_share", Reason.PENDING_SHARES),
        ("spam_risk_user_banned_from_posting", Reason.TIKTOK_REFUSED),
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

    assert wait is not None
    assert (wait.reason, wait.said.code) == (reason, code)
    assert wait.until >= now + timedelta(hours=1)
    capped = Installation.read().app_capped_until is not None
    assert capped == (reason == Reason.APP_CAP)
    assert pass_gates(other) == (not capped)


def test_a_word_about_the_post_is_none(studio: SimpleNamespace) -> None:
    with workspace_scope(studio.workspace):
        assert caps.told(studio.post(), Said("invalid_param", "video_init"), database_now()) is None


def test_a_ban_asks_tiktok_about_one_post_and_no_other(studio: SimpleNamespace) -> None:
    first, second = studio.post(), studio.post(due_in=timedelta(seconds=1))
    said = Said(caps.BANNED, "creator_info", "log-1")
    with_work(first, lambda work: gates.wait_for(work, caps.told(work.post, said, work.clock.now())))

    assert (fresh(first).hold, fresh(second).hold) == (Reason.TIKTOK_REFUSED, Reason.TIKTOK_REFUSED)
    assert look(second)
    assert fresh(second).hold == Reason.TIKTOK_REFUSED
    assert look(first)
    assert fresh(first).hold == ""  # the first in line asks again
