"""How many posts this process holds for one instant.

Their intents are written one after another, so the more there are, the earlier the first of them has to begin.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

WITHIN = timedelta(seconds=1)

_held: Counter[datetime] = Counter()


@contextmanager
def at(instant: datetime, posts: int) -> Iterator[None]:
    """While these are held. Only the event loop comes here."""
    _held[instant] += posts
    try:
        yield
    finally:
        _held[instant] -= posts
        if not _held[instant]:
            del _held[instant]


def around(instant: datetime) -> int:
    """How many are held for this instant, or so near to it that their intents get in each other's way."""
    return sum(posts for other, posts in _held.items() if abs(other - instant) <= WITHIN)
