"""The columns of a list of posts, as its first line names them: one vocabulary for template, reader and export."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

BYTE_ORDER_MARK = "\ufeff"
"""Without it spreadsheets take the text for another encoding."""

YES_OR_NO = "Yes or no; empty is no."


class Column(NamedTuple):
    """One column: its name, what is written in it, an example, and the field of a post that it is for."""

    name: str
    help: str
    example: str
    field: str


COLUMNS = (
    Column("file", "The name of the video. Upper and lower case are the same.", "loaf.mp4", "file"),
    Column(
        "account",
        "The handle or the name of the account that posts. May be empty where there is only one.",
        "@luna.bakes",
        "account",
    ),
    Column(
        "caption",
        "The words, with hashtags and mentions; up to 2,200 characters as TikTok counts them.",
        "Slow rye, fast hands. #bread",
        "caption",
    ),
    Column("date", "The day. Without a date and a time, a row can take a free slot.", "2026-11-20", "date"),
    Column("time", "The time on the workspace's clocks.", "12:30", "time"),
    Column("privacy", "Who can watch: Everyone, Friends, Followers or Only me.", "Everyone", "privacy_level"),
    Column("comment", f"Whether viewers may comment. {YES_OR_NO}", "yes", "allow_comment"),
    Column("duet", f"Whether viewers may make duets. {YES_OR_NO}", "no", "allow_duet"),
    Column("stitch", f"Whether viewers may make stitches. {YES_OR_NO}", "no", "allow_stitch"),
    Column(
        "brand_organic",
        f"Whether it promotes yourself or your own business. {YES_OR_NO}",
        "no",
        "brand_organic",
    ),
    Column(
        "brand_content",
        f"Whether it promotes another brand or a third party. {YES_OR_NO}",
        "no",
        "brand_content",
    ),
    Column(
        "ai",
        f"Whether realistic images, audio or video were made or changed with AI. {YES_OR_NO}",
        "no",
        "is_aigc",
    ),
    Column(
        "mode",
        "Where it goes: direct onto the profile, or inbox for a draft in the TikTok app, of which a video takes no "
        "other column but the account, the day and the time. Empty is direct.",
        "direct",
        "mode",
    ),
    Column(
        "photos",
        "Instead of a file: the names of up to 35 photos in their order, divided by semicolons.",
        "crust.jpg; crumb.jpg",
        "images",
    ),
    Column(
        "title",
        "Of photos, up to 90 characters. Their caption is the description, up to 4,000.",
        "Two loaves",
        "title",
    ),
    Column(
        "cover",
        "Of a video the moment of its cover, in seconds or as 0:01.5. Of photos the number of the photo. Empty is "
        "the first.",
        "1.5",
        "cover",
    ),
    Column("music", f"Of photos: whether TikTok adds a track. {YES_OR_NO}", "no", "auto_add_music"),
    Column(
        "disclose",
        "Whether commercial content is disclosed. A yes under brand_organic or brand_content says so too.",
        "no",
        "disclose",
    ),
)
FIELDS = {column.name: column.field for column in COLUMNS}

LEFT_ASIDE = (
    *("post", "account_name", "status", "hold", "reason", "code", "log_id"),
    *("due_at_utc", "due_local", "due_zone", "published_at_utc", "kind", "files_sha256"),
    *("written_by", "created_at_utc", "agreed_by", "agreed_at_utc", "content_digest", "version"),
    *("tiktok_post_ids", "share_url"),
)
"""What an export says besides of a post that there is, and nobody chooses of a new one."""

OF_EXPORTS = LEFT_ASIDE[0]
"""The column that only an export has, and each of them."""

EXAMPLES = (
    {
        "file": "EXAMPLE-1.mp4",
        "account": "@your.handle",
        "caption": "EXAMPLE: replace this row. Slow rye, fast hands. #bread",
        "time": "12:30",
        "privacy": "Everyone",
        "comment": "yes",
    },
    {
        "file": "EXAMPLE-2.mp4",
        "account": "@your.handle",
        "caption": "EXAMPLE: without a day and a time, a row can take a free slot.",
        "privacy": "Only me",
        "ai": "yes",
    },
    {
        "photos": "EXAMPLE-1.jpg; EXAMPLE-2.jpg; EXAMPLE-3.jpg",
        "account": "@your.handle",
        "title": "EXAMPLE",
        "caption": "EXAMPLE: photos in their order, the second of them is the cover.",
        "privacy": "Everyone",
        "cover": "2",
    },
    {"file": "EXAMPLE-3.mp4", "account": "@your.handle", "mode": "inbox"},
)
"""What the template shows; the first of them says a day, too."""


def template(today: date) -> str:
    """A list for a spreadsheet: its first line, and rows that nobody takes for posts."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(FIELDS), restval="")
    writer.writeheader()
    first, *rest = EXAMPLES
    writer.writerows([{**first, "date": (today + timedelta(days=7)).isoformat()}, *rest])
    return BYTE_ORDER_MARK + out.getvalue()


def is_example(cells: Mapping[str, str]) -> bool:
    """Whether a row of the template was left as it is; spreadsheets write its day and time in ways of their own."""
    return any(
        all(cells.get(name, "").strip() == example.get(name, "") for name in ("file", "photos", "caption"))
        for example in EXAMPLES
    )
