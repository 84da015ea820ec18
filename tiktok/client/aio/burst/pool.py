"""The connections to one server: how many at once, how long idle, and who is next.

What is limited is the requests in progress. A connection is opened only when none is idle, so there are never more
of them than that; warming adds idle ones within the same limit.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections import deque
from functools import partial

from tiktok.client import deadlines
from tiktok.client.aio.burst.connection import Connection
from tiktok.client.aio.burst.dialling import Dialler
from tiktok.client.aio.burst.heads import Origin


class Pool:
    """Belongs to the event loop in which it was made."""

    def __init__(self, origin: Origin, authorities: ssl.SSLContext, limit: int) -> None:
        self._dialler = Dialler(origin, authorities)
        self._limit = limit
        self._busy = 0
        self._closed = False
        self._idle: deque[Connection] = deque()  # the freshest last
        self._connections: set[Connection] = set()
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._sweep: asyncio.TimerHandle | None = None

    def take(self) -> Connection | None:
        """A connection at hand, without waiting; the hot path, so nothing here awaits."""
        if self._waiting or self._busy >= self._limit:
            return None
        connection = self._freshest()
        if connection is not None:
            self._busy += 1
        return connection

    async def wait(self, *, deadline: float) -> Connection:
        """One's turn, and then an idle connection or a new one. Raises OSError where none can be opened."""
        await self._turn()
        try:
            return self._freshest() or await self._open(deadline)
        except BaseException:
            self._release()
            raise

    def give_back(self, connection: Connection) -> None:
        """After the exchange, however it ended."""
        self._keep(connection)
        self._release()

    async def warm(self, wanted: int, *, deadline: float) -> int:
        """Open that many new connections, all at once; how many there are after `deadline` seconds.

        Each is at hand when it is open: one that is slow to open keeps nobody from using the others.
        """
        number = max(0, min(wanted, self._limit - self._busy))
        opening = [asyncio.create_task(self._open_ahead(deadline)) for _ in range(number)]
        try:
            if opening:
                await asyncio.wait(opening, timeout=deadline)
        finally:
            for task in opening:
                task.cancel()
            results = await asyncio.gather(*opening, return_exceptions=True)
        while self._idle and len(self._idle) + self._busy > self._limit:
            self._idle.popleft().drop()
        return results.count(None)

    async def close(self) -> None:
        """Drop every connection; whoever waits for an answer has none."""
        self._closed = True
        self._dialler.close()
        if self._sweep is not None:
            self._sweep.cancel()
        self._idle.clear()
        dropped = list(self._connections)
        for connection in dropped:
            connection.drop()
        await asyncio.gather(*(connection.gone() for connection in dropped))

    async def _open_ahead(self, deadline: float) -> None:
        self._keep(await self._open(deadline))

    async def _open(self, deadline: float) -> Connection:
        return await self._dialler.dial(partial(Connection, self._connections), deadline=deadline)

    def _freshest(self) -> Connection | None:
        """The idle connection that was used last: the one least likely to be closed by the server just now."""
        while self._idle:
            connection = self._idle.pop()
            if connection.usable and time.monotonic() - connection.released_at < deadlines.LONGEST_IDLE:
                return connection
            connection.drop()
        return None

    def _keep(self, connection: Connection) -> None:
        if self._closed or not connection.usable:
            connection.drop()
            return
        connection.released_at = time.monotonic()
        self._idle.append(connection)
        if self._sweep is None:
            self._sweep_later()

    def _sweep_later(self) -> None:
        loop = asyncio.get_running_loop()
        self._sweep = loop.call_later(max(deadlines.LONGEST_IDLE, 0.1), self._drop_the_old)

    def _drop_the_old(self) -> None:
        self._sweep, oldest = None, time.monotonic() - deadlines.LONGEST_IDLE
        while self._idle and (self._idle[0].released_at <= oldest or not self._idle[0].usable):
            self._idle.popleft().drop()
        if self._idle:
            self._sweep_later()

    async def _turn(self) -> None:
        """Wait until fewer than the limit are busy, first come, first served; then count as one of them."""
        if self._busy < self._limit and not self._waiting:
            self._busy += 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._release()  # it was given to somebody who no longer wants it
            raise

    def _release(self) -> None:
        """One request fewer; its place goes to the next in line as it is."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._busy -= 1
