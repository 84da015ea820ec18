"""One week of all the workspaces that a person belongs to, below each other.

Each is read in its own scope, one after the other: a mistake here could show a workspace twice, never somebody
else's. So the queries grow with the workspaces, and not with their posts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from accounts.models import Membership
from accounts.tenancy import workspace_scope
from scheduler.calendars import grid
from scheduler.calendars.asked import Asked, Group, View
from scheduler.calendars.page import CalendarPage
from scheduler.calendars.tally import MOST

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from accounts.models import User, Workspace
    from scheduler.calendars.grid import Day, Lane

WORKSPACES = 25
"""On one page: with so many, each may show sixteen cards before "+n more"."""


@dataclass(frozen=True)
class Client:
    """The rows of one workspace."""

    workspace: Workspace
    page: CalendarPage
    lanes: list[Lane]


class EveryonesWeek:
    """The week of `asked` in each workspace of the person, by name; days are each workspace's own."""

    def __init__(self, user: User, query: Mapping[str, str], now: datetime) -> None:
        mine = list(
            Membership.objects.filter(user=user).select_related("workspace").order_by("workspace__name", "pk")
        )
        zone = mine[0].workspace.zone if mine else now.tzinfo
        asked = Asked.read(query, now.astimezone(zone).date())
        self.asked = replace(asked, view=View.WEEK, group=Group.ACCOUNT, one_day=False, account=None)
        start = (self.asked.page - 1) * WORKSPACES
        here = mine[start : start + WORKSPACES]
        self.has_next = len(mine) > start + WORKSPACES
        self.clients = [self._client(membership, now, MOST // max(1, len(here))) for membership in here]

    def _client(self, membership: Membership, now: datetime, most: int) -> Client:
        workspace = membership.workspace
        today = now.astimezone(workspace.zone).date()
        with workspace_scope(workspace):
            asked = replace(self.asked, today=today, anchor=self.asked.first, page=1)
            page = CalendarPage(workspace, membership, asked, most=most, still=True)
            return Client(workspace, page, page.lanes)

    @cached_property
    def days(self) -> list[Day]:
        """The heads of the columns, with what all of them hold."""
        shares = [share for client in self.clients for share in client.page.tally.shown]
        return grid.days_of(self.asked.days, self.asked.today, shares)

    @property
    def strip_day(self) -> date:
        """The day that a phone opens on."""
        return grid.opens_on(self.days)
