"""The database's clock: the only one that decides what is due, late or expired.

A worker's own clock may drift. `Clock.measure` notes how far the database's runs from this process's monotonic
clock, always from the late side, so that a hold by it can end late by a round trip but never early.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection


def database_now() -> datetime:
    """The instant at the database, UTC, at this very statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0].astimezone(UTC)


@dataclass(frozen=True)
class Clock:
    """The database's clock, carried in this process: `read_at` on the monotonic clock was `instant` or earlier."""

    instant: datetime
    read_at: float

    @classmethod
    def measure(cls) -> Clock:
        instant = database_now()
        return cls(instant, time.monotonic())

    def now(self) -> datetime:
        return self.instant + timedelta(seconds=time.monotonic() - self.read_at)

    def hold_until(self, instant: datetime) -> None:
        """Return at the instant or just after it, never before."""
        while (left := (instant - self.now()).total_seconds()) > 0:
            time.sleep(left)
