"""What the cells of a list mean, as the composer's form would send it, and what to say of a cell that means nothing.

What is written in a list is the person's own choice; what is not, or can't be read, is never chosen for them
(tiktok-api.md 15 points 6, 8 and 11).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from scheduler.content import MOST_IMAGES, PRIVACY_LABELS
from scheduler.images import is_named_image
from scheduler.importing.columns import FIELDS
from scheduler.importing.rows import BOXES
from scheduler.spreadsheets import divided
from scheduler.states import PostKind, PostMode

if TYPE_CHECKING:
    from scheduler.importing.lists import Cells
    from tiktok.models import TikTokAccount

Fields = dict[str, str]
"""By the name of the form's field; a box that is ticked is `on`."""

LONGEST = 300
"""Of any cell but these: nothing that means anything is longer."""
LONG = frozenset({"caption", "photos"})

YES = frozenset({"yes", "y", "true", "1", "x", "on"})
NO = frozenset({"no", "n", "false", "0", "off", "-", ""})
COLUMNS_OF_BOXES = tuple(name for name in FIELDS.values() if name in BOXES)

LEVELS = {label.lower(): level for level, label in PRIVACY_LABELS.items()} | {
    level.lower(): level for level in PRIVACY_LABELS
}
DIVIDED = re.compile(r"^(\d{1,4})([-./])(\d{1,2})\2(\d{1,4})$")


def read_cells(cells: Cells, accounts: Iterable[TikTokAccount]) -> tuple[Fields, Fields]:
    """What the form would send, and by field a sentence on what could not be read.

    Of photos the form has ids; a row has their names, a line each (`matching`).
    """
    said = {FIELDS[name]: cell if name in LONG else cell[:LONGEST] for name, cell in cells.items()}
    fields = {name: said.get(name, "").strip() for name in ("time", "title")}
    fields["caption"] = said.get("caption", "")
    notes: Fields = {}
    of_files, notes["kind"] = read_files(said.get("file", ""), said.get("images", ""))
    of_cover, notes["cover_index"] = read_cover(said.get("cover", ""), of_files["kind"])
    for name, read in (("date", read_day), ("privacy_level", read_level), ("mode", read_mode)):
        fields[name], notes[name] = read(said.get(name, ""))
    fields["account"], notes["account"] = read_account(said.get("account", ""), accounts)
    for name in COLUMNS_OF_BOXES:
        fields[name], notes[name] = read_box(said.get(name, ""))
    fields["disclose"] = fields["disclose"] or fields["brand_organic"] or fields["brand_content"]
    return fields | of_files | of_cover, {name: note for name, note in notes.items() if note}


def read_files(file: str, photos: str) -> tuple[Fields, str]:
    """What it is made of. Names that can only be photos' are, also where the video's name belongs."""
    names = divided(photos)
    if not names and all(is_named_image(name) for name in divided(file)):
        file, names = "", divided(file)
    fields = {"file": file.strip(), "images": "\n".join(names), "kind": ""}
    if fields["file"] and names:
        return fields, "The list names a video and photos. Choose which of them this row posts."
    return fields | {"kind": PostKind.PHOTO.value if names else ""}, ""


def read_mode(cell: str) -> tuple[str, str]:
    """Nothing where nothing is said."""
    text = cell.strip()
    if not text or text.lower() in set(PostMode):
        return text.lower(), ""
    return "", f"The list says “{text}”, which is neither direct nor inbox. Choose where it goes."


def read_cover(cell: str, kind: str) -> tuple[Fields, str]:
    """Of a video the moment as it is written, of photos which of them."""
    text = cell.strip()
    if kind != PostKind.PHOTO:
        return {"cover_timestamp_ms": text}, ""
    if not text:
        return {"cover_index": ""}, ""
    if text.isdecimal() and 1 <= int(text) <= MOST_IMAGES:
        return {"cover_index": str(int(text) - 1)}, ""
    return {"cover_index": ""}, f"The list says “{text}”. Choose which photo is the cover."


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
