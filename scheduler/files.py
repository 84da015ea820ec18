"""Stored files read as blocks, so that memory stays flat whatever the size."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.core.files.storage import default_storage

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
