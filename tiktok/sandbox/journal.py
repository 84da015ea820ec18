"""An append-only file of rows, `[table, key, value]` a line; the last line of a key holds, a null value removes it.

A line is written before the answer it stands behind and costs the same whatever came before. (Not fsynced: it guards
against a dying process, not a dying machine.) A last line without its end was cut off by a kill: nobody was
answered on its strength, so it is dropped.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

Row = tuple[str, str, Any]


class Journal:
    """Open for appending. `path` is created if it is missing, readable only by its owner."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def append(self, rows: Iterable[Row]) -> None:
        text = "".join(f"{json.dumps(row, default=vars)}\n" for row in rows)
        os.write(self._file, text.encode())

    def size(self) -> int:
        return os.fstat(self._file).st_size

    def close(self) -> None:
        os.close(self._file)


def read_rows(path: Path) -> Iterator[tuple[int, Row]]:
    """Every whole line as its offset and row."""
    offset = 0
    with path.open("rb") as file:
        for line in file:
            if line.endswith(b"\n"):
                table, key, value = json.loads(line)
                yield offset, (table, key, value)
            offset += len(line)
