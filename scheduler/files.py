"""Stored files read as blocks, or handed to a connection as they lie there; memory stays flat whatever the size.

They lie in a folder of this machine or in a bucket (`scheduler.storage`), of which only the bytes that are wanted are
fetched. A last chunk that was copied ahead (`scheduler.ahead`) is read from its copy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

from django.core.files.storage import FileSystemStorage, default_storage

from scheduler import ahead
from scheduler.ahead import Span
from tiktok.client.parts import FilePart
from tiktok.client.wire import Stream

BLOCK = 1024 * 1024
PIECE = 8 * BLOCK
"""Bytes of one block from a bucket, where each is a request."""

DISK_READS, BUCKET_READS = 100_000_000, 25_000_000
"""Bytes that are read and hashed in a second."""

DISK_AT_MOST, BUCKET_AT_MOST = timedelta(seconds=25), timedelta(seconds=160)
"""The most time that is set aside for reading a file once."""


def is_local() -> bool:
    """Whether stored files are files of this machine."""
    return isinstance(default_storage, FileSystemStorage)


def time_to_read(size: int) -> timedelta:
    """What reading and hashing a stored file of `size` bytes takes."""
    if is_local():
        return min(timedelta(seconds=size / DISK_READS), DISK_AT_MOST)
    return min(timedelta(seconds=size / BUCKET_READS), BUCKET_AT_MOST)


def blocks(key: str, first: int, last: int, *, on_block: Callable[[], None] | None = None) -> Iterator[bytes]:
    """The bytes `first` to `last` (inclusive, zero-based) of a stored file; `on_block` runs before each block."""
    copy = _copy(key, first, last)
    block_size = BLOCK if copy or is_local() else PIECE
    with copy.open("rb") if copy else default_storage.open(key, "rb") as stored:
        stored.seek(0 if copy else first)
        left = last - first + 1
        while left > 0:
            if on_block:
                on_block()
            block = stored.read(min(block_size, left))
            if not block:
                return
            left -= len(block)
            yield block


def part(key: str, first: int, last: int, *, on_block: Callable[[], None] | None = None) -> Stream:
    """The same bytes as the body of a request: of a file on this machine as the kernel can send it."""
    copy, body = _copy(key, first, last), blocks(key, first, last, on_block=on_block)
    if copy:
        return FilePart(body, partial(_open_copy, copy), 0, last - first + 1, on_block)
    if is_local():
        return FilePart(body, partial(_open, key), first, last - first + 1, on_block)
    return Stream(body, last - first + 1)


def keep_ahead(key: str, first: int, last: int) -> None:
    """Have these bytes on this machine's disk for the next hour. Raises OSError."""
    if not is_local():
        ahead.fetch(Span(key, first, last))


def is_at_hand(key: str, first: int, last: int) -> bool:
    """Whether reading these bytes asks nobody but this machine's disk."""
    return is_local() or _copy(key, first, last) is not None


def _copy(key: str, first: int, last: int) -> Path | None:
    return None if is_local() else ahead.find(Span(key, first, last))


def _open(key: str) -> BinaryIO:
    return cast(BinaryIO, default_storage.open(key, "rb"))


def _open_copy(copy: Path) -> BinaryIO:
    return copy.open("rb")
