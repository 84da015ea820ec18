"""The event loop that a worker keeps beside its threads: it holds many posts at once and fans their calls out.

One per process, started by its first use. What runs in it may not wait for the database: that happens in a few
threads of its own (`in_thread`). A process that shall stop tells whoever is holding; whoever is sending may finish.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime
from functools import cache, partial
from typing import Any, TypeVar

import uvloop
from django.db import connection

from accounts.shutdown import on_stop, stopping
from scheduler.clock import Clock
from tiktok.client.aio import BurstTransport

logger = logging.getLogger(__name__)
Value = TypeVar("Value")

THREADS = 4
"""Database connections of the loop."""

SWITCH_INTERVAL = 0.0005
"""Seconds that a thread keeps Python from the loop while it waits. By default 5 ms, for each thread that is busy."""

LOOK_EVERY = 0.1
"""Seconds after which a wait looks whether its instant has moved."""


class Stopping(Exception):
    """The process shall stop; what was held is for somebody else."""


class Clockwork:
    """An event loop in a thread of its own."""

    def __init__(self) -> None:
        sys.setswitchinterval(SWITCH_INTERVAL)
        self._loop = uvloop.new_event_loop()
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="clockwork")
        self._told = asyncio.Event()
        self.transport = BurstTransport()
        self._running: set[Future[Any]] = set()
        threading.Thread(target=self._loop.run_forever, name="clockwork", daemon=True).start()
        on_stop(partial(self._loop.call_soon_threadsafe, self._told.set))

    def spawn(self, work: Coroutine[Any, Any, Any]) -> Future[Any]:
        """Begin this on the loop and return at once; a failure is logged, and its posts' leases run out."""
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        self._running.add(future)
        future.add_done_callback(self._ended)
        return future

    def drain(self, timeout: float) -> bool:
        """Wait until all that was begun has ended; whether it did."""
        return not wait(list(self._running), timeout=timeout).not_done

    async def in_thread(self, work: Callable[[], Value]) -> Value:
        """Run database work away from the loop, on a connection that is known to live."""
        return await self._loop.run_in_executor(self._threads, partial(_with_connection, work))

    async def until(self, clock: Clock, instant: datetime) -> None:
        """Return at the instant or just after it, never before. Raises Stopping."""
        while (left := (instant - clock.now()).total_seconds()) > 0:
            await self._pass(left)

    async def until_moving(self, clock: Clock, instant: Callable[[], datetime]) -> None:
        """The same for an instant that may come nearer meanwhile."""
        while (left := (instant() - clock.now()).total_seconds()) > 0:
            await self._pass(min(left, LOOK_EVERY))

    async def _pass(self, seconds: float) -> None:
        """Let time go by, unless the process shall stop."""
        if stopping():
            raise Stopping
        try:
            async with asyncio.timeout(seconds):
                await self._told.wait()
        except TimeoutError:
            return

    def _ended(self, future: Future[Any]) -> None:
        self._running.discard(future)
        if not future.cancelled() and (error := future.exception()):
            logger.error(
                "a chunk ended in an error; its posts are due again when their leases end", exc_info=error
            )


@cache
def clockwork() -> Clockwork:
    """This process's own."""
    return Clockwork()


def drain(timeout: float) -> bool:
    """Before the process ends: wait for what its event loop has in hand, if it ever had one."""
    return clockwork.cache_info().currsize == 0 or clockwork().drain(timeout)


def _with_connection(work: Callable[[], Value]) -> Value:
    connection.close_if_unusable_or_obsolete()
    return work()
