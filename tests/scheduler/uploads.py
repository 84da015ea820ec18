"""Bodies as the web server hands them over, and what is left of them on disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path


def reader(data: bytes) -> Callable[[int], bytes]:
    """What `request.read` is: as much as asked for, empty at the end."""
    rest = [data]

    def read(size: int) -> bytes:
        block, rest[0] = rest[0][:size], rest[0][size:]
        return block

    return read


def files_below(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())
