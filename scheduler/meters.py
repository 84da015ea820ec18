"""What of TikTok's limits an account has used, for people: the same counts that `caps` and `pacing` wait for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from scheduler import caps
from scheduler.caps import Count
from scheduler.models import Lane
from scheduler.pacing import LIMITS, WINDOW, Call
from scheduler.states import LaneKind
from tiktok import limits

if TYPE_CHECKING:
    from tiktok.models import TikTokAccount


@dataclass(frozen=True)
class Meter:
    """One limit: `used` of `of`, and when one becomes free again; None where nothing is used."""

    label: str
    used: int
    of: int
    resets_at: datetime | None

    @property
    def as_used(self) -> str:
        """`3 of 15 posts in 24 hours`."""
        return f"{self.used} of {self.of} {self.label[:1].lower()}{self.label[1:]}"

    @property
    def is_full(self) -> bool:
        return self.used >= self.of

    @property
    def is_nearly_full(self) -> bool:
        """One left, or none."""
        return self.used >= self.of - 1


def meters(account: TikTokAccount, now: datetime) -> list[Meter]:
    """The account's limits by the day, then those by the minute."""
    return [*daily(account, now), *by_minute(account, now)]


def daily(account: TikTokAccount, now: datetime) -> list[Meter]:
    """Those that people plan by."""
    return [
        _of_day("Posts in 24 hours", caps.posts_today(account, now)),
        _of_day("Drafts waiting in TikTok", caps.drafts_waiting(account, now)),
    ]


def posts_of(accounts: Iterable[TikTokAccount], now: datetime) -> dict[UUID, Meter]:
    """How often each has posted today, in one query."""
    counts = caps.posts_today_of(accounts, now)
    return {key: _of_day("Posts in 24 hours", count) for key, count in counts.items()}


def by_minute(account: TikTokAccount, now: datetime) -> list[Meter]:
    """Those that the engine paces itself by."""
    lane = Lane.objects.filter(
        workspace_id=account.workspace_id, account=account, kind=LaneKind.CALLS
    ).first() or Lane(inits=[], infos=[])
    return [
        _of_minute("Posts begun this minute", lane.inits, LIMITS[Call.INIT], now),
        _of_minute("Settings read this minute", lane.infos, LIMITS[Call.INFO], now),
    ]


def _of_day(label: str, count: Count) -> Meter:
    first = count.spent[0] + limits.CAP_WINDOW if count.spent else None
    return Meter(label, count.used, count.of, first)


def _of_minute(label: str, log: list[datetime], of: int, now: datetime) -> Meter:
    recent = [call for call in log if call > now - WINDOW]
    return Meter(label, len(recent), of, min(recent) + WINDOW if recent else None)
