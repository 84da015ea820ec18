"""How often a post is counted: numbers move fast on the first day, slowly after a month, and hardly after three.

Pure conditions for queries; a round comes by every hour (`turns`), so no step is shorter.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db.models import Q

LADDER = (
    (timedelta(days=1), timedelta(hours=1)),
    (timedelta(days=30), timedelta(days=1)),
    (timedelta(days=90), timedelta(days=7)),
)
"""While a post is younger than the first, it is counted as often as the second says."""

ACCOUNTS_EVERY = timedelta(days=1)

SLACK = timedelta(minutes=10)
"""A round that comes a little early counts all the same, else the next one would be an hour late."""


def is_due(now: datetime, *, published: str, last: str) -> Q:
    """A condition on two columns: when a post was published, and when it was counted last (null: never)."""
    steps = (
        Q(**{f"{published}__gt": now - age}) & _longer_ago(now, every, last=last) for age, every in LADDER
    )
    return reduce(or_, steps)


def account_is_due(now: datetime, *, last: datetime | None) -> bool:
    """The same for an account."""
    return last is None or last <= now - ACCOUNTS_EVERY + SLACK


def _longer_ago(now: datetime, every: timedelta, *, last: str) -> Q:
    return Q(**{f"{last}__isnull": True}) | Q(**{f"{last}__lte": now - every + SLACK})
