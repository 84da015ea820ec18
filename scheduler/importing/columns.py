"""The columns of a list of posts, as its first line names them: one vocabulary for the template and for the reader."""

from __future__ import annotations

import csv
import io
from typing import NamedTuple

BYTE_ORDER_MARK = "\ufeff"
"""Without it spreadsheets take the text for another encoding."""


class Column(NamedTuple):
    """One column: its name, what is written in it, and the field of a post that it is for."""

    name: str
    help: str
    field: str


COLUMNS = (
    Column(
        "file", "The name of the video, as loaf.mp4. It must be there; everything else may be empty.", "file"
    ),
    Column("account", "The handle or the name of the account that posts, as @luna.bakes.", "account"),
    Column("caption", "The words, with hashtags and mentions.", "caption"),
    Column("date", "The day, as 2026-11-20.", "date"),
    Column("time", "The time on the workspace's clocks, as 12:30.", "time"),
    Column("privacy", "Who can watch: Everyone, Friends, Followers or Only me.", "privacy_level"),
    Column("comment", "Yes if viewers may comment.", "allow_comment"),
    Column("duet", "Yes if viewers may make duets.", "allow_duet"),
    Column("stitch", "Yes if viewers may make stitches.", "allow_stitch"),
    Column("brand_organic", "Yes if it promotes yourself or your own business.", "brand_organic"),
    Column("brand_content", "Yes if it promotes another brand or a third party.", "brand_content"),
    Column("ai", "Yes if realistic images, audio or video were made or changed with AI.", "is_aigc"),
)
FIELDS = {column.name: column.field for column in COLUMNS}


def template() -> str:
    """An empty list, for a spreadsheet: the first line alone."""
    out = io.StringIO(newline="")
    csv.writer(out).writerow(FIELDS)
    return BYTE_ORDER_MARK + out.getvalue()
