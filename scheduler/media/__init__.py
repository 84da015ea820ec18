"""Files in storage: taken over whole, checked apart, never lost with a form.

`keep` makes a row of a body that `scheduler.uploads` brought in; `check` has the file looked at in jail and keeps the
verdict; `rename` changes what people read; `remove` deletes what no post needs any more. What a video or an image is,
and why TikTok would not take it, is said by `scheduler.probe` and `scheduler.images`.
"""

from __future__ import annotations

from scheduler.media.checking import check, waiting_for_check
from scheduler.media.receiving import UploadRefused, check_size, keep, shown_name
from scheduler.media.removing import check_can_remove, clear_away_removed, remove
from scheduler.media.renaming import rename
from scheduler.media.shelf import remove_abandoned_parts

__all__ = [
    "UploadRefused",
    "check",
    "check_can_remove",
    "check_size",
    "clear_away_removed",
    "keep",
    "remove",
    "remove_abandoned_parts",
    "rename",
    "shown_name",
    "waiting_for_check",
]
