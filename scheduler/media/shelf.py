"""The storage below the media: where bodies wait until they are whole, and how one moves to its place.

Bodies wait on the disk of this machine always; their place is beside them, or in a bucket (`scheduler.storage`).

Everything here is about files; which of them belong to a row, `receiving` and `checking` know.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction

from scheduler import ahead, files
from scheduler.models import Media, MediaStatus, Upload

if TYPE_CHECKING:
    from scheduler.storage import Bucket

INCOMING = "incoming"
PART_LIFE = timedelta(hours=24)
KEEP_FREE = 1_000_000_000
"""Bytes of disk below which nothing is taken, unless the setting MEDIA_KEEP_FREE_BYTES says otherwise (R-52)."""


def has_room(size: int, *, promised: int = 0) -> bool:
    """Whether `size` bytes may come in, twice, and leave the disk its reserve once those `promised` are there."""
    keep_free = getattr(settings, "MEDIA_KEEP_FREE_BYTES", KEEP_FREE)
    return shutil.disk_usage(_incoming()).free - promised >= max(keep_free, 2 * size)


def _incoming() -> Path:
    """In the media folder, so that the last move is atomic."""
    folder = Path(settings.MEDIA_ROOT) / INCOMING
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


@contextmanager
def part() -> Iterator[Path]:
    """A place for a body that is not whole yet; gone at the end, unless moved away."""
    path = _incoming() / f"{uuid4()}.part"
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def part_of(upload_id: UUID) -> Path:
    """Where the body of that upload grows."""
    return _incoming() / f"{upload_id}.part"


def take_back(part: Path, *keys: str) -> None:
    """Undo a move to one of `keys` whose transaction never committed, because the process ended in between."""
    for stored in filter(None, map(place_of, keys)):
        if not part.exists() and stored.exists():
            stored.replace(part)


def video_key(workspace_id: UUID, media_id: UUID) -> str:
    """The storage key of a video: nothing of its name (R-51)."""
    return f"{workspace_id}/{media_id}"


def waiting_key(part: Path) -> str:
    """The storage key of a whole body that stays among the parts until its check.

    So does an image, whose picture is drawn anew then, and whatever goes into a bucket after it.
    """
    return f"{INCOMING}/{part.stem}.raw{part.suffix}"


def is_waiting(key: str) -> bool:
    """Whether that file is a whole body among the parts."""
    return key.startswith(f"{INCOMING}/")


def place_of(key: str) -> Path | None:
    """Where that file lies on this machine; None where its place is in a bucket."""
    if is_waiting(key):
        return Path(settings.MEDIA_ROOT) / key
    return Path(default_storage.path(key)) if files.is_local() else None


@contextmanager
def at_hand(key: str) -> Iterator[BinaryIO]:
    """That file as one of the operating system, for a process in jail; of one in a bucket a copy, gone at the end.

    Raises FileNotFoundError, and OSError where there is no room for a copy.
    """
    if place := place_of(key):
        with place.open("rb") as file:
            yield file
        return
    with default_storage.open(key, "rb") as stored, tempfile.TemporaryFile(dir=_incoming()) as copy:
        if not has_room(stored.size):
            raise OSError(errno.ENOSPC, "No room for a copy to look at", key)
        shutil.copyfileobj(stored, copy, files.PIECE)
        copy.seek(0)
        yield cast(BinaryIO, copy)


def move_into_storage(part: Path, key: str) -> None:
    """Atomically; what had that key before is replaced. Into a bucket `part` is copied."""
    target = place_of(key)
    if target is None:
        cast("Bucket", default_storage).take(part, key)
        return
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part.replace(target)


def store(body: bytes, key: str) -> None:
    """Write `body`, wholly or not at all, under `key`."""
    with part() as path:
        with path.open("wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        move_into_storage(path, key)


def remove_on_commit(key: str) -> None:
    """Delete that file once what made it needless is on record; a part that is missed here goes after a day."""
    transaction.on_commit(lambda: remove(key), robust=True)


def remove(key: str) -> None:
    """Delete that file, if it is there."""
    place = place_of(key)
    if place is None:
        default_storage.delete(key)
    else:
        place.unlink(missing_ok=True)


def remove_abandoned_parts() -> int:
    """Delete what nobody has written to for a day and no row wants: an upload's, or a check's to come; how many."""
    oldest = time.time() - PART_LIFE.total_seconds()
    old = [part for part in _incoming().glob("*.part") if ahead.touched_at(part) < oldest]
    wanted = _wanted(old)
    abandoned = [part for part in old if part not in wanted]
    for part in abandoned:
        part.unlink(missing_ok=True)
    return len(abandoned)


def _wanted(parts: list[Path]) -> set[Path]:
    """Those that an upload may go on with, or that wait for their check."""
    if not parts:
        return set()
    keys = {f"{INCOMING}/{part.name}": part for part in parts}
    growing = {part_of(upload) for upload in Upload.objects.values_list("pk", flat=True)}
    waiting = Media.objects.filter(status=MediaStatus.CHECKING, storage_key__in=keys)
    return growing.intersection(parts) | {keys[key] for key in waiting.values_list("storage_key", flat=True)}
