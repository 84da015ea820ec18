"""What keeps the rows of an import from being ready, as one line of links to the first place of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from scheduler.importing.checked import CheckedRow


class Missing(NamedTuple):
    """What so many rows lack, as a sentence, and the id of the first place where it is mended."""

    sentence: str
    place: str


def missing_of(rows: list[CheckedRow]) -> list[Missing]:
    """What is open comes field by field, then what lacks a time, then what is wrong."""
    no_video = [row for row in rows if "media" in row.open]
    no_photos = [row for row in rows if "images" in row.open]
    found = [
        ("add the video", "media", [row for row in no_video if row.media is None]),
        ("wait for the check of the video", "media", [row for row in no_video if row.media]),
        ("add the photos", "images", [row for row in no_photos if not row.has_files]),
        ("wait for the check of the photos", "images", [row for row in no_photos if row.has_files]),
        ("choose the account", "account", [row for row in rows if "account" in row.open]),
        ("choose who can watch", "privacy_level", [row for row in rows if "privacy_level" in row.open]),
        ("give a time", "date", [row for row in rows if row.state == "time"]),
        ("mend what is wrong", "", [row for row in rows if row.state == "fix"]),
    ]
    return [_missing(words, name, lacking) for words, name, lacking in found if lacking]


def _missing(words: str, name: str, rows: list[CheckedRow]) -> Missing:
    first = rows[0].row
    how_many = f"row {first.number}" if len(rows) == 1 else f"{len(rows)} rows"
    return Missing(f"{words} ({how_many})", f"id_{first.key}-{name}" if name else f"row-{first.key}")
