"""Stored files read as blocks, or handed to a connection as they lie there; memory stays flat whatever the size."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import BinaryIO, cast

from django.core.files.storage import default_storage

from tiktok.client.parts import FilePart

BLOCK = 1024 * 1024


def blocks(key: str, first: int, last: int, *, on_block: Callable[[], None] | None = None) -> Iterator[bytes]:
    """The bytes `first` to `last` (inclusive, zero-based) of a stored file; `on_block` runs before each block."""
    with default_storage.open(key, "rb") as stored:
        stored.seek(first)
        left = last - first + 1
        while left > 0:
            if on_block:
                on_block()
            block = stored.read(min(BLOCK, left))
            if not block:
                return
            left -= len(block)
            yield block


def part(key: str, first: int, last: int, *, on_block: Callable[[], None] | None = None) -> FilePart:
    """The same bytes as the body of a request. The storage's files are files of the operating system."""
    return FilePart(
        blocks(key, first, last, on_block=on_block),
        partial(_open, key),
        first,
        last - first + 1,
        on_block,
    )


def _open(key: str) -> BinaryIO:
    return cast(BinaryIO, default_storage.open(key, "rb"))
