"""What stands beside a day and a time that somebody chooses, so that nobody has to guess or to leave the page.

The workspace's clock now, by which the page says that a time has passed; the next free slots of an account; and the
slots of the chosen day that are free at all of the accounts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import UUID

from scheduler import slots
from scheduler.clock import database_now
from scheduler.forms import HORIZON
from scheduler.models import Post
from tiktok.models import TikTokAccount

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import Workspace
    from scheduler.slots import FreeSlot

SHOWN = 4
AHEAD = timedelta(days=13)
"""How far the next slots are looked for: two weeks, in three queries."""


@dataclass(frozen=True)
class WhenHelp:
    """For these accounts of one workspace; `day` is the one that stands in the form, as typed."""

    workspace: Workspace
    accounts: list[TikTokAccount]
    day: str = ""

    @classmethod
    def of_posts(cls, workspace: Workspace, posts: Iterable[Post], day: object = "") -> WhenHelp:
        """For the accounts of these posts; each is known with its account."""
        accounts = {post.account_id: post.account for post in posts if post.account}
        for account in accounts.values():
            account.workspace = workspace
        return cls(workspace, list(accounts.values()), str(day or ""))

    @classmethod
    def of_ids(cls, workspace: Workspace, ids: Iterable[str], day: str) -> WhenHelp:
        """For those of them that are accounts of the workspace."""
        found = TikTokAccount.objects.filter(workspace=workspace, pk__in=[*filter(None, map(_uuid, ids))])
        return cls(workspace, list(found.select_related("workspace")), day)

    @cached_property
    def clock(self) -> str:
        """What the workspace's clocks show, by the database: `2026-11-20T12:30:05`."""
        return self._now.replace(tzinfo=None).isoformat(timespec="seconds")

    @cached_property
    def slots(self) -> list[FreeSlot]:
        """The next free ones of a single account; of several, none is everybody's."""
        if len(self.accounts) != 1:
            return []
        today = self._now.date()
        return slots.free_slots(self.accounts, today, today + AHEAD)[:SHOWN]

    @cached_property
    def times(self) -> list[time]:
        """Those of the day, on the workspace's clocks."""
        try:
            day = date.fromisoformat(self.day)
        except ValueError:
            return []
        today = self._now.date()
        may_be_chosen = today <= day <= today + HORIZON
        return slots.shared_times(self.accounts, day) if self.accounts and may_be_chosen else []

    @property
    def query(self) -> str:
        """`account=…`, with which the times of another day are asked for; empty without an account."""
        return urlencode([("account", account.pk) for account in self.accounts])

    @cached_property
    def _now(self) -> datetime:
        return database_now().astimezone(self.workspace.zone)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
