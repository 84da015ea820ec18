"""Which calendar an address asks for; what it says wrongly is left out, never an error.

`?view=month|list`, `?group=time`, `?week=2026-11-16` (any day of the span), `?day=2026-11-20` (a list of that day
alone, in pages), `?status=failed`, `?account=<id>`, `?page=2`. What is usual stands in no address.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Self
from urllib.parse import urlencode
from uuid import UUID

from accounts.templatetags.ui import LOOKS
from scheduler import times

if TYPE_CHECKING:
    from collections.abc import Mapping

FARTHEST = timedelta(days=10 * 365)


class View(StrEnum):
    WEEK = "week"
    MONTH = "month"
    LIST = "list"


class Group(StrEnum):
    """What the rows of a week are."""

    ACCOUNT = "account"
    TIME = "time"


@dataclass(frozen=True)
class Asked:
    """One calendar: its view, the day it is about, and what is left out of it."""

    today: date
    anchor: date
    view: View = View.WEEK
    group: Group = Group.ACCOUNT
    one_day: bool = False
    status: str = ""
    account: UUID | None = None
    page: int = 1

    @classmethod
    def read(cls, query: Mapping[str, str], today: date) -> Self:
        day = _date(query.get("day", ""), today)
        view = query.get("view", "")
        status, page = query.get("status", ""), query.get("page", "")
        return cls(
            today=today,
            anchor=day or _date(query.get("week", ""), today) or today,
            view=View.LIST if day else View(view) if view in set(View) else View.WEEK,
            group=Group.TIME if query.get("group") == Group.TIME else Group.ACCOUNT,
            one_day=day is not None,
            status=status if status in LOOKS else "",
            account=_uuid(query.get("account", "")),
            page=int(page) if page.isascii() and page.isdecimal() and 0 < len(page) < 5 else 1,
        )

    # --- its days

    @property
    def first(self) -> date:
        if self.one_day:
            return self.anchor
        return times.week_of(self.anchor.replace(day=1) if self.view == View.MONTH else self.anchor)

    @property
    def last(self) -> date:
        if self.one_day:
            return self.anchor
        end = next_month(self.anchor) - timedelta(days=1) if self.view == View.MONTH else self.anchor
        return times.week_of(end) + timedelta(days=6)

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1)]

    @property
    def is_now(self) -> bool:
        """Whether it is the span that opens by itself; a month also shows days of its neighbours."""
        if self.view == View.MONTH:
            return (self.anchor.year, self.anchor.month) == (self.today.year, self.today.month)
        return self.first <= self.today <= self.last

    # --- addresses

    @property
    def query(self) -> str:
        """`week=2026-11-16&status=failed`; empty for this week as it opens."""
        said: dict[str, str] = {}
        if self.one_day:
            said["day"] = self.anchor.isoformat()
        else:
            if self.view != View.WEEK:
                said["view"] = self.view
            if not self.is_now:
                said["week"] = self.first.isoformat() if self.view != View.MONTH else self.anchor.isoformat()
        if self.group != Group.ACCOUNT:
            said["group"] = self.group
        if self.status:
            said["status"] = self.status
        if self.account:
            said["account"] = str(self.account)
        if self.page > 1:
            said["page"] = str(self.page)
        return urlencode(said)

    def but(self, **changes: object) -> str:
        """The address of the same calendar with something changed, from its first page on."""
        return "?" + replace(self, **{"page": 1, **changes}).query  # type: ignore[arg-type]

    @property
    def filters(self) -> str:
        """`&status=failed`: what goes behind another address to keep the filters."""
        query = replace(
            self, one_day=False, view=View.WEEK, group=Group.ACCOUNT, anchor=self.today, page=1
        ).query
        return f"&{query}" if query else ""

    @property
    def views(self) -> list[tuple[str, str, str, bool]]:
        """Key, label, address and whether it is this one, of each view."""
        return [
            (view.value[0], view.value.title(), self.but(view=view, one_day=False), view == self.view)
            for view in (View.MONTH, View.WEEK, View.LIST)
        ]

    @property
    def groups(self) -> list[tuple[str, str, str, bool]]:
        """Icon, label, address and whether it is this one, of what the rows of a week may be."""
        look = {Group.ACCOUNT: ("layers-2", "Accounts"), Group.TIME: ("clock", "Time")}
        return [(*look[group], self.but(group=group), group == self.group) for group in Group]

    @property
    def next_page(self) -> str:
        return "?" + replace(self, page=self.page + 1).query

    @property
    def page_before(self) -> str:
        return "?" + replace(self, page=self.page - 1).query

    @property
    def before(self) -> str:
        if self.view == View.MONTH:
            return self.but(anchor=(self.anchor.replace(day=1) - timedelta(days=1)).replace(day=1))
        return self.but(anchor=self.anchor - timedelta(days=1 if self.one_day else 7))

    @property
    def after(self) -> str:
        if self.view == View.MONTH:
            return self.but(anchor=next_month(self.anchor))
        return self.but(anchor=self.anchor + timedelta(days=1 if self.one_day else 7))

    @property
    def now(self) -> str:
        return self.but(anchor=self.today)


def next_month(day: date) -> date:
    """The first day of the month after that day's."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def _date(text: str, today: date) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if abs(day - today) < FARTHEST else None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
