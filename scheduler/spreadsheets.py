"""Text in the cells of spreadsheets: harmless on its way out, as it was meant on its way back."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable

STARTS_A_FORMULA = re.compile("'* *[=+@\t\r\n＝＋－＠-]")  # noqa: RUF001
"""Behind apostrophes, too: so what `harmless` has put before a text can be told from what a person wrote."""


def harmless(text: str) -> str:
    """Text that a spreadsheet would take for a formula gets an apostrophe (R-71)."""
    return f"'{text}" if STARTS_A_FORMULA.match(text) else text


def as_meant(text: str) -> str:
    """What `harmless` was given."""
    return text[1:] if text.startswith("'") and STARTS_A_FORMULA.match(text) else text


def joined(names: Iterable[str]) -> str:
    """Names in one cell, divided by semicolons; one that holds a semicolon stands in quotes, as in a CSV."""
    return "; ".join(_quoted(name) if {";", '"'} & set(name) else name for name in names)


def divided(cell: str) -> list[str]:
    """The names in a cell, divided by semicolons or lines."""
    records = csv.reader(cell.splitlines(), delimiter=";", skipinitialspace=True)
    try:
        return [name.strip() for record in records for name in record if name.strip()]
    except csv.Error:
        return [cell.strip()]  # longer than any name


def _quoted(name: str) -> str:
    return '"{}"'.format(name.replace('"', '""'))
