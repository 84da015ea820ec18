"""The tables of `tiktok-api.md` as data, so that what we built can be compared with what was researched.

`tables.json` is a copy of them for places where the document is not (CI). It is written anew by:

    python -m tests.tiktok.contract.document
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

DOCUMENT = Path("/work/shared/tiktok-api.md")
COPY = Path(__file__).with_name("tables.json")
# What an app can be held to; later sections are about reviews, quirks and sources.
SECTIONS = (
    *(
        "1.4",
        "2.1",
        "2.3",
        "2.4",
        "3",
        "4",
        "5",
        "6.1",
        "6.3",
        "6.4",
        "7.1",
        "7.2",
        "8",
        "9",
        "9.1",
        "10",
        "11",
    ),
    *("12.3", "12.4", "13.1", "13.3", "14"),
)
HEADING = re.compile(r"##+ (\d+(?:\.\d+)?)\.? ")
ROUTE = re.compile(r"`(GET|POST|PUT) (?:https://[\w.]+)?(/v2/[\w/]+)[^`]*`")
LAST_ROUTED = 13

Table = list[dict[str, str]]


@dataclass(frozen=True)
class Contract:
    """`tables` by section, in order; `routes` as method and path; `errors` the line of section 9 that lists codes."""

    tables: dict[str, list[Table]]
    routes: list[list[str]]
    errors: str

    def table(self, section: str, first_column: str) -> Table:
        """The table of a section whose first column has this heading."""
        return next(table for table in self.tables[section] if next(iter(table[0])) == first_column)


def parse(text: str) -> Contract:
    """Everything that is compared, out of the Markdown."""
    tables: dict[str, list[Table]] = {section: [] for section in SECTIONS}
    routes: set[tuple[str, str]] = set()
    errors, section, rows = "", "", []
    for line in chain(text.splitlines(), [""]):
        if found := HEADING.match(line):
            section = found[1]
        if section and int(section.partition(".")[0]) <= LAST_ROUTED:
            routes |= set(ROUTE.findall(line))
        if section == "9" and line.startswith("Errors:"):
            errors = line
        if line.startswith("|"):
            rows.append(_cells(line))
        elif rows:
            if section in tables:
                tables[section].append(_table(rows))
            rows = []
    return Contract(tables, [list(route) for route in sorted(routes)], errors)


def contract() -> Contract:
    """As the copy has it."""
    return Contract(**json.loads(COPY.read_text()))


def codes_in(cell: str) -> list[str]:
    """What stands in backticks."""
    return re.findall(r"`([^`]+)`", cell)


def statuses_in(text: str) -> dict[str, int]:
    """`400 `a`, `b`; 401 `c`` as codes with their HTTP status; 5xx counts as 500."""
    found: dict[str, int] = {}
    status = 0
    for number, code in re.findall(r"\b(\d{3}|5xx)\b|`([a-z_]+)`", text):
        if number:
            status = 500 if number == "5xx" else int(number)
        elif status:
            found[code] = status
    return found


def numbers_in(cell: str) -> list[int]:
    return [int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", cell)]


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _table(rows: list[list[str]]) -> Table:
    heads = [head or f"column {index}" for index, head in enumerate(rows[0])]
    return [dict(zip(heads, row, strict=True)) for row in rows[2:]]


if __name__ == "__main__":
    COPY.write_text(json.dumps(vars(parse(DOCUMENT.read_text())), indent=1, ensure_ascii=False) + "\n")
