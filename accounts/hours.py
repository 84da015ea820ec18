"""How a time of day is written: on 24 hours, or on 12 as the person chose whose page or mail it is.

Whoever renders for somebody enters `following(person)`; everything that prints a time asks `write`, and a field that
is filled in with one asks `typed`. Times that machines read (addresses, hidden fields, files) are always on 24 hours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, time
from typing import Any

from django.db.models import TextChoices

PLAIN = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?")
NO_BREAK = "\N{NO-BREAK SPACE}"


class Hours(TextChoices):
    """How many hours a clock shows."""

    DAY = "24", "24 hours, as 17:30"
    HALF = "12", "12 hours, as 5:30 pm"


_readers: ContextVar[tuple[Any, ...]] = ContextVar("readers", default=())


@contextmanager
def following(*readers: Any) -> Iterator[None]:
    """Times are written as the readers chose; on 24 hours where they differ, or where nobody has signed in.

    A reader is asked only when a time is written: the request's user is read from the database no sooner.
    """
    token = _readers.set(readers)
    try:
        yield
    finally:
        _readers.reset(token)


def chosen() -> Hours:
    """What the readers chose."""
    choices = {getattr(reader, "hours", Hours.DAY) for reader in _readers.get()}
    return Hours.HALF if choices == {Hours.HALF} else Hours.DAY


def write(at: datetime | time, *, seconds: bool = False, gap: str = NO_BREAK) -> str:
    """`17:30` or `5:30 pm`, on one line wherever it stands."""
    if chosen() is Hours.DAY:
        return f"{at:%H:%M:%S}" if seconds else f"{at:%H:%M}"
    clock = f"{at.hour % 12 or 12}:{at:%M:%S}" if seconds else f"{at.hour % 12 or 12}:{at:%M}"
    return f"{clock}{gap}{'am' if at.hour < 12 else 'pm'}"


def typed(text: str) -> str:
    """A time as it stands in a field, as its reader would type it; anything that is none stays as it is."""
    match = PLAIN.fullmatch(text)
    if match is None or chosen() is Hours.DAY:
        return text
    second = int(match[3] or 0)
    return write(time(int(match[1]), int(match[2]), second), seconds=bool(second), gap=" ")
