"""What the analytics page is asked for by its address: which account, how many days, which chart, which order.

Nothing in an address is an error: what can't be read is left out, as in `scheduler.post_filters`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Self
from urllib.parse import urlencode
from uuid import UUID

from scheduler.models import COUNTED

PERIODS = (7, 28, 90)
FOLLOWERS = "followers"
CHARTS = (*COUNTED, FOLLOWERS)
PUBLISHED = "published"
ORDERS = (PUBLISHED, *COUNTED)


@dataclass(frozen=True)
class Asked:
    """One view of the numbers. `account` None is all of them; `sort` begins with a minus where the most comes first."""

    account: UUID | None = None
    days: int = 28
    chart: str = "views"
    sort: str = f"-{PUBLISHED}"

    @classmethod
    def read(cls, query: Mapping[str, Any]) -> Self:
        """From an address; unknown and unreadable values are as if nobody had asked."""
        plain = cls()
        days, chart, sort = query.get("days", ""), query.get("chart", ""), query.get("sort", "")
        return cls(
            account=uuid_in(query.get("account", "")),
            days=int(days) if days in map(str, PERIODS) else plain.days,
            chart=chart if chart in CHARTS else plain.chart,
            sort=sort if sort.removeprefix("-") in ORDERS else plain.sort,
        )

    @property
    def query(self) -> str:
        """As in an address, in one spelling; empty for what is shown to whoever asks for nothing."""
        plain = asdict(Asked())
        return urlencode({name: str(value) for name, value in asdict(self).items() if value != plain[name]})

    def but(self, **changes: Any) -> str:
        """The address of the same with these changes, from the question mark on."""
        return f"?{replace(self, **changes).query}"

    @property
    def column(self) -> str:
        return self.sort.removeprefix("-")

    @property
    def is_descending(self) -> bool:
        return self.sort.startswith("-")

    def sorted_by(self, column: str) -> str:
        """The address of the table in the order of that column: the most first, and on a second click the least."""
        turned = column == self.column and self.is_descending
        return self.but(sort=column if turned else f"-{column}")


def uuid_in(text: str) -> UUID | None:
    """The id that a text is, if it is one."""
    try:
        return UUID(text)
    except ValueError:
        return None
