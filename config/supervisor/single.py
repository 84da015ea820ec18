"""One stack per state folder: the lock, and where the one that holds it can be found."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from config.supervisor.errors import AlreadyRunning


@contextlib.contextmanager
def only_one(state: Path) -> Iterator[IO[str]]:
    """Hold the folder. Raises `AlreadyRunning` with the address of the stack that has it."""
    with (state / "stack.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(_who_holds(lock, state)) from None
        _write(lock, {"pid": os.getpid()})
        yield lock


def tell_address(lock: IO[str], base_url: str) -> None:
    """Let a second start say where the first one is."""
    _write(lock, {"pid": os.getpid(), "url": base_url})


def _write(lock: IO[str], facts: dict[str, object]) -> None:
    lock.truncate(0)
    lock.write(json.dumps(facts))
    lock.flush()


def _who_holds(lock: IO[str], state: Path) -> str:
    lock.seek(0)
    facts = json.loads(lock.read() or "{}")
    where = f" at {facts['url']}" if "url" in facts else ""
    return (
        f"Oncue is already running from {state}{where} (process {facts.get('pid', 'unknown')}). "
        "Stop that one first, or give this one a folder of its own with ONCUE_DATA_DIR."
    )
