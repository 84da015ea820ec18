"""What one page sends of an import, joined with what other pages have kept since it was drawn.

A page says what it was drawn with, so that it changes only what was changed on it. Where two wrote into one field, what
is kept stays and the page is told both; where a row has gone, what was written into it is told. `keeping` holds the
lock meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from scheduler.digits import number_of
from scheduler.importing.rows import LABELS, Row, clean

if TYPE_CHECKING:
    from django.http import QueryDict

    from scheduler.models import BulkImport

MOST_FILES = 200
"""Videos and photos together, of up to thirty posts."""

Clashes = dict[str, dict[str, str]]
"""By the key of the row and the name of the field: what was written on the page and not taken."""


@dataclass(frozen=True)
class Taken:
    """`differs` where anything is another now than the page shows, `unshown` how many rows it does not show at all.

    `clashes` wait for a choice, and `is_new` where some came with this page. `lost` are sentences on rows that are
    gone, `left_out` counts the files for which there was no room.
    """

    differs: bool
    clashes: Clashes
    is_new: bool
    lost: list[str]
    left_out: int
    unshown: int


def join(batch: BulkImport, data: QueryDict) -> Taken:
    """Write what the page changed into `batch`, and say what of it could not be taken."""
    was = [Row.read(plain) for plain in batch.rows]
    sent = set(data.getlist("rows"))
    shown = [row for row in was if row.key in sent]
    new = {row.key: found for row in shown if (found := row.clashes_with(data))}
    now = [row.taken_from(data) if row in shown else row for row in was]
    files, left_out = _files(batch.files, data)
    keys = {row.key for row in was}
    taken = Taken(
        differs=files != batch.files or was != now or not _shows(now, files, data),
        clashes=_both(_waiting(now, data), new),
        is_new=bool(new),
        lost=[told for key in sorted(sent - keys) if (told := _lost(key, data))],
        left_out=left_out,
        unshown=len(keys - sent),
    )
    batch.rows, batch.files = [row.plain for row in now], files
    return taken


def _both(waiting: Clashes, new: Clashes) -> Clashes:
    return {key: waiting.get(key, {}) | new.get(key, {}) for key in {**waiting, **new}}


def _shows(rows: list[Row], files: list[str], data: QueryDict) -> bool:
    if "files" in data and set(ids(data.get("files", ""))) != set(files):
        return False
    sent = set(data.getlist("rows"))
    return sent == {row.key for row in rows} and all(row.is_as_sent(data) for row in rows)


def _waiting(rows: list[Row], data: QueryDict) -> Clashes:
    """What the page shows as written and not taken, until somebody chooses or the field says it."""
    found = {
        row.key: {name: text for name in LABELS if (text := _mine(row, name, data)) is not None}
        for row in rows
    }
    return {key: fields for key, fields in found.items() if fields}


def _mine(row: Row, name: str, data: QueryDict) -> str | None:
    sent = data.get(f"mine-{row.key}-{name}")
    if sent is None or row.says(name, clean(sent)):
        return None
    return clean(sent)


def _lost(key: str, data: QueryDict) -> str:
    number = number_of(key.removeprefix("r"))
    if number is None:
        return ""
    changed = Row(number).changed_on(data)
    said = [
        f"{LABELS[name].lower()} “{changed[name]}”"
        for name in ("caption", "date", "time")
        if changed.get(name)
    ]
    told = f"Row {number} is not here any more: somebody removed it, or made a post of it."
    return f"{told} You had written: {', '.join(said)}." if said else ""


def _files(kept: list[str], data: QueryDict) -> tuple[list[str], int]:
    """The files with those that the page added and without those that it removed, and how many are too many."""
    if "files" not in data:
        return kept, 0
    sent, seen = ids(data.get("files", "")), ids(data.get("files_seen", ""))
    removed = set(seen) - set(sent)
    added = [each for each in sent if each not in seen and each not in kept]
    joined = [*(each for each in kept if each not in removed), *added]
    return joined[:MOST_FILES], max(0, len(joined) - MOST_FILES)


def ids(text: str) -> list[str]:
    """The ids in a text of many, divided by commas, each as it is kept."""
    found: dict[str, None] = {}
    for part in text.split(","):
        try:
            found[str(UUID(part.strip()))] = None
        except ValueError:
            continue  # no id of ours: as if nothing had been sent
    return list(found)
