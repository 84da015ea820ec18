"""When the engine looks again: lead times, poll plan, backoff."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from scheduler import schedule

DUE = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)


def test_a_small_video_is_sent_ahead_less_than_ninety_seconds_before_its_time():
    assert DUE - schedule.first_step_at(DUE, 40_000) == pytest.approx(
        timedelta(seconds=85), abs=timedelta(seconds=1)
    )


def test_a_large_video_begins_earlier():
    assert schedule.first_step_at(DUE, 1_000_000_000) < schedule.first_step_at(DUE, 1_000_000)


def test_the_largest_video_still_finds_its_upload_url_alive_at_the_commit():
    lead = DUE - schedule.first_step_at(DUE, 4_000_000_000)
    assert lead + schedule.URL_MARGIN < timedelta(hours=1)


def test_without_staging_nothing_begins_before_the_last_seconds(settings):
    settings.STAGE_UPLOADS = False
    assert DUE - schedule.first_step_at(DUE, 4_000_000_000) == schedule.COMMIT_LEAD


@pytest.mark.parametrize(
    ("polls", "since", "seconds"),
    [
        (0, timedelta(0), 5),
        (1, timedelta(seconds=5), 10),
        (2, timedelta(seconds=15), 20),
        (3, timedelta(seconds=35), 30),
        (4, timedelta(seconds=65), 60),
        (90, timedelta(hours=1, minutes=59), 60),
        (130, timedelta(hours=3), 900),
    ],
)
def test_the_poll_plan_of_contract_section_9_2(polls, since, seconds):
    assert schedule.poll_delay(polls, since) == timedelta(seconds=seconds)


def test_polls_of_one_post_stay_far_below_thirty_a_minute():
    first_minute = [schedule.poll_delay(n, timedelta(0)).total_seconds() for n in range(4)]
    assert sum(first_minute) >= 60


def test_trouble_is_met_more_and_more_slowly():
    delays = [schedule.trouble_delay(n) for n in range(schedule.MAX_TROUBLES)]
    assert delays == sorted(delays)
    assert sum(delays, timedelta(0)) > timedelta(minutes=15)
