"""How far this machine's clock is off the database's, whose clock decides what is due (F-38).

A small difference is harmless. Beyond a minute the machine is wrong about token lifetimes, signatures and logs:
it claims nothing, says so, and `/readyz` is not ready.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass

from django.db import connection

log = logging.getLogger(__name__)
MAX_SKEW = 60.0  # seconds
ASK_AGAIN = 10.0  # seconds between two questions to the database


@dataclass(frozen=True)
class Reading:
    """`skew`: seconds that our clock was ahead; `base`: wall minus monotonic clock then, which a jump changes."""

    skew: float
    base: float
    at: float


_last: Reading | None = None
_lock = threading.Lock()


def _base() -> float:
    return time.time() - time.monotonic()


def measure() -> float:
    """Ask the database now; seconds that our clock is ahead of it, to within half the trip. Raises `DatabaseError`."""
    global _last
    before = time.time()
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        (theirs,) = cursor.fetchone()
    skew = (before + time.time()) / 2 - float(theirs)
    with _lock:
        _last = Reading(skew, _base(), time.monotonic())
    return skew


def known_skew() -> float:
    """The last measurement, corrected by any jump of our clock since; 0 before the first."""
    with _lock:
        return _last.skew + _base() - _last.base if _last else 0.0


def database_time() -> float:
    """The database's clock in epoch seconds, by ours and its error; asks at most every 10 s. Raises `DatabaseError`."""
    return time.time() - _skew()


def is_right() -> bool:
    """Whether this machine may claim work; asks the database at most every 10 s. Raises `DatabaseError`."""
    skew = _skew()
    if abs(skew) > MAX_SKEW:
        log.error("This machine's clock is %.0f s off the database's: nothing is claimed here.", skew)
        return False
    return True


def _skew() -> float:
    with _lock:
        old = _last is None or time.monotonic() - _last.at > ASK_AGAIN
    return measure() if old else known_skew()
