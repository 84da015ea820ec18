"""What the cells of a list mean, as the composer's form would send it, and what to say of a cell that means nothing.

What is written in a list is the person's own choice; what is not, or can't be read, is never chosen for them
(tiktok-api.md 15 points 6, 8 and 11).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from scheduler.content import PRIVACY_LABELS
from scheduler.importing.columns import FIELDS
from scheduler.importing.rows import BOXES

if TYPE_CHECKING:
    from scheduler.importing.lists import Cells
    from tiktok.models import TikTokAccount

Fields = dict[str, str]
"""By the name of the form's field; a box that is ticked is `on`."""

LONGEST = 300
"""Of any cell but a caption: nothing that means anything is longer."""

YES = frozenset({"yes", "y", "true", "1", "x", "on"})
NO = frozenset({"no", "n", "false", "0", "off", "-", ""})
COLUMNS_OF_BOXES = tuple(name for name in FIELDS.values() if name in BOXES)
"""The box `disclose` has no column: it is ticked where one of the two below it is."""

LEVELS = {label.lower(): level for level, label in PRIVACY_LABELS.items()} | {
    level.lower(): level for level in PRIVACY_LABELS
}
DIVIDED = re.compile(r"^(\d{1,4})([-./])(\d{1,2})\2(\d{1,4})$")


def read_cells(cells: Cells, accounts: Iterable[TikTokAccount]) -> tuple[Fields, Fields]:
    """What the form would send, and by field a sentence on what could not be read."""
    said = {FIELDS[name]: cell if name == "caption" else cell[:LONGEST] for name, cell in cells.items()}
    fields = {name: said.get(name, "").strip() for name in ("file", "time")} | {
        "caption": said.get("caption", "")
    }
    notes: Fields = {}
    for name, read in (("date", read_day), ("privacy_level", read_level)):
        fields[name], notes[name] = read(said.get(name, ""))
    fields["account"], notes["account"] = read_account(said.get("account", ""), accounts)
    for name in COLUMNS_OF_BOXES:
        fields[name], notes[name] = read_box(said.get(name, ""))
    fields["disclose"] = fields["brand_organic"] or fields["brand_content"]
    return fields, {name: note for name, note in notes.items() if note}


def read_day(cell: str) -> tuple[str, str]:
    """`2026-11-20`, `20.11.2026`, and with slashes, which countries read differently, what can be only one day."""
    text = cell.strip()
    if not text:
        return "", ""
    match = DIVIDED.match(text)
    days = _days(match[1], match[2], match[3], match[4]) if match else set()
    if len(days) == 1:
        return days.pop().isoformat(), ""
    if days:
        first, second = (f"{day.day} {day:%B}" for day in sorted(days))
        return "", f"The list says “{text}”: {first}, or {second}? Choose the day."
    return "", f"The list says “{text}”, which is no day. Choose one."


def _days(first: str, mark: str, second: str, third: str) -> set[date]:
    """Every day that this may be."""
    if len(first) == 4:
        orders = [(first, second, third)]
    elif mark == ".":
        orders = [(third, second, first)]
    else:
        orders = [(third, second, first), (third, first, second)]
    return {day for order in orders if (day := _day(*map(int, order)))}


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year if year > 99 else 2000 + year, month, day)
    except ValueError:
        return None


def read_level(cell: str) -> tuple[str, str]:
    """One of TikTok's values; whether the creator may choose it is for TikTok to say."""
    text = cell.strip()
    level = LEVELS.get(text.lower().replace("_", " "), "") or LEVELS.get(text.lower(), "")
    return level, "" if level or not text else f"The list says “{text}”. Choose who can watch."


def read_account(cell: str, accounts: Iterable[TikTokAccount]) -> tuple[str, str]:
    """The id of the account with that handle or name."""
    text = cell.strip().removeprefix("@").casefold()
    if not text:
        return "", ""
    found = [each for each in accounts if each.username.casefold() == text]
    found = found or [each for each in accounts if each.display_name.casefold() == text]
    if len(found) == 1:
        return str(found[0].pk), ""
    how_many = "More than one account" if found else "No account"
    return "", f"{how_many} here is called “{cell.strip()}”. Choose the account that posts."


def read_box(cell: str) -> tuple[str, str]:
    """`on`, or nothing; what can't be read is off."""
    text = cell.strip().lower()
    if text in YES:
        return "on", ""
    return (
        "",
        "" if text in NO else f"The list says “{cell.strip()}”, which is neither yes nor no: it is off.",
    )
