"""TikTok's limits by the day: counted before they are met, learned where TikTok says no first."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from pytest_django import Settings

from accounts import operators
from accounts.tenancy import workspace_scope
from scheduler import caps, lateness
from scheduler.caps import Wait
from scheduler.clock import database_now
from scheduler.models import Installation, Post
from scheduler.states import Reason, Stage
from scheduler.transitions import Said, keep
from tests.factories import make_media, make_post
from tests.scheduler.engine import age, fresh, publish, story
from tests.scheduler.rows import attempt, copy_of
from tiktok import alarms

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(hours=24)


def ask(post: Post) -> Wait | None:
    post = fresh(post)
    with workspace_scope(post.workspace_id):
        return caps.may_start(post, database_now())


def told(post: Post, code: str, reason: Reason, *, again: timedelta) -> None:
    """The post is held on TikTok's word, as `outcomes.hold` does it."""
    with workspace_scope(post.workspace_id):
        columns = Said(code, "video_init", "log-1").columns
        keep(post, fence=post.fence, hold=reason, next_step_at=database_now() + again, **columns)


def be_patient(studio: SimpleNamespace) -> None:
    """A workspace that takes a day of lateness, so that no wait ends early by being missed."""
    with workspace_scope(studio.workspace):
        lateness.choose_limit(workspace=studio.workspace, minutes=1440, by=studio.alice)


def test_a_creator_with_room_may_post(studio: SimpleNamespace) -> None:
    assert ask(studio.post()) is None


def test_the_sixteenth_post_of_a_day_waits_until_the_first_is_a_day_old(
    studio: SimpleNamespace, settings: Settings
) -> None:
    settings.TIKTOK_POSTS_PER_DAY = 3
    be_patient(studio)
    for hours in (20, 5, 1):
        attempt(studio.post(), ago=timedelta(hours=hours))
    wait = ask(studio.post())

    assert wait is not None
    assert wait.reason == Reason.DAILY_CAP
    assert abs(wait.until - database_now() - timedelta(hours=4)) < timedelta(minutes=1)
    assert "Luna Bakes" in wait.sentence


def test_the_cap_is_counted_to_the_instant_of_the_post_and_not_of_its_staging(
    studio: SimpleNamespace, settings: Settings
) -> None:
    settings.TIKTOK_POSTS_PER_DAY = 1
    attempt(studio.post(), ago=DAY - timedelta(minutes=10))

    assert ask(studio.post(due_in=timedelta(minutes=30))) is None
    assert ask(studio.post(due_in=timedelta(minutes=5))) is not None


def test_what_is_a_day_old_or_came_to_nothing_counts_no_more(
    studio: SimpleNamespace, settings: Settings
) -> None:
    settings.TIKTOK_POSTS_PER_DAY = 1
    attempt(studio.post(), ago=DAY + timedelta(minutes=1))
    attempt(studio.post(), stage=Stage.REFUSED)
    attempt(studio.post(), stage=Stage.ABANDONED)

    assert ask(studio.post()) is None


def test_posts_on_their_way_are_counted_so_that_two_cannot_take_one_place(
    studio: SimpleNamespace, settings: Settings
) -> None:
    settings.TIKTOK_POSTS_PER_DAY = 1
    first = studio.post()
    attempt(first, ago=None)

    assert ask(studio.post()) is not None
    assert ask(first) is None  # never in its own way


def test_another_creator_has_a_count_of_their_own(studio: SimpleNamespace, settings: Settings) -> None:
    settings.TIKTOK_POSTS_PER_DAY = 1
    attempt(studio.post())
    other = copy_of(studio.luna, "milo.runs")

    assert ask(studio.post(account=other)) is None


def test_the_sixth_unfinished_draft_waits_and_a_finished_one_makes_room(studio: SimpleNamespace) -> None:
    drafts = [studio.post(mode="inbox") for _ in range(5)]
    for draft in drafts:
        row = attempt(draft, ago=timedelta(hours=1), stage=Stage.COMMITTED)
        set_status(draft, "in_inbox")
        assert row.stage == Stage.COMMITTED
    sixth = studio.post(mode="inbox")
    wait = ask(sixth)
    assert wait is not None
    assert wait.reason == Reason.PENDING_SHARES
    assert ask(studio.post()) is None  # a direct post is not a draft

    set_status(drafts[0], "published")
    assert ask(sixth) is None


def set_status(post: Post, status: str) -> None:
    with workspace_scope(post.workspace_id):
        Post.objects.filter(workspace_id=post.workspace_id, pk=post.pk).update(status=status)


def test_what_tiktok_told_the_first_post_holds_the_later_ones_of_that_creator(
    studio: SimpleNamespace,
) -> None:
    first, second = studio.post(), studio.post(due_in=timedelta(seconds=1))
    told(first, "spam_risk_too_many_posts", Reason.DAILY_CAP, again=timedelta(hours=1))
    wait = ask(second)

    assert wait is not None
    assert (wait.reason, wait.said.code) == (Reason.DAILY_CAP, "spam_risk_too_many_posts")
    assert wait.until > fresh(first).next_step_at
    assert ask(first) is None  # the first in line asks again
    assert ask(studio.post(mode="inbox", due_in=timedelta(minutes=1))) is None
    other = copy_of(studio.luna, "milo.runs")
    assert ask(studio.post(account=other, due_in=timedelta(minutes=1))) is None


def test_two_held_posts_never_wait_for_each_other(studio: SimpleNamespace) -> None:
    first, second = studio.post(), studio.post(due_in=timedelta(seconds=1))
    for post in (first, second):
        told(post, "spam_risk_too_many_posts", Reason.DAILY_CAP, again=timedelta(hours=1))

    assert ask(first) is None
    assert ask(second) is not None


def test_a_hold_of_our_own_counting_is_no_word_of_tiktoks(studio: SimpleNamespace) -> None:
    first, second = studio.post(), studio.post(due_in=timedelta(seconds=1))
    told(first, "", Reason.DAILY_CAP, again=timedelta(hours=1))

    assert ask(second) is None


def test_a_ban_is_shown_on_every_post_of_the_creator_and_wakes_none(studio: SimpleNamespace) -> None:
    asked, later = studio.post(), studio.post(due_in=timedelta(days=2))
    other = studio.post(account=copy_of(studio.luna, "milo.runs"))
    told(asked, caps.BANNED, Reason.TIKTOK_REFUSED, again=timedelta(hours=6))
    with workspace_scope(studio.workspace):
        held = caps.hold_account(studio.luna, Said(caps.BANNED, "creator_info", "log-1"), besides=asked)
        again = caps.hold_account(studio.luna, Said(caps.BANNED, "creator_info", "log-1"), besides=asked)

    assert (held, again) == (1, 0)
    row = fresh(later)
    assert (row.hold, row.code, row.next_step_at) == (
        Reason.TIKTOK_REFUSED,
        caps.BANNED,
        later.next_step_at,
    )
    assert row.fence > later.fence
    assert story(later)[-1] == ("held", "tiktok_refused")
    assert fresh(other).hold == ""
    assert ask(later) is not None


def test_after_tiktoks_cap_on_the_app_only_the_days_creators_go_on(studio: SimpleNamespace) -> None:
    attempt(studio.post())
    stranger = copy_of(studio.luna, "milo.runs")
    now = database_now()
    assert caps.note_app_cap(now)

    assert ask(studio.post()) is None
    wait = ask(studio.post(account=stranger))
    assert wait is not None
    assert wait.reason == Reason.APP_CAP
    assert now + caps.APP_CAP_LASTS <= wait.until <= now + caps.APP_CAP_LASTS + timedelta(minutes=5)
    assert ask(studio.post(account=stranger, mode="inbox")) is None


def test_the_app_cap_is_over_when_its_hour_is(studio: SimpleNamespace) -> None:
    caps.note_app_cap(database_now() - caps.APP_CAP_LASTS)
    assert ask(studio.post()) is None


def test_the_operator_is_told_of_the_app_cap_once_a_day(
    db: None, monkeypatch: pytest.MonkeyPatch, settings: Settings, mailoutbox
) -> None:
    settings.ADMINS = [("Operator", "ops@people.example")]
    monkeypatch.setattr(operators.mail_operator, "delay", operators.mail_operator)
    now = database_now()

    assert caps.note_app_cap(now)
    assert not caps.note_app_cap(now + timedelta(minutes=1))
    assert not caps.note_app_cap(now + timedelta(hours=3))
    until = Installation.read().app_capped_until
    assert until == now + timedelta(hours=3) + caps.APP_CAP_LASTS
    assert [(letter.to, "reached_active_user_cap" in letter.body) for letter in mailoutbox] == [
        (["ops@people.example"], True)
    ]
    assert caps.note_app_cap(until + DAY + timedelta(minutes=1))


def test_an_unaudited_app_begins_no_sixth_creator(
    studio: SimpleNamespace, elsewhere, charlie, settings: Settings
) -> None:
    settings.TIKTOK_APP_AUDITED = False
    be_patient(studio)
    names = ["milo.runs", "ada.paints", "noor.cooks", "kai.climbs"]
    accounts = [copy_of(studio.luna, name) for name in names]
    theirs = copy_of(studio.luna, "zoe.sews", workspace=elsewhere)
    for hours, account in enumerate([*accounts, theirs], start=1):
        post = make_post(account, make_media(account.workspace), charlie)
        attempt(post, ago=timedelta(hours=hours))
    wait = ask(studio.post())

    assert wait is not None
    assert wait.reason == Reason.APP_CAP
    left = wait.until - database_now()
    assert timedelta(hours=18, minutes=59) < left < timedelta(hours=19, minutes=6)
    assert ask(studio.post(account=accounts[0])) is None
    settings.TIKTOK_APP_AUDITED = True
    assert ask(studio.post()) is None


def test_the_operator_hears_once_that_an_unaudited_app_is_full(
    studio: SimpleNamespace, charlie, settings: Settings, mailoutbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operators.mail_operator, "delay", operators.mail_operator)
    settings.ADMINS, settings.TIKTOK_APP_AUDITED = [("Operator", "ops@people.example")], False
    cache.delete(alarms.key_of(caps.OWN_COUNT))
    for number in range(5):
        attempt(make_post(copy_of(studio.luna, f"open-{number}"), make_media(studio.workspace), charlie))
    for _ in range(2):
        assert ask(studio.post()) is not None
    [letter] = mailoutbox
    assert "has not audited" in letter.body


def test_the_count_agrees_with_what_was_really_posted(studio: SimpleNamespace) -> None:
    first = publish(studio.post())
    with workspace_scope(studio.workspace):
        count = caps.posts_today(studio.luna, database_now())
    assert (count.used, count.of) == (1, 15)

    age(first, DAY)
    with workspace_scope(studio.workspace):
        assert caps.posts_today(studio.luna, database_now()).used == 0


def test_several_creators_are_counted_in_one_query_as_each_of_them_is(
    studio: SimpleNamespace, django_assert_num_queries: Any
) -> None:
    others = [copy_of(studio.luna, f"open-{number}") for number in range(19)]
    for ago in (timedelta(hours=23), timedelta(hours=25), None):
        attempt(studio.post(), ago=ago)
        attempt(studio.post(account=others[0]), ago=ago)
    now = database_now()

    with workspace_scope(studio.workspace):
        with django_assert_num_queries(1):
            counts = caps.posts_today_of([studio.luna, *others], now)
        assert counts == {each.pk: caps.posts_today(each, now) for each in (studio.luna, *others)}
    assert [counts[each.pk].used for each in (studio.luna, *others[:2])] == [2, 2, 0]
