"""On which days a post comes back. Pure: dates in, dates out; what a day's time means is for `times.on_day`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import islice, takewhile

from django.utils.text import get_text_list

from accounts import hours
from scheduler import times

MOST_WEEKS = 12
"""The longest pause between two weeks of a rule."""

MOST_TIMES = 200


@dataclass(frozen=True)
class Rule:
    """These weekdays (0 Monday) at a wall-clock time, every so many weeks counted from the week of `starts`.

    The first day is after `starts`. It ends with `until`, included, or with the `times`-th day, or not at all.
    """

    weekdays: frozenset[int]
    at: time
    starts: date
    every_weeks: int = 1
    until: date | None = None
    times: int | None = None

    def days(self) -> Iterator[date]:
        """Every day of the rule, in order; without an end, as long as the calendar goes."""
        all_days: Iterator[date] = self._endless()
        if self.until is not None:
            last = self.until
            all_days = takewhile(lambda day: day <= last, all_days)
        return islice(all_days, self.times)

    def days_between(self, first: date, last: date) -> list[date]:
        """Its days from `first` to `last`, both included."""
        return [day for day in takewhile(lambda day: day <= last, self.days()) if day >= first]

    def ends_by(self, day: date) -> bool:
        """Whether no day comes after that one."""
        return next((each for each in self.days() if each > day), None) is None

    @property
    def words(self) -> str:
        """`Every Monday and Friday at 12:30`; the zone is the page's to add."""
        days = get_text_list([times.WEEKDAYS[weekday] for weekday in sorted(self.weekdays)], "and")
        if self.weekdays == frozenset(range(7)):
            days = "day"
        often = "Every" if self.every_weeks == 1 else f"Every {self.every_weeks} weeks on"
        if self.every_weeks > 1 and days == "day":
            days = "every day"
        return f"{often} {days} at {hours.write(self.at)}"

    def _endless(self) -> Iterator[date]:
        monday = times.week_of(self.starts)
        while True:
            for weekday in sorted(self.weekdays):
                day = monday + timedelta(days=weekday)
                if day > self.starts:
                    yield day
            try:
                monday += timedelta(weeks=self.every_weeks)
            except OverflowError:
                return
