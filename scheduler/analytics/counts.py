"""From measurements to what a page says: the last numbers of a post or an account, and how they grew.

A measurement holds until the next one of the same video, also while TikTok shows that video no longer. What was never
measured is None or left out, and is never counted as zero.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models.functions import TruncDate

from scheduler.models import COUNTED, AccountNumbers, PostNumbers

if TYPE_CHECKING:
    from accounts.models import Workspace
    from scheduler.models import Post

OF_ACCOUNTS = ("followers", "likes", "videos")


class Measured(NamedTuple):
    """One answer about one thing: a video, or an account. `counts` are by name; without a number they are left out."""

    owner: UUID
    key: str
    day: date
    at: datetime
    is_shown: bool
    counts: dict[str, int]


@dataclass
class Tally:
    """The last numbers of one owner over all its keys: of a post over its videos, of an account over itself."""

    counts: dict[str, int] = field(default_factory=dict)
    measured_at: datetime | None = None
    asked_at: datetime | None = None

    @property
    def is_hidden(self) -> bool:
        """Whether TikTok was asked again later and showed none of it."""
        return self.asked_at is not None and self.asked_at != self.measured_at


def of_posts(posts: Collection[UUID], workspace: Workspace) -> list[Measured]:
    """The last measurement of each video of these posts, and the last one that did not show it, in order."""
    rows = PostNumbers.objects.filter(workspace=workspace, post__in=posts)
    days = rows.annotate(day=TruncDate("measured_at", tzinfo=ZoneInfo(workspace.time_zone)))
    once = ("post_id", "video_id", "is_shown")
    last = days.order_by(*once, "-measured_at").distinct(*once)
    columns = ("post_id", "video_id", "day", "measured_at", "is_shown", *COUNTED)
    return _in_order(last.values_list(*columns), COUNTED)


def of_accounts(accounts: Collection[UUID], workspace: Workspace, *, since: datetime) -> list[Measured]:
    """The last measurement of each day of these accounts from that instant on, in order."""
    rows = AccountNumbers.objects.filter(workspace=workspace, account__in=accounts, measured_at__gte=since)
    days = rows.annotate(day=TruncDate("measured_at", tzinfo=ZoneInfo(workspace.time_zone)))
    last = days.order_by("account", "day", "-measured_at").distinct("account", "day")
    columns = ("account_id", "day", "measured_at", *OF_ACCOUNTS)
    whole = ((row[0], "", row[1], row[2], True, *row[3:]) for row in last.values_list(*columns))
    return _in_order(whole, OF_ACCOUNTS)


def of_post(post: Post) -> list[Measured]:
    """Every measurement of one post, in order."""
    rows = PostNumbers.objects.filter(workspace=post.workspace_id, post=post)
    days = rows.annotate(day=TruncDate("measured_at", tzinfo=ZoneInfo("UTC")))
    columns = ("post_id", "video_id", "day", "measured_at", "is_shown", *COUNTED)
    return _in_order(days.values_list(*columns), COUNTED)


def tallies(measured: Iterable[Measured]) -> dict[UUID, Tally]:
    """The last numbers of each owner; they must come in order."""
    latest: dict[tuple[UUID, str], dict[str, int]] = {}
    found: dict[UUID, Tally] = {}
    for each in measured:
        tally = found.setdefault(each.owner, Tally())
        tally.asked_at = each.at
        if each.is_shown:
            tally.measured_at = each.at
            latest[each.owner, each.key] = latest.get((each.owner, each.key), {}) | each.counts
    for (owner, _), counts in latest.items():
        found[owner].counts = total([found[owner].counts, counts])
    return found


def total(many: Iterable[dict[str, int]]) -> dict[str, int]:
    """Their sum, by name."""
    sums: dict[str, int] = {}
    for counts in many:
        for name, count in counts.items():
            sums[name] = sums.get(name, 0) + count
    return sums


def day_by_day(measured: Iterable[Measured], name: str, *, first: date, last: date) -> list[tuple[date, int]]:
    """How much there was of `name` at the end of each day, from the first day on which it was known of all owners.

    The sum of some of them would say something else.
    """
    waiting = deque(each for each in measured if name in each.counts)
    owners = {each.owner for each in waiting}
    known: dict[UUID, int] = {}
    found = []
    for day in (first + timedelta(days=number) for number in range((last - first).days + 1)):
        while waiting and waiting[0].day <= day:
            each = waiting.popleft()
            known[each.owner] = each.counts[name]
        if known and owners == known.keys():
            found.append((day, sum(known.values())))
    return found


def moment_by_moment(measured: Iterable[Measured], name: str) -> list[tuple[datetime, int]]:
    """How much there was of `name` at each instant at which it was measured."""
    known: dict[tuple[UUID, str], int] = {}
    found: dict[datetime, int] = {}
    for each in measured:
        if name in each.counts:
            known[each.owner, each.key] = each.counts[name]
            found[each.at] = sum(known.values())
    return list(found.items())


def _in_order(rows: Iterable[Any], names: tuple[str, ...]) -> list[Measured]:
    found = []
    for owner, key, day, at, is_shown, *values in rows:
        counts = {name: value for name, value in zip(names, values, strict=True) if value is not None}
        found.append(Measured(owner, key, day, at, is_shown, counts))
    return sorted(found, key=lambda each: each.at)
