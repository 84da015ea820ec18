"""The hour that a new post of a day opens with."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from scheduler.calendars.proposing import free_hour

LISBON = ZoneInfo("Europe/Lisbon")
TODAY, TOMORROW = date(2026, 12, 4), date(2026, 12, 5)


def at(hour: int, minute: int = 0, day: date = TODAY) -> datetime:
    return datetime.combine(day, time(hour, minute), LISBON)


@pytest.mark.parametrize(
    ("now", "hour"), [(at(9, 20), 10), (at(9, 55), 10), (at(9, 56), 11), (at(22, 30), 23), (at(23, 10), None)]
)
def test_today_it_is_the_next_hour_that_leaves_time_to_write(now: datetime, hour: int | None) -> None:
    assert free_hour(TODAY, [], now) == (time(hour) if hour is not None else None)


@pytest.mark.parametrize(
    ("taken", "hour"),
    [([], 12), ([(8, 0)], 12), ([(12, 0)], 13), ([(12, 30)], 14), ([(11, 30), (13, 30)], 15)],
)
def test_another_day_it_is_an_hour_from_noon_away_from_other_posts(
    taken: list[tuple[int, int]], hour: int
) -> None:
    others = [at(*each, day=TOMORROW) for each in taken]

    assert free_hour(TOMORROW, others, at(22)) == time(hour)


def test_a_day_that_is_full_has_none() -> None:
    assert free_hour(TOMORROW, [at(hour, 30, day=TOMORROW) for hour in range(24)], at(9)) is None
