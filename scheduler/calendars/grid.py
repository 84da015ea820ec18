"""The week as rows and days: rows are accounts, or the hours at which something stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import TYPE_CHECKING, Any

from accounts import hours
from accounts.templatetags.ui import LOOKS

if TYPE_CHECKING:
    from scheduler.calendars.tally import Place, Share
    from scheduler.models import Post
    from scheduler.slots import FreeSlot
    from tiktok.models import TikTokAccount

Date = date  # a day has a field of that name
DOTS = 4
ORDER = (
    "failed",
    "missed",
    "hold",
    "needs_check",
    "in_review",
    "publishing",
    "in_inbox",
    "scheduled",
    "published",
)
"""What needs a person comes first, in filters and in the dots of a day."""


@dataclass(frozen=True)
class Day:
    """One column: how much stands in it, and in which tones."""

    date: Date
    number: int
    today: Date
    load: int = 0
    tones: tuple[str, ...] = ()

    @property
    def is_today(self) -> bool:
        return self.date == self.today

    @property
    def is_past(self) -> bool:
        return self.date < self.today

    @property
    def title(self) -> str:
        """`Fri 20 Nov`."""
        return f"{self.date:%a} {self.date.day} {self.date:%b}"


@dataclass
class Cell:
    """One day of one row."""

    day: Day
    posts: list[Post] = field(default_factory=list)
    slots: list[FreeSlot] = field(default_factory=list)
    total: int = 0

    @property
    def more(self) -> int:
        """How many posts stand here that this page does not hold."""
        return max(0, self.total - len(self.posts))


@dataclass
class Lane:
    """One row: an account's, that of posts without one, or an hour's."""

    key: Any
    cells: list[Cell]
    account: TikTokAccount | None = None
    hour: int | None = None
    has_slots: bool = False

    @property
    def title(self) -> str:
        if self.hour is not None:
            return hours.write(time(self.hour))
        return self.account.display_name if self.account else "No account yet"

    @property
    def id(self) -> str:
        return str(self.key if self.key is not None else "none")

    @property
    def note(self) -> str:
        """`2 free slots`; nothing for an account that has no slots."""
        free = sum(len(cell.slots) for cell in self.cells)
        if free:
            return f"{free} free slot{'' if free == 1 else 's'}"
        return "All slots filled" if self.has_slots else ""


def days_of(dates: Sequence[date], today: date, shares: Iterable[Share]) -> list[Day]:
    loads: dict[date, dict[str, int]] = {each: {} for each in dates}
    for share in shares:
        looks = loads.get(share.place[1])
        if looks is not None:
            looks[share.look] = looks.get(share.look, 0) + share.number
    return [
        Day(each, number, today, sum(loads[each].values()), _tones(loads[each]))
        for number, each in enumerate(dates, start=1)
    ]


def opens_on(days: Sequence[Day]) -> date:
    """Today, or the first day with something in it, or the first."""
    today = next((day.date for day in days if day.is_today), None)
    return today or next((day.date for day in days if day.load), days[0].date)


def _tones(looks: dict[str, int]) -> tuple[str, ...]:
    ordered = sorted(looks, key=lambda look: ORDER.index(look) if look in ORDER else len(ORDER))
    return tuple(dict.fromkeys(LOOKS[look].tone for look in ordered))[:DOTS]


def by_account(
    days: list[Day],
    accounts: Iterable[TikTokAccount | None],
    cards: dict[Place, list[Post]],
    totals: dict[Place, int],
    slots: Iterable[FreeSlot],
    with_slots: Collection[Any] = (),
) -> list[Lane]:
    lanes = []
    for account in accounts:
        key = account.pk if account else None
        cells = [_cell(day, key, cards, totals) for day in days]
        lanes.append(Lane(key, cells, account=account, has_slots=key in with_slots))
    _put_slots(lanes, days, ((slot.account.pk, slot) for slot in slots))
    return lanes


def by_time(
    days: list[Day], cards: dict[Place, list[Post]], totals: dict[Place, int], slots: Iterable[FreeSlot]
) -> list[Lane]:
    """A row for each hour at which something stands or may."""
    slots = list(slots)
    hours = {row for row, _ in totals} | {slot.local.hour for slot in slots}
    lanes = [
        Lane(hour, [_cell(day, hour, cards, totals) for day in days], hour=hour) for hour in sorted(hours)
    ]
    _put_slots(lanes, days, ((slot.local.hour, slot) for slot in slots))
    return lanes


def _cell(day: Day, row: Any, cards: dict[Place, list[Post]], totals: dict[Place, int]) -> Cell:
    place = (row, day.date)
    return Cell(day, cards.get(place, []), total=totals.get(place, 0))


def _put_slots(lanes: list[Lane], days: list[Day], slots: Iterable[tuple[Any, FreeSlot]]) -> None:
    places = {(lane.key, cell.day.date): cell for lane in lanes for cell in lane.cells}
    for row, slot in slots:
        cell = places.get((row, slot.local.date()))
        if cell is not None:
            cell.slots.append(slot)


def weeks(days: list[Day], cards: dict[Place, list[Post]], totals: dict[Place, int]) -> list[list[Cell]]:
    """A month: rows of seven cells."""
    cells = [_cell(day, 0, cards, totals) for day in days]
    return [cells[start : start + 7] for start in range(0, len(cells), 7)]
