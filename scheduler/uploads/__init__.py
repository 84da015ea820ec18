"""Uploads that can be continued: begun with a length, brought in parts, ended whole or given up.

`begin` reserves the room, `append` takes the next part from where the last one ended and makes the whole file media
(`scheduler.media.keep`), `stop` gives one up, `remove_expired` those that nobody came back for; `left_by` lists those
that somebody may, `share_of` says what a workspace uses of its room. `bring` is all of it at once, for bodies that are
here already. What travels is tus 1.0.0 (https://tus.io/protocols/resumable-upload), and only `scheduler.views.uploads`
knows that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scheduler.uploads.appending import Arrived, Overtaken, append
from scheduler.uploads.beginning import begin
from scheduler.uploads.checksums import ALGORITHMS, Checksum
from scheduler.uploads.ending import remove_expired, stop
from scheduler.uploads.room import Share, share_of
from scheduler.uploads.unfinished import Unfinished, left_by

if TYPE_CHECKING:
    from collections.abc import Callable

    from accounts.models import User, Workspace
    from scheduler.models import Media

__all__ = [
    "ALGORITHMS",
    "Arrived",
    "Checksum",
    "Overtaken",
    "Share",
    "Unfinished",
    "append",
    "begin",
    "bring",
    "left_by",
    "remove_expired",
    "share_of",
    "stop",
]


def bring(
    *, read: Callable[[int], bytes], length: int, name: str, workspace: Workspace, by: User
) -> Media | None:
    """The body that `read(n)` gives, as media that waits for its check; None where it is shorter than `length`.

    Raises UploadRefused as `begin` and `append` do.
    """
    upload = begin(workspace=workspace, by=by, name=name, length=length)
    return append(upload=upload, at=0, read=read).media
