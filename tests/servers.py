"""The servers of one test run: PostgreSQL and Valkey of its own, or those that the environment names.

Runs in one checkout do not collide: each takes the first free slot, which is a lock and a pair of embedded servers
kept for the next run. The workers of xdist inherit the slot of their controller and start nothing.
"""

from __future__ import annotations

import atexit
import fcntl
import os
from typing import IO

from config import embedded, env

SLOTS = 16
_held: list[IO[str]] = []


def begin() -> None:
    """Take a slot and start its servers; must come before Django reads its settings."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        _start()


def _start() -> None:
    os.environ["ONCUE_EMBEDDED"] = _take_slot()
    state = env.data_dir()
    if not env.is_set("DATABASE_URL"):
        _keep(embedded.Postgres(state, embedded.kind("pg"), durable=False))
    if not env.is_set("REDIS_URL"):
        _keep(embedded.Valkey(state, embedded.kind("vk"), durable=False))
        os.environ["REDIS_URL"] = embedded.redis_url(state)


def _take_slot() -> str:
    state = env.data_dir()
    state.mkdir(parents=True, exist_ok=True)
    for number in range(SLOTS):
        name = f"test-{number}" if number else "test"
        lock = (state / f"{name}.run").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
        else:
            _held.append(lock)
            return name
    raise RuntimeError(f"{SLOTS} test runs are already under way in {state}")


def _keep(server: embedded.Server) -> None:
    server.start()
    atexit.register(server.stop)
