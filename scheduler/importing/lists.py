"""A CSV as spreadsheets write them, read into cells by column, or refused with a sentence that says where to look.

Cells are text and stay text: nothing in one is evaluated, by us or on the way out (`exporting`). Our own export is such
a list, too; what it says of posts that there are is left aside. What a cell means is `words`.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import NamedTuple

from scheduler.importing.columns import FIELDS, LEFT_ASIDE, OF_EXPORTS, is_example
from scheduler.spreadsheets import as_meant

MOST_BYTES = 1024 * 1024
MOST_ROWS = 30
"""Of one import (ui.md 3.1 e)."""

DELIMITERS = (",", ";", "\t")

Cells = dict[str, str]
"""By the name of the column; those of `COLUMNS` alone."""


class List(NamedTuple):
    """The rows of a list, and which of its columns were left aside."""

    rows: list[Cells]
    aside: list[str]


class ListRefused(Exception):
    """The list can't be read; the message is a sentence for the person."""


def read_list(body: bytes) -> List:
    """The rows of a CSV, but for empty ones and the template's. Raises ListRefused; nothing is read in part."""
    records = _records(_text(body))
    if not records:
        raise ListRefused("This list is empty. Its first line names the columns.")
    (_, first), *rest = records
    names = _names(first)
    rows = [_cells(names, cells, line) for line, cells in rest if any(cell.strip() for cell in cells)]
    if not rows:
        raise ListRefused("This list names its columns and has no rows.")
    rows = [cells for cells in rows if not is_example(cells)]
    if not rows:
        raise ListRefused("This list has only the template's example rows. Write a row for each post.")
    if len(rows) > MOST_ROWS:
        raise ListRefused(f"This list has {len(rows)} rows; one import takes up to {MOST_ROWS}. Divide it.")
    return List(rows, [name for name in names if name in LEFT_ASIDE])


def _text(body: bytes) -> str:
    if len(body) > MOST_BYTES:
        raise ListRefused("This list is larger than 1 MB. Divide it.")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as unreadable:
        raise ListRefused("We can't read the letters of this list. Save it as “CSV UTF-8”.") from unreadable
    if "\0" in text:
        raise ListRefused("This is no CSV. Save the list as “CSV UTF-8”.")
    first, _, rest = text.partition("\n")
    return rest if first.strip().lower().startswith("sep=") else text  # a line that only Excel understands


def _records(text: str) -> list[tuple[int, list[str]]]:
    """Each record with the number of its last line."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        return [(reader.line_num, cells) for cells in reader if cells]
    except csv.Error as broken:
        told = f"Something is wrong at line {reader.line_num}: a quote that does not end, or text beside one."
        raise ListRefused(told) from broken


def _delimiter(text: str) -> str:
    """The mark that divides the first line into the most columns that we know."""
    first = text.lstrip().partition("\n")[0]
    return max(DELIMITERS, key=lambda mark: sum(_name(cell) in FIELDS for cell in first.split(mark)))


def _names(first: list[str]) -> list[str]:
    names = [_name(cell) for cell in first]
    if not {"file", "photos"} & set(names):
        told = "The first line of this list names no column “file” or “photos”."
        raise ListRefused(f"{told} Begin with our template.")
    known = Counter(name for name in names if name)
    if twice := [name for name, count in known.items() if count > 1]:
        raise ListRefused(f"The first line names the column “{twice[0]}” twice.")
    if unknown := [name for name in known if name not in FIELDS and name not in LEFT_ASIDE]:
        raise ListRefused(f"We don't know the column “{unknown[0]}”. The columns are: {', '.join(FIELDS)}.")
    return names


def _name(cell: str) -> str:
    return "_".join(cell.strip().strip('"').lower().replace("-", " ").split())


def _cells(names: list[str], cells: list[str], line: int) -> Cells:
    """Too many cells mean a text that was not quoted, and every cell after it at the wrong place."""
    if any(cell.strip() for cell in cells[len(names) :]):
        told = f"Line {line} has {len(cells)} cells, the first line has {len(names)}."
        raise ListRefused(f"{told} Put a text that holds the dividing mark into quotes.")
    if OF_EXPORTS in names:
        cells = [as_meant(cell) for cell in cells]
    return {name: cell for name, cell in zip(names, cells, strict=False) if name in FIELDS}
