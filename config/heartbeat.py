"""The signs of life of the workers: when did each part last take something from its queues (P14, F-37)?

A process can live and take nothing: deaf after a broken connection, or without beat to wake it. So what counts is
consumption, or having all threads in use. Each worker tells the cache every few seconds; pages and `/readyz` read
it. It differs from `/healthz`, which is about the process that answers. A worker whose clock is wrong gives no sign,
because it claims nothing either (`accounts/clock.py`).
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.cache import cache
from redis import RedisError

from accounts import clock, shutdown
from config import env
from config.supervisor import parts

log = logging.getLogger(__name__)
EVERY = 5.0  # seconds
QUIET_AFTER = 60.0  # seconds
FOR_GOOD = None  # the cache's word for "never expires"


def last_seen(part: str) -> datetime:
    """When this part (`clock`, `publish`, `uploads`) last took work. One that never did counts from the first look.

    Raises `redis.RedisError` where the broker is away, which is an alarm of its own.
    """
    return seen()[part]


def seen() -> dict[str, datetime]:
    """`last_seen` of every part, in one look. Raises `redis.RedisError`."""
    names = [worker.name for worker in parts.WORKERS]
    signs = cache.get_many([_key(name) for name in names])
    for name in names:
        if _key(name) not in signs:
            cache.add(_key(name), time.time(), FOR_GOOD)
            signs[_key(name)] = cache.get(_key(name), 0.0)
    return {name: datetime.fromtimestamp(signs[_key(name)], UTC) for name in names}


def quiet_since() -> dict[str, datetime]:
    """The parts that have taken nothing for over a minute, each with the last time it did. Raises `redis.RedisError`.

    A sign from the future was left by a wrong clock and is none.
    """
    now = datetime.now(UTC)
    return {part: at for part, at in seen().items() if abs((now - at).total_seconds()) > QUIET_AFTER}


def quiet() -> dict[str, int]:
    """`quiet_since` in seconds."""
    now = datetime.now(UTC)
    return {part: round(abs((now - at).total_seconds())) for part, at in quiet_since().items()}


def note(names: Iterable[str]) -> None:
    """These parts take work now. Raises `redis.RedisError`."""
    now = time.time()
    cache.set_many({_key(name): now for name in names}, FOR_GOOD)


class Pulse:
    """Watches one worker from inside and tells the cache; its thread ends with the process."""

    def __init__(self, queues: Iterable[str], threads: int) -> None:
        taken = set(queues)
        self.parts = [worker.name for worker in parts.WORKERS if taken.issuperset(worker.queues)]
        self.threads = threads
        self.file = Path(env.text("ONCUE_PULSE_FILE")) if env.is_set("ONCUE_PULSE_FILE") else None
        self._lock = threading.Lock()
        self._running = 0
        self._took = True  # ready is a sign of life

    def start(self) -> None:
        """Begin to tell; the first sign is given at once."""
        threading.Thread(target=self._beat, name="pulse", daemon=True).start()

    def task_begins(self, **_: Any) -> None:
        """Receiver of `task_prerun`."""
        with self._lock:
            self._running += 1
            self._took = True

    def task_ends(self, **_: Any) -> None:
        """Receiver of `task_postrun`."""
        with self._lock:
            self._running -= 1

    def alive(self) -> bool:
        """Whether it took something since the last question, or could not take more."""
        with self._lock:
            took, self._took = self._took, False
            return took or self._running >= self.threads

    def _beat(self) -> None:
        while True:
            if self.alive() and abs(clock.known_skew()) <= clock.MAX_SKEW:
                self._tell()
            if shutdown.wait_stopping(EVERY):
                return

    def _tell(self) -> None:
        try:
            note(self.parts)
        except RedisError as error:
            log.warning("No sign of life could be left: %s", error)
            return
        if self.file:
            self.file.touch()


def _key(part: str) -> str:
    return f"seen:{part}"
