"""What measurements amount to: the last of each video holds, days add up, and what is unknown is never zero."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from scheduler.analytics import counts, days
from scheduler.clock import database_now
from scheduler.models import AccountNumbers, Post, PostNumbers
from tests.scheduler.accounts import plain_account
from tests.scheduler.analytics.rows import measure, measure_account, published

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
MONDAY = datetime(2026, 11, 16, 12, tzinfo=UTC)
FIRST = MONDAY.date()


@pytest.fixture
def luna(harbour, in_harbour):
    return plain_account(harbour, "luna.bakes")


@pytest.fixture
def post(luna, alice):
    return published(luna, alice, ago=5 * DAY, ids=("71", "72"))


def tally(post):
    return counts.tallies(counts.of_posts([post.pk], post.workspace))[post.pk]


def by_day(post, name="views"):
    found = days.of_posts([post.pk], post.workspace, name, first=FIRST, last=FIRST + 3 * DAY)
    return [count for _, count in found]


def test_the_videos_of_a_post_are_added_up(post) -> None:
    measure(post, 10, 1, 0, 0, at=MONDAY)
    measure(post, 5, 2, 0, 0, at=MONDAY, video_id="72")
    assert tally(post).counts == {"views": 15, "likes": 3, "comments": 0, "shares": 0}
    assert tally(post).measured_at == MONDAY


def test_the_last_numbers_stay_when_tiktok_shows_it_no_longer(post) -> None:
    measure(post, 10, 1, 0, 0, at=MONDAY)
    measure(post, at=MONDAY + DAY)
    assert (tally(post).counts["views"], tally(post).is_hidden) == (10, True)
    assert tally(post).measured_at == MONDAY


def test_what_was_never_shown_has_no_numbers(post) -> None:
    measure(post, at=MONDAY)
    assert (tally(post).counts, tally(post).measured_at, tally(post).is_hidden) == ({}, None, True)


def test_a_number_that_tiktok_left_out_once_keeps_its_last_value(post) -> None:
    measure(post, 10, 4, 0, 0, at=MONDAY)
    measure(post, 12, None, 0, 0, at=MONDAY + DAY)
    assert counts.tallies(counts.of_post(post))[post.pk].counts["likes"] == 4
    assert by_day(post, "likes") == [4, 4, 4, 4]


def test_days_add_up_and_begin_with_the_first_measurement(post) -> None:
    measure(post, 10, at=MONDAY + DAY)
    measure(post, 11, at=MONDAY + DAY + timedelta(hours=1))
    measure(post, 4, at=MONDAY + 3 * DAY, video_id="72")
    assert by_day(post) == [11, 11, 15]


def test_what_was_earned_before_the_first_day_counts_on_it(post) -> None:
    measure(post, 10, at=MONDAY - 3 * DAY)
    measure(post, 8, at=MONDAY + DAY)  # TikTok takes views back at times
    assert by_day(post) == [10, 8, 8, 8]


def test_another_post_and_another_workspace_are_not_added(post, alice, elsewhere) -> None:
    measure(post, 10, at=MONDAY)
    assert days.of_posts([], post.workspace, "views", first=FIRST, last=FIRST) == []
    assert days.of_posts([post.pk], elsewhere, "views", first=FIRST, last=FIRST) == []


def test_a_day_ends_at_midnight_of_the_workspace(post) -> None:
    post.workspace.time_zone = "America/New_York"
    measure(post, 10, at=datetime(2026, 11, 17, 3, tzinfo=UTC))  # Monday evening there
    [measured] = counts.of_posts([post.pk], post.workspace)
    assert measured.day == date(2026, 11, 16)


def test_followers_of_several_accounts_begin_when_all_are_known(harbour, luna) -> None:
    fern = plain_account(harbour, "fernandfold")
    for account, followers, age in ((luna, 1, 9), (luna, 100, 3), (luna, 110, 2), (fern, 7, 2), (fern, 8, 0)):
        measure_account(account, followers, ago=age * DAY)
    measured = counts.of_accounts([luna.pk, fern.pk], harbour, since=database_now() - 5 * DAY)
    assert [each.counts["followers"] for each in measured] == [100, 110, 7, 8]
    last = measured[-1].day
    found = counts.day_by_day(measured, "followers", first=last - 4 * DAY, last=last)
    assert [count for _, count in found] == [117, 117, 118]


def test_every_measurement_of_one_post_is_a_moment(post) -> None:
    for hour, views in enumerate((1, 5, 9)):
        measure(post, views, at=MONDAY + timedelta(hours=hour))
    moments = counts.moment_by_moment(counts.of_post(post), "views")
    assert moments == [(MONDAY + timedelta(hours=hour), views) for hour, views in enumerate((1, 5, 9))]


# --- the rows themselves


def refused(change) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        change()


def test_a_measurement_is_never_changed_nor_taken_away(post, luna) -> None:
    measure(post, 10)
    measure_account(luna, 5)
    for rows in (PostNumbers.objects.all(), AccountNumbers.objects.all()):
        refused(lambda rows=rows: rows.update(measured_at=MONDAY))
        refused(lambda rows=rows: rows.delete())


def test_what_is_not_shown_can_have_no_number(post) -> None:
    hidden = PostNumbers(
        workspace=post.workspace, post=post, video_id="71", measured_at=MONDAY, is_shown=False
    )
    hidden.views = 1
    refused(hidden.save)


def test_numbers_hold_their_post(post) -> None:
    measure(post, 10)
    assert Post.objects.filter(numbers__views=10).get() == post
