"""The round that counts: against the sandbox, over HTTP, with posts that really went out there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.tenancy import workspace_scope
from scheduler.analytics import measuring, turns
from scheduler.analytics.tasks import count_numbers
from scheduler.clock import database_now
from scheduler.models import PostNumbers
from tests.factories import make_account
from tests.scheduler.analytics.conftest import (
    account_numbers,
    count_at_tiktok,
    id_of,
    numbers_of,
    reading_of,
    round_now,
)
from tests.scheduler.rows import attempt, copy_of

pytestmark = pytest.mark.django_db(transaction=True)

DAY = timedelta(days=1)


def counts(row) -> tuple[int | None, ...]:
    return row.views, row.likes, row.comments, row.shares


def counted(post, *, ago: timedelta) -> None:
    """As if it had been counted so long ago."""
    with workspace_scope(post.workspace_id):
        PostNumbers.objects.create(
            workspace_id=post.workspace_id,
            post=post,
            video_id=id_of(post),
            measured_at=database_now() - ago,
            is_shown=True,
            views=1,
        )


def test_a_post_and_its_account_are_counted(studio, publish):
    studio.tiktok.control(creators={"luna.bakes": {"followers": 20_000, "likes": 500}})
    post = publish()
    count_at_tiktok(studio, post, views=9_000_000_000, likes=41, shares=3)
    before = database_now()

    count_numbers()

    [row] = numbers_of(post)
    assert counts(row) == (9_000_000_000, 41, 0, 3)
    assert (row.video_id, row.is_shown) == (id_of(post), True)
    assert before <= row.measured_at <= database_now()
    [account] = account_numbers(studio.luna)
    assert (account.followers, account.following, account.likes, account.videos) == (20_000, 87, 500, 1)
    reading = reading_of(studio.luna)
    assert (reading.refused_at, reading.code) == (None, "")
    assert reading.answered_at is not None


def test_a_later_count_is_another_row(studio, publish):
    post = publish(ago=timedelta(hours=3))
    counted(post, ago=timedelta(hours=1))
    count_at_tiktok(studio, post, views=12)
    round_now()
    assert [row.views for row in numbers_of(post)] == [1, 12]


@pytest.mark.parametrize(
    ("age", "last", "times"),
    [
        (timedelta(hours=2), timedelta(minutes=45), 0),
        (timedelta(hours=2), timedelta(minutes=59), 1),
        (timedelta(days=2), timedelta(hours=5), 0),
        (timedelta(days=2), timedelta(hours=24), 1),
        (timedelta(days=40), timedelta(days=6), 0),
        (timedelta(days=40), timedelta(days=7), 1),
        (timedelta(days=91), timedelta(days=60), 0),
    ],
)
def test_the_older_a_post_the_more_seldom_it_is_counted(studio, publish, age, last, times):
    post = publish(ago=age)
    counted(post, ago=last)
    round_now()
    assert len(numbers_of(post)) == 1 + times


def test_an_account_has_its_turn_once_an_hour_and_is_counted_once_a_day(studio, publish):
    publish()
    assert [turns.take_turns(), turns.take_turns()] == [1, 0]
    assert reading_of(studio.luna).next_at > database_now() + turns.EVERY - timedelta(minutes=1)
    round_now()
    assert len(account_numbers(studio.luna)) == 1


def test_twenty_one_posts_take_two_calls(studio, publish):
    first = publish()
    for number in range(20):
        post = studio.post()
        attempt(post, post_ids=[str(7_000 + number)])
        with workspace_scope(post.workspace_id):
            type(post).objects.filter(pk=post.pk).update(
                status="published", published_at=database_now() - DAY, next_step_at=None
            )
    round_now()
    assert len(studio.tiktok.requests(endpoint="video_query")) == 2
    assert [row.is_shown for row in numbers_of(first)] == [True]


def test_what_tiktok_shows_no_longer_is_an_answer_without_numbers(studio, publish):
    post = publish()
    [made] = studio.tiktok.commits()
    studio.tiktok.control(publishes=[{"publish_id": made[0], "do": "hide"}])
    round_now()
    [row] = numbers_of(post)
    assert (row.is_shown, counts(row)) == (False, (None, None, None, None))


def test_a_post_without_a_public_id_is_not_asked_about(studio, publish):
    post = publish(privacy_level="SELF_ONLY")
    round_now()
    assert numbers_of(post) == []
    assert studio.tiktok.requests(endpoint="video_query") == []


def limit(account, *scopes: str) -> None:
    with workspace_scope(account.workspace_id):
        account.scopes = ["user.info.basic", "video.publish", *scopes]
        account.save()


def test_only_what_the_creator_allowed_is_asked(studio, publish):
    post = publish()
    limit(studio.luna, "user.info.stats")
    round_now()
    assert (len(account_numbers(studio.luna)), numbers_of(post)) == (1, [])


def test_an_account_that_allows_neither_has_no_turn(studio):
    limit(studio.luna)
    assert turns.take_turns() == 0
    assert studio.tiktok.requests(endpoint="user_info") == []


def test_a_refused_permission_is_noted_and_the_other_question_still_asked(studio, publish):
    post = publish()
    studio.tiktok.fault("error", endpoint="user_info", code="scope_not_authorized", http_status=401)
    round_now()
    reading = reading_of(studio.luna)
    assert (reading.scope, reading.code) == (measuring.ACCOUNT_SCOPE, "scope_not_authorized")
    assert reading.log_id
    assert len(numbers_of(post)) == 1
    assert account_numbers(studio.luna) == []


@pytest.mark.parametrize("fault", [{"kind": "http", "http_status": 503}, {"kind": "reset"}])
def test_trouble_at_tiktok_adds_no_number_and_is_over_with_the_next_answer(studio, publish, fault):
    post = publish()
    studio.tiktok.control(faults=[{**fault, "endpoint": "video_query"}])
    round_now()
    assert numbers_of(post) == []
    assert reading_of(studio.luna).refused_at is not None
    round_now()
    assert len(numbers_of(post)) == 1
    assert reading_of(studio.luna).refused_at is None


def test_a_lost_connection_ends_the_turn_and_the_turns_after_it(studio, publish):
    post = publish()
    studio.tiktok.control(tokens=[{"creator": "luna.bakes", "do": "revoke"}])
    assert round_now() == 1
    assert numbers_of(post) == []
    assert round_now() == 0
    with workspace_scope(studio.workspace):
        assert type(studio.luna).objects.get(pk=studio.luna.pk).status == "needs_reconnect"


def test_every_workspace_has_its_turn_and_rows_of_its_own(studio, elsewhere):
    fern = make_account(elsewhere, studio.tiktok, "fernandfold")
    assert turns.take_turns() == 2
    assert [len(account_numbers(account)) for account in (studio.luna, fern)] == [1, 1]


def test_a_round_ends_where_the_worker_is_told_to_stop(studio, monkeypatch):
    copy_of(studio.luna, "another")
    monkeypatch.setattr(turns.shutdown, "stopping", lambda: True)
    assert turns.take_turns() == 0


def test_without_an_app_nothing_is_asked(studio, settings):
    settings.TIKTOK_CLIENT_KEY = ""
    count_numbers()
    assert studio.tiktok.requests(endpoint="user_info") == []
