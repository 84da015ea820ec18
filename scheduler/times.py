"""From what a person typed to an instant, and the hours a zone skips or has twice.

What was meant (wall clock and zone) is kept beside the instant; this module only joins the two. Whether an instant
has passed is for `scheduler.clock`, the database's, to say.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from accounts import hours

TYPED = re.compile(r"^(\d{1,2})(?:[:.h ]?(\d{2})(?::(\d{2}))?)?\s*(am|pm|h)?$", re.IGNORECASE)

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
"""By `date.weekday()`."""


class NotATime(ValueError):
    """The text is no time of day; the message is a sentence for the person."""


class NonexistentTime(ValueError):
    """The clocks skip this time; `next_valid` is the first wall-clock time after the gap."""

    def __init__(self, next_valid: datetime) -> None:
        super().__init__(f"the clocks skip this time; the next one is {next_valid}")
        self.next_valid = next_valid


class AmbiguousTime(ValueError):
    """The clocks show this time twice; `first` and `second` are the two instants, UTC."""

    def __init__(self, first: datetime, second: datetime) -> None:
        super().__init__(f"the clocks show this time twice: {first} and {second}")
        self.first, self.second = first, second


def parse_time(text: str) -> time:
    """`12:30`, `12:30:15`, `9`, `9.30`, `0930`, `9h30`, `9:30 pm`. Raises NotATime."""
    match = TYPED.match(text.strip())
    example = hours.write(time(12, 30), gap=" ")
    if match is None:
        raise NotATime(f"Write the time as {example}.")
    hour, minute, second = (int(match[number] or 0) for number in (1, 2, 3))
    half = (match[4] or "").lower()
    if half in {"am", "pm"}:
        if not 1 <= hour <= 12:
            raise NotATime("Write the time as 12:30, or as 12:30 pm.")
        hour = hour % 12 + (12 if half == "pm" else 0)
    if hour > 23 or minute > 59 or second > 59:
        raise NotATime(
            f"No clock shows {text.strip()}: hours end at 23, minutes at 59. Write the time as {example}."
        )
    return time(hour, minute, second)


def resolve(local: datetime, zone: str, fold: int | None = None) -> datetime:
    """The instant, UTC, at which the wall clocks of `zone` show `local` (naive).

    `fold` chooses between the two instants of a repeated hour: 0 the first, 1 the second. Raises NonexistentTime
    in a gap, AmbiguousTime in a repeated hour without a choice.
    """
    first, second = (_instant(local, zone, which) for which in (0, 1))
    if first is None or second is None:
        raise NonexistentTime(next_valid(local, zone))
    if first == second:
        return first
    if fold is None:
        raise AmbiguousTime(first, second)
    return second if fold else first


def reread(local: datetime, zone: str, was: datetime) -> tuple[datetime, datetime]:
    """What a wall clock that was kept means by today's rules: the time shown (naive), and its instant, UTC.

    Skipped by now, it is the next time that exists; shown twice, the instant that it `was` if that is one of them.
    """
    shown = next_valid(local, zone)
    try:
        return shown, resolve(shown, zone)
    except AmbiguousTime as twice:
        return shown, was if was in {twice.first, twice.second} else twice.first


def next_valid(local: datetime, zone: str) -> datetime:
    """`local` where the clocks of `zone` show it, else the first whole minute after the gap: an hour, rarely a day."""
    if _instant(local, zone, 0) is not None:
        return local
    minute = local.replace(second=0, microsecond=0)
    while _instant(minute, zone, 0) is None:
        minute += timedelta(minutes=1)
    return minute


def _instant(local: datetime, zone: str, fold: int) -> datetime | None:
    """UTC of that reading of the wall clock; None where the clock never shows it."""
    instant = local.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)
    shown = instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)
    return instant if shown == local.replace(fold=0) else None


def week_of(day: date) -> date:
    """The Monday of that day's week."""
    return day - timedelta(days=day.weekday())


def day_bounds(day: date, zone: str) -> tuple[datetime, datetime]:
    """First instant of that day in `zone` and of the next, UTC; where midnight is skipped, the day starts later."""
    starts = []
    for midnight in (datetime.combine(each, time()) for each in (day, day + timedelta(days=1))):
        starts.append(resolve(next_valid(midnight, zone), zone, fold=0))
    return starts[0], starts[1]


def day_in(instant: datetime, zone: str) -> date:
    """The day on which the clocks of `zone` show that instant."""
    return instant.astimezone(ZoneInfo(zone)).date()


def on_day(day: date, at: time, zone: str) -> tuple[datetime, datetime] | None:
    """What a time that recurs means on one day: the wall clock shown (naive), and its instant, UTC.

    Nobody is there to choose: skipped, it is the next time that exists; shown twice, it is the first (F-39, F-40). So
    it is once on every day; None only where a zone leaves out the whole day.
    """
    local = next_valid(datetime.combine(day, at.replace(tzinfo=None)), zone)
    if local.date() != day and next_valid(datetime.combine(day, time()), zone).date() != day:
        return None
    return local, resolve(local, zone, fold=0)


def next_minute(moment: datetime) -> datetime:
    """The full minute at or after it: what is promised for then has been tried by then."""
    return moment if not (moment.second or moment.microsecond) else _floor(moment) + timedelta(minutes=1)


def _floor(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)
