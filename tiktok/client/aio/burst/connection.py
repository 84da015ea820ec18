"""One connection, and one exchange at a time on it.

A protocol of the event loop, not a stream: nothing stands between the socket and the parser, which is most of what
makes it cheap.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Final, cast

from httptools import HttpParserError, HttpParserUpgrade

from tiktok.client.aio.bodies import LARGEST_WRITE, slices
from tiktok.client.aio.burst.answers import AnswerReader
from tiktok.client.aio.burst.heads import ReadyRequest
from tiktok.client.errors import UnreadableAnswer
from tiktok.client.secret import Secret
from tiktok.client.wire import Response, Stream


class Broken(ConnectionError):
    """The connection, or what came over it, ended before the answer did; its text is the kind of break."""


_CLOSED: Final = "the connection was closed"


class Connection(asyncio.Protocol):
    """Open until `drop`, or until either side found a reason to end it; `usable` tells."""

    _transport: asyncio.Transport

    def __init__(self, among: set[Connection]) -> None:
        """It stands `among` the open ones while it is open."""
        self.usable = False
        self._among = among
        self._gone: asyncio.Future[None] | None = None
        self.released_at = 0.0
        self._reader = AnswerReader()
        self._over: asyncio.Future[Exception | None] | None = None
        self._room: asyncio.Event | None = None

    async def exchange(self, request: ReadyRequest) -> Response:
        """Send once and read the answer, which may come before all is sent. Raises `Broken`, `UnreadableAnswer`.

        The connection is usable again only if request and answer are whole, and both sides keep it.
        """
        over = self._over = asyncio.get_running_loop().create_future()
        self.usable = False
        self._reader.begin()
        body = request.body.reveal().encode() if isinstance(request.body, Secret) else request.body
        # With its head in one write, for a packet less and a system call less.
        if isinstance(body, Stream) or (body is not None and len(body) > LARGEST_WRITE):
            self._transport.write(request.head)
            whole = await self._write(body if isinstance(body, Stream) else slices(body), over)
        else:
            self._transport.writelines((request.head, body) if body else (request.head,))
            whole = True
        failure = await over
        if failure is not None:
            raise failure
        self._over = None
        whole = whole and not self._transport.get_write_buffer_size()
        self.usable = whole and self._reader.keeps and not self._transport.is_closing()
        return self._reader.response()

    def drop(self) -> None:
        """Close without a farewell, which over TLS would wait for the other side's."""
        self.usable = False
        self._transport.abort()

    async def gone(self) -> None:
        """Wait until it is closed; that takes the loop a turn after `drop`."""
        if self in self._among:
            self._gone = asyncio.get_running_loop().create_future()
            await self._gone

    async def _write(
        self, blocks: Iterable[bytes | memoryview], over: asyncio.Future[Exception | None]
    ) -> bool:
        """Whether all was written: a server that has answered, or gone, is sent no more."""
        for block in blocks:
            if over.done():
                return False
            self._transport.write(block)
            if self._room is not None:
                await self._room.wait()
            # A source that never waits would keep the deadline and every other call from being noticed.
            await asyncio.sleep(0)
        return True

    def _end(self, failure: Exception | None) -> None:
        if self._over is not None and not self._over.done():
            self._over.set_result(failure)
        self.resume_writing()

    # What the event loop calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # A cast, because uvloop's transports are none by class.
        self._transport, self.usable = cast(asyncio.Transport, transport), True
        self._among.add(self)

    def data_received(self, data: bytes) -> None:
        if self._over is None or self._over.done():
            self.drop()  # nobody asked
            return
        try:
            if self._reader.feed(data):
                self._end(None)
        except (HttpParserError, HttpParserUpgrade) as error:
            self._end(Broken(type(error).__name__))
        except UnreadableAnswer as error:
            self.drop()
            self._end(error)

    def eof_received(self) -> None:
        self.usable = False
        self._end(None if self._reader.end() else Broken(_CLOSED))

    def connection_lost(self, error: Exception | None) -> None:
        self.usable = False
        self._among.discard(self)
        self._end(Broken(type(error).__name__ if error else _CLOSED))
        if self._gone is not None and not self._gone.done():
            self._gone.set_result(None)

    def pause_writing(self) -> None:
        self._room = asyncio.Event()

    def resume_writing(self) -> None:
        if self._room is not None:
            self._room.set()
            self._room = None
