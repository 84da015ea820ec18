"""Which posting slots of an account are free.

A slot is a weekly wish on the workspace's clock (`PostingSlot`); a free slot is one instant of it, in the future, at
whose minute nothing of the account is planned. `filling` puts drafts into them, `weeks` changes the wishes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from scheduler import times
from scheduler.clock import database_now
from scheduler.models import Post, PostingSlot
from scheduler.states import PostStatus

if TYPE_CHECKING:
    from tiktok.models import TikTokAccount

Week = Mapping[int, Sequence[time]]
"""Wall-clock times by `date.weekday()`."""

LEAD = timedelta(minutes=5)
"""A slot that is nearer is not offered: a person still has to look and agree."""

HORIZON = timedelta(days=366)
"""How far ahead a free slot is looked for."""

LEAVES_FREE = frozenset({PostStatus.CANCELLED, PostStatus.FAILED, PostStatus.MISSED})
"""Such a post will not go out at its time, so another may."""


@dataclass(frozen=True)
class FreeSlot:
    """One slot of one day that nothing is planned for: its instant, UTC, and what the workspace's clocks show."""

    account: TikTokAccount
    at: datetime
    local: datetime

    @property
    def due(self) -> dict[str, object]:
        """The columns of a post that takes it."""
        zone = self.account.workspace.time_zone
        return {"due_at": self.at, "due_local": self.local.isoformat(), "due_zone": zone}


def next_free(account: TikTokAccount, *, after: datetime | None = None) -> datetime | None:
    """The instant, UTC, of the account's next slot without a post; None without slots, or none free in a year."""
    return next((slot.at for slot in upcoming([account], after=after)), None)


def free_slots(accounts: Iterable[TikTokAccount], first: date, last: date) -> list[FreeSlot]:
    """The free slots of those days, both included, by instant; three queries, however many accounts.

    The days are of each account's own workspace. Pass accounts with their workspace (`select_related`).
    """
    accounts = list(accounts)
    now = database_now()
    taken = _taken(accounts, *_bounds(first, last))
    weeks = weeks_of(accounts)
    found = [
        slot
        for account in accounts
        for slot in _of_account(account, weeks[account.pk], first, last)
        if slot.at > now + LEAD and _minute(slot.at) not in taken[account.pk]
    ]
    return sorted(found, key=lambda slot: slot.at)


def shared_times(accounts: Sequence[TikTokAccount], day: date) -> list[time]:
    """The wall-clock times of that day at which each of these accounts has a free slot."""
    free = {account.pk: set[time]() for account in accounts}
    for slot in free_slots(accounts, day, day):
        free[slot.account.pk].add(slot.local.time())
    return sorted(set.intersection(*free.values())) if free else []


def upcoming(accounts: Sequence[TikTokAccount], *, after: datetime | None = None) -> Iterator[FreeSlot]:
    """Free slots by instant, strictly after `after` or soon, for as long as somebody asks and a year at most."""
    now = database_now()
    earliest = max(after, now + LEAD) if after else now + LEAD
    weeks = weeks_of(accounts)
    if not any(weeks.values()):
        return
    first = (earliest - timedelta(days=1)).date()
    for start in (first + timedelta(days=7 * number) for number in range(HORIZON.days // 7 + 1)):
        last = start + timedelta(days=6)
        taken = _taken(accounts, *_bounds(start, last))
        found = [
            slot
            for account in accounts
            for slot in _of_account(account, weeks[account.pk], start, last)
            if slot.at > earliest and _minute(slot.at) not in taken[account.pk]
        ]
        yield from sorted(found, key=lambda slot: slot.at)


def weeks_of(accounts: Iterable[TikTokAccount]) -> dict[UUID, dict[int, list[time]]]:
    """The weekly slots of each account; an empty week for one that has none."""
    accounts = list(accounts)
    weeks: dict[UUID, dict[int, list[time]]] = {account.pk: {} for account in accounts}
    rows = PostingSlot.objects.filter(
        workspace_id__in={account.workspace_id for account in accounts}, account_id__in=weeks
    )
    for account_id, weekday, at in rows.values_list("account_id", "weekday", "at"):
        weeks[account_id].setdefault(weekday, []).append(at)
    return weeks


def instants(week: Week, first: date, last: date, zone: str) -> list[tuple[datetime, datetime]]:
    """What a week means on those days: (wall clock shown, instant UTC), by instant, none of them twice.

    Two slots that the clocks move to one instant are one: 02:30 is 03:00 on the night it is skipped.
    """
    found: dict[datetime, datetime] = {}
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        for at in week.get(day.weekday(), ()):
            meant = times.on_day(day, at, zone)
            if meant is not None:
                found.setdefault(meant[1], meant[0])
    return [(found[instant], instant) for instant in sorted(found)]


def _of_account(account: TikTokAccount, week: Week, first: date, last: date) -> Iterator[FreeSlot]:
    for local, at in instants(week, first, last, account.workspace.time_zone):
        yield FreeSlot(account, at, local)


def _bounds(first: date, last: date) -> tuple[datetime, datetime]:
    """Instants that enclose those days in every zone of the world."""
    start = datetime.combine(first, time(), UTC) - timedelta(days=1)
    return start, datetime.combine(last, time(), UTC) + timedelta(days=3)


def _taken(accounts: Iterable[TikTokAccount], start: datetime, end: datetime) -> dict[UUID, set[datetime]]:
    """The minutes at which each account has something planned."""
    accounts = list(accounts)
    posts = Post.objects.filter(
        workspace_id__in={account.workspace_id for account in accounts},
        account__in=accounts,
        due_at__gte=start,
        due_at__lt=end,
    )
    taken: dict[UUID, set[datetime]] = defaultdict(set)
    for account_id, due_at in posts.exclude(status__in=LEAVES_FREE).values_list("account_id", "due_at"):
        taken[account_id].add(_minute(due_at))
    return taken


def _minute(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(second=0, microsecond=0)
