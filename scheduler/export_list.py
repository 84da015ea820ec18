"""One post as a row of a list that an import takes again: its columns and spelling, then what only an export says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scheduler.content import PRIVACY_LABELS, is_photos
from scheduler.export_rows import Row, files_of, post_row
from scheduler.forms import on_the_clock
from scheduler.importing.columns import FIELDS, LEFT_ASIDE
from scheduler.spreadsheets import joined

if TYPE_CHECKING:
    from scheduler.models import Post

POST, *TOLD = LEFT_ASIDE
COLUMNS = (POST, *FIELDS, *TOLD)


def list_row(post: Post) -> Row:
    """`COLUMNS` of a post that has its `tries` and its workspace fetched; its time is on the workspace's clocks."""
    day, time = on_the_clock(post)
    names = [file.original_name for file in files_of(post)]
    told = post_row(post)
    return {name: told[name] for name in LEFT_ASIDE} | {
        "file": "" if is_photos(post) else "".join(names),
        "photos": joined(names) if is_photos(post) else "",
        "account": told["account"] or told["account_name"],
        "caption": post.caption,
        "date": day,
        "time": time,
        "privacy": PRIVACY_LABELS.get(post.privacy_level, post.privacy_level),
        "comment": post.allow_comment,
        "duet": post.allow_duet,
        "stitch": post.allow_stitch,
        "brand_organic": post.brand_organic,
        "brand_content": post.brand_content,
        "ai": post.is_aigc,
        "mode": post.mode,
        "title": post.title,
        "cover": _cover(post),
        "music": post.auto_add_music,
        "disclose": post.disclose,
    }


def _cover(post: Post) -> str:
    """The number of a photo, or the moment of a video in seconds."""
    if is_photos(post):
        return str(post.cover_index + 1)
    moment = post.cover_timestamp_ms
    return "" if moment is None else f"{moment / 1000:.3f}".rstrip("0").rstrip(".")
