"""A body that lies whole among the parts becomes media that waits for its check.

How it got there is `scheduler.uploads`; what is found in it, `checking` keeps.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from scheduler import files, images, probe_worker
from scheduler.clock import database_now
from scheduler.media import shelf
from scheduler.models import Media, MediaKind
from scheduler.probe import size_refusal

if TYPE_CHECKING:
    from accounts.models import User, Workspace

NAME_LENGTH = 255


class UploadRefused(Exception):
    """The file, or this part of it, was not taken; the message is a sentence for the person.

    `status` is what an HTTP answer would carry.
    """

    def __init__(self, sentence: str, *, status: int = 400) -> None:
        super().__init__(sentence)
        self.status = status


def keep(*, part: Path, identity: UUID, name: str, size: int, workspace: Workspace, by: User) -> Media:
    """The whole file `part` as media with that id, moved to where it is checked; call it inside a transaction.

    Raises UploadRefused for what can be told only now: by its content it is an image, too large for one. An upload may
    be continued in another process, where a SHA-256 half done cannot follow: the check computes it from the disk.
    """
    kind = kind_of(_head(part), name)
    if kind == MediaKind.IMAGE and (too_large := images.upload_refusal(size, name=name)):
        raise UploadRefused(too_large, status=413)
    waits = kind == MediaKind.IMAGE or not files.is_local()
    key = shelf.waiting_key(part) if waits else shelf.video_key(workspace.pk, identity)
    media: Media = Media.objects.create(
        id=identity,
        workspace=workspace,
        kind=kind,
        original_name=name or kind.value,
        storage_key=key,
        size=size,
        check_due_at=database_now(),
        uploaded_by=by,
    )
    shelf.move_into_storage(part, key)
    return media


def shown_name(raw: str) -> str:
    """The name to show: no folders, no control or direction marks; nothing where nothing is left."""
    name = raw.replace("\\", "/").rpartition("/")[2]
    return "".join(mark for mark in name if mark.isprintable()).strip()[:NAME_LENGTH]


def check_size(size: int, *, name: str) -> None:
    """Raises UploadRefused for a file that need not come at all: empty, or too large for what its name says."""
    if size <= 0:
        raise UploadRefused("This file is empty. Choose it again.")
    too_large = size_refusal(size)
    if not too_large and images.is_named_image(name):
        too_large = images.upload_refusal(size, name=name)
    if too_large:
        raise UploadRefused(too_large, status=413)


def kind_of(head: bytes, name: str) -> MediaKind:
    """Which check a file goes to: by its first bytes, and by its name only where those say nothing."""
    if images.sniff(head):
        return MediaKind.IMAGE
    named = not probe_worker.sniff(head) and images.is_named_image(name)
    return MediaKind.IMAGE if named else MediaKind.VIDEO


def _head(part: Path) -> bytes:
    with part.open("rb") as file:
        return file.read(images.HEAD)
