"""Which posts a table shows: what its address asks for, read, written back and made into a query.

Nothing in an address is an error: what can't be read is left out, so an old link shows more rather than nothing.
Which page of the matching posts is shown is for `scheduler.keyset`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from django.db.models import Q

from accounts.templatetags.ui import LOOKS
from scheduler import times
from scheduler.models import Post
from scheduler.states import PostStatus

if TYPE_CHECKING:
    from accounts.models import Workspace

LONGEST_TEXT = 100
SOONEST = "soonest"
"""The order that shows the earliest time first and posts without a time last; otherwise the other way round."""

OVER = (
    PostStatus.PUBLISHED,
    PostStatus.IN_INBOX,
    PostStatus.FAILED,
    PostStatus.MISSED,
    PostStatus.NEEDS_CHECK,
    PostStatus.CANCELLED,
)
"""Where our part is over: what the history lists."""

ON_HOLD, ATTENTION = "on_hold", "attention"
NEEDS_A_PERSON = (PostStatus.FAILED, PostStatus.MISSED, PostStatus.NEEDS_CHECK)

STATUS_WORDS: dict[str, str] = {
    ATTENTION: "Needs you",
    **{status.value: LOOKS[status.value].word for status in PostStatus},
    ON_HOLD: LOOKS["hold"].word,
}
"""Every status a table may be asked for, in words; `attention` is what waits for a person or did not go out."""


@dataclass(frozen=True)
class Filters:
    """One filter and its order. Days are the workspace's, both included; `person` is who wrote the post."""

    status: str = ""
    account: UUID | None = None
    person: UUID | None = None
    first: date | None = None
    last: date | None = None
    text: str = ""
    order: str = ""

    @classmethod
    def read(cls, asked: Mapping[str, Any]) -> Filters:
        """From an address; unknown and unreadable values are as if nobody had asked."""
        status, order = asked.get("status", ""), asked.get("order", "")
        return cls(
            status=status if status in STATUS_WORDS else "",
            account=_uuid(asked.get("account", "")),
            person=_uuid(asked.get("person", "")),
            first=_day(asked.get("first", "")),
            last=_day(asked.get("last", "")),
            text=asked.get("text", "").replace("\0", "").strip()[:LONGEST_TEXT],
            order=order if order == SOONEST else "",
        )

    @property
    def query(self) -> str:
        """As in an address, in one spelling; empty where nothing is asked for."""
        return urlencode({name: str(value) for name, value in asdict(self).items() if value})

    @property
    def narrows(self) -> bool:
        return self.anyhow != Filters()

    @property
    def is_detailed(self) -> bool:
        """Whether it asks for more than words and a status."""
        return any((self.account, self.person, self.first, self.last))

    @property
    def anyhow(self) -> Filters:
        """The same filter, whatever the order."""
        return replace(self, order="")

    def ordered(self, order: str) -> Filters:
        return replace(self, order=order)

    def rows(self, workspace: Workspace) -> Any:
        """The matching posts of that workspace, in no order."""
        rows = Post.objects.filter(_has_status(self.status), workspace=workspace)
        if self.account:
            rows = rows.filter(account=self.account)
        if self.person:
            rows = rows.filter(created_by=self.person)
        if self.first:
            rows = rows.filter(due_at__gte=times.day_bounds(self.first, workspace.time_zone)[0])
        if self.last:
            rows = rows.filter(due_at__lt=times.day_bounds(self.last, workspace.time_zone)[1])
        return rows.filter(_says(self.text)) if self.text else rows


def of_query(query: str) -> Filters:
    """From text as `Filters.query` writes it."""
    return Filters.read(dict(parse_qsl(query)))


def _has_status(status: str) -> Q:
    if status == ATTENTION:
        return Q(status__in=NEEDS_A_PERSON) | ~Q(hold="")
    if status == ON_HOLD:
        return ~Q(hold="")
    if status == PostStatus.SCHEDULED:
        return Q(status=status, hold="")
    return Q(status=status) if status else Q()


def _says(text: str) -> Q:
    return Q(caption__icontains=text) | Q(title__icontains=text) | Q(media__original_name__icontains=text)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _day(text: str) -> date | None:
    """Days near the ends of the calendar have no bounds in every zone."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2100 else None
