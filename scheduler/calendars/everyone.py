"""One week of all the workspaces that a person belongs to, below each other.

Each is read in its own scope, one after the other: a mistake here could show a workspace twice, never somebody
else's. So the queries grow with the workspaces, and not with their posts. What is asked for by itself (`stamp`) is
counted alone; the cards are read only where they are drawn.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from accounts.models import Membership
from accounts.tenancy import workspace_scope
from scheduler.calendars import grid
from scheduler.calendars.asked import Asked, Group, View
from scheduler.calendars.page import CalendarPage, chips_of, nothing_matches
from scheduler.calendars.tally import MOST
from scheduler.queries import attention
from tiktok.models import AccountStatus

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from accounts.models import User, Workspace
    from scheduler.calendars.grid import Day, Lane
    from scheduler.calendars.page import Chip
    from tiktok.models import TikTokAccount

WORKSPACES = 25
"""On one page: with so many, each may show sixteen cards before "+n more"."""


@dataclass(frozen=True)
class AskedOfAll(Asked):
    """`workspace` is the slug of the one that is asked for alone; an account is asked for within its workspace."""

    workspace: str = ""

    @property
    def query(self) -> str:
        chosen = urlencode({"workspace": self.workspace}) if self.workspace else ""
        return "&".join(part for part in (super().query, chosen) if part)

    def of_one(self, today: date) -> Asked:
        """The same week and filters as the calendar of one workspace, whose clocks show `today`, asks for them."""
        return Asked(today, self.first, status=self.status, account=self.account)


class Client:
    """The rows of one workspace. What is read of it is read in its scope."""

    def __init__(self, membership: Membership, asked: AskedOfAll, now: datetime, most: int) -> None:
        self.workspace: Workspace = membership.workspace
        theirs = asked.of_one(now.astimezone(self.workspace.zone).date())
        with workspace_scope(self.workspace):
            self.page = CalendarPage(self.workspace, membership, theirs, most=most, still=True, now=now)

    @cached_property
    def lanes(self) -> list[Lane]:
        with workspace_scope(self.workspace):
            return self.page.lanes

    @cached_property
    def accounts(self) -> list[TikTokAccount]:
        with workspace_scope(self.workspace):
            return self.page.accounts

    @cached_property
    def attention(self) -> int:
        """Posts that wait for a person, of whichever week."""
        with workspace_scope(self.workspace):
            return int(attention(self.workspace).count())

    @property
    def lost(self) -> int:
        """Accounts that have to be connected again."""
        return sum(account.status == AccountStatus.NEEDS_RECONNECT for account in self.accounts)


class EveryonesWeek:
    """The week that an address asks for in each workspace of the person, by name; days are each workspace's own.

    `?week=2026-11-16&status=failed` as in one workspace, `?workspace=<slug>` for one of them alone and then
    `?account=<id>` for one of its accounts.
    """

    def __init__(self, user: User, query: Mapping[str, str], now: datetime) -> None:
        mine = Membership.objects.filter(user=user).select_related("workspace")
        self.members = list(mine.order_by("workspace__name", "pk"))
        one = next((each for each in self.members if each.workspace.slug == query.get("workspace")), None)
        zone = self.members[0].workspace.zone if self.members else now.tzinfo
        asked = AskedOfAll.read(query, now.astimezone(zone).date())
        self.asked = replace(
            asked,
            view=View.WEEK,
            group=Group.ACCOUNT,
            one_day=False,
            workspace=one.workspace.slug if one else "",
            account=asked.account if one else None,
        )
        shown = [one] if one else self.members
        start = (self.asked.page - 1) * WORKSPACES
        here = shown[start : start + WORKSPACES]
        self.has_next = len(shown) > start + WORKSPACES
        self.clients = [Client(member, self.asked, now, MOST // max(1, len(here))) for member in here]

    # --- asking again

    @property
    def poll_seconds(self) -> int:
        """Seconds until the board asks again, as the most hurried workspace does; 0 once all is final."""
        return min((paces for client in self.clients if (paces := client.page.poll_seconds)), default=0)

    @property
    def stamp(self) -> str:
        """Changes whenever the posts of any workspace here would look different."""
        stamps = [(client.workspace.slug, client.page.stamp) for client in self.clients]
        return blake2b(repr(stamps).encode(), digest_size=9).hexdigest()

    # --- the board

    @cached_property
    def days(self) -> list[Day]:
        """The heads of the columns, with what all of them hold."""
        shares = [share for client in self.clients for share in client.page.tally.shown]
        return grid.days_of(self.asked.days, self.asked.today, shares)

    @property
    def strip_day(self) -> date:
        """The day that a phone opens on."""
        return grid.opens_on(self.days)

    # --- beside it

    @property
    def workspaces(self) -> list[Workspace]:
        """Those of the page, or the first of all where one alone is shown."""
        if self.asked.workspace:
            return [member.workspace for member in self.members[:WORKSPACES]]
        return [client.workspace for client in self.clients]

    @property
    def choices(self) -> list[tuple[Workspace, str, bool]]:
        """Each workspace, the address of it alone, and whether it is shown alone."""
        return [
            (each, self.asked.but(workspace=each.slug, account=None), each.slug == self.asked.workspace)
            for each in (member.workspace for member in self.members)
        ]

    @property
    def one(self) -> Client | None:
        """The workspace that is asked for alone."""
        return self.clients[0] if self.asked.workspace and self.clients else None

    @property
    def account(self) -> TikTokAccount | None:
        """The account that is asked for alone."""
        found = self.one.accounts if self.one else []
        return next((each for each in found if each.pk == self.asked.account), None)

    @property
    def chips(self) -> list[Chip]:
        looks: Counter[str] = Counter()
        for client in self.clients:
            looks += client.page.tally.by_look()
        return chips_of(looks, self.asked)

    @property
    def all_workspaces(self) -> str:
        """The address of the same week and status in every workspace."""
        return self.asked.but(workspace="", account=None)

    @property
    def unfiltered(self) -> str:
        return self.asked.but(status="", workspace="", account=None)

    @property
    def is_filtered_empty(self) -> bool:
        is_narrow = bool(self.asked.status or self.asked.account)
        return is_narrow and not any(client.page.tally.shown for client in self.clients)

    @property
    def nothing_matches(self) -> str:
        whose = self.account.display_name if self.account else self.one.workspace.name if self.one else ""
        return nothing_matches(self.asked, whose)
