"""The time that the composer opens with, from a day of the calendar where no slot is free."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

NOON = 12
HOURS = 24
APART = timedelta(hours=1)
TO_WRITE_IT = timedelta(minutes=5)


def free_hour(day: date, taken: Iterable[datetime], now: datetime) -> time | None:
    """The first full hour from noon on, today from the next one on, an hour away from what is `taken`.

    All by the workspace's clocks; None where the day has no such hour left.
    """
    now = now.replace(tzinfo=None)
    others = [each.replace(tzinfo=None) for each in taken]
    first = 0 if day == now.date() else NOON
    for hour in range(first, HOURS):
        at = datetime.combine(day, time(hour))
        if at >= now + TO_WRITE_IT and all(abs(at - other) >= APART for other in others):
            return at.time()
    return None
