"""One more part of an upload, from where the last one ended; the last part makes the file media.

The body is read outside of any transaction. Whoever comes newest has the turn: a browser that lost its line comes back
while the server still waits for the old request. Blocks are written under a lock on the file, after a look whether the
turn is still ours, so nobody writes over what a newer one has written; the offset moves only after the bytes are on
the disk, and only in the hands of whoever has the turn.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any, NamedTuple
from uuid import uuid4

from django.db import transaction

from scheduler import media
from scheduler.clock import database_now
from scheduler.media import UploadRefused, shelf
from scheduler.models import Media, Upload
from scheduler.uploads.beginning import LIFE
from scheduler.uploads.checksums import Checksum
from scheduler.uploads.ending import stop
from scheduler.uploads.room import NO_ROOM

BLOCK = 1024 * 1024
SAVE_EVERY = 8 * BLOCK
"""What a power cut may take back of a part: it is sent again."""

Read = Callable[[int], bytes]


class Arrived(NamedTuple):
    """How far the upload is, in bytes, and the media that it became with this part."""

    offset: int
    media: Media | None = None


class Overtaken(UploadRefused):
    """This is not where the upload stands, or a newer request has gone on with it: ask for the offset and go on."""

    def __init__(self) -> None:
        super().__init__("This upload goes on elsewhere.", status=409)


def append(*, upload: Upload, at: int, read: Read, checksum: Checksum | None = None) -> Arrived:
    """Take what `read(n)` gives as the bytes from `at` on, until it ends, breaks off or the upload is whole.

    What came before it broke off is kept. Raises Overtaken; UploadRefused where the part arrived damaged (460), the
    disk is full (507), what arrived before has vanished (410), or the whole turns out to be nothing we take (413).
    """
    turn = _take_turn(upload, at)
    if turn.is_whole:
        return Arrived(turn.offset)
    written = at
    with _open(turn) as file:
        for block in _blocks(read, turn.length - at):
            _write(file, block, written, turn)
            written += len(block)
            if checksum:
                checksum.add(block)
            elif written - turn.offset >= SAVE_EVERY and written < turn.length:
                _save(file, written, turn)
        if checksum:
            checksum.check()
        if written < turn.length:
            _save(file, written, turn)
            return Arrived(written)
        _sync(file)
    return Arrived(written, _finish(turn))


def _take_turn(upload: Upload, at: int) -> Upload:
    """The row as it stands, with the turn to append at `at`, or whole; whoever had the turn has lost it."""
    with transaction.atomic():
        rows = Upload.objects.select_for_update().filter(workspace=upload.workspace_id, pk=upload.pk)
        row: Upload | None = rows.first()
        if row is None or row.offset != at:
            raise Overtaken
        if not row.is_whole:
            row.writer = uuid4()
            row.save(update_fields=["writer"])
    return row


def _mine(turn: Upload) -> Any:
    return Upload.objects.filter(workspace=turn.workspace_id, pk=turn.pk, writer=turn.writer)


@contextmanager
def _open(turn: Upload) -> Iterator[IO[bytes]]:
    """The part, open for writing anywhere."""
    part = shelf.part_of(turn.pk)
    shelf.take_back(part, shelf.video_key(turn.workspace_id, turn.pk), shelf.waiting_key(part))
    if turn.offset and (not part.exists() or part.stat().st_size < turn.offset):
        stop(upload=turn)
        raise UploadRefused("What was sent of this file is no longer there. Send it again.", status=410)
    with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        yield file


def _blocks(read: Read, left: int) -> Iterator[bytes]:
    while left > 0:
        try:
            block = read(min(BLOCK, left))
        except OSError:  # the browser went away, or was silent for too long; what came until then counts
            return
        if not block:
            return
        left -= len(block)
        yield block


def _write(file: IO[bytes], block: bytes, position: int, turn: Upload) -> None:
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        if not _mine(turn).exists():
            raise Overtaken
        with _full_disk_said():
            file.seek(position)
            file.write(block)
            file.flush()
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)


def _save(file: IO[bytes], offset: int, turn: Upload) -> None:
    _sync(file)
    if not _mine(turn).update(offset=offset, expires_at=database_now() + LIFE):
        raise Overtaken
    turn.offset = offset


def _sync(file: IO[bytes]) -> None:
    with _full_disk_said():
        os.fdatasync(file.fileno())


@contextmanager
def _full_disk_said() -> Iterator[None]:
    try:
        yield
    except OSError as full:
        raise UploadRefused(NO_ROOM, status=507) from full


def _finish(turn: Upload) -> Media:
    """The row says whole and there is media, both or neither; what is no file of ours is given up."""
    try:
        with transaction.atomic():
            if not _mine(turn).update(offset=turn.length, writer=None, expires_at=database_now() + LIFE):
                raise Overtaken
            return media.keep(
                part=shelf.part_of(turn.pk),
                identity=turn.pk,
                name=turn.name,
                size=turn.length,
                workspace=turn.workspace,
                by=turn.by,
            )
    except Overtaken:
        raise
    except UploadRefused:
        stop(upload=turn)
        raise
