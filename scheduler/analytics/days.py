"""How much many posts had earned together at the end of each day, added up where the rows are.

A month of a busy workspace is tens of thousands of measurements and thirty sums. What one post or account has is
`counts`, by the same rule: a measurement holds until the next one of the same video.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from scheduler.models import COUNTED

if TYPE_CHECKING:
    from accounts.models import Workspace

GROWTH = """
SELECT day, sum(growth)::bigint FROM (
    SELECT (measured_at AT TIME ZONE %(zone)s)::date AS day,
        {name} - COALESCE(lag({name}) OVER (PARTITION BY post_id, video_id ORDER BY measured_at), 0) AS growth
    FROM scheduler_postnumbers
    WHERE workspace_id = %(workspace)s AND post_id = ANY(%(posts)s) AND {name} IS NOT NULL
) AS step GROUP BY day
"""
GROWTH_OF = {name: GROWTH.format(name=name) for name in COUNTED}


def of_posts(
    posts: Collection[UUID], workspace: Workspace, name: str, *, first: date, last: date
) -> list[tuple[date, int]]:
    """The sum of `name` over these posts, from the first day of the range by whose end any was measured."""
    wanted: dict[str, Any] = {"workspace": workspace.pk, "posts": list(posts), "zone": workspace.time_zone}
    with connection.cursor() as cursor:
        cursor.execute(GROWTH_OF[name], wanted)
        growth: dict[date, int] = dict(cursor.fetchall())
    begins = min(growth, default=last + timedelta(days=1))
    days = list(_days(min(begins, first), last))
    sums = accumulate(growth.get(day, 0) for day in days)
    return [(day, count) for day, count in zip(days, sums, strict=True) if day >= max(begins, first)]


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))
