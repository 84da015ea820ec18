"""A connection to the sandbox: aiohttp's own, that notes when bytes were read and offers requests to `express`.

The moment of the last read is the arrival of a request's last byte, however long the answer then waits for its turn
in a burst. A request that `express` wants whole never reaches aiohttp.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from aiohttp.web_protocol import RequestHandler
from aiohttp.web_server import Server

from .express import Express, Reply, Short

KEEPALIVE_SECONDS = (
    3_600.0  # aiohttp does not see what express answers, so it must not think the line is idle
)


class Connection(RequestHandler):
    """One TCP connection. `read_at_ns` is when the latest bytes were read, in epoch nanoseconds."""

    def __init__(self, express: Express, manager: Server, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(manager, loop=loop, keepalive_timeout=KEEPALIVE_SECONDS)
        self._logging_enabled = False  # upload URLs and authorize URLs carry secrets
        self.read_at_ns = 0
        self._express = express
        self._short: Short | None = None

    def data_received(self, data: bytes) -> None:
        self.read_at_ns = time.time_ns()
        if self._short is not None:
            was_whole = self._short.is_whole
            self._short.take(data)
            if was_whole:  # it waits for its answer, and these bytes for theirs
                return
        elif self._is_idle():
            self._short = self._express.wants(data)
        if self._short is None:
            super().data_received(data)
        elif self._short.is_whole:
            reply = self._express.answer(self._short, at_ns=self.read_at_ns)
            if reply.delay:
                self._loop.call_later(reply.delay, self._send, reply)
            else:
                self._send(reply)

    def _is_idle(self) -> bool:
        return self._current_request is None and not self._messages

    def _send(self, reply: Reply) -> None:
        reply.leave()
        early = self._short.early if self._short is not None else b""
        self._short = None
        if self.transport is None or self.transport.is_closing():
            return
        self.transport.write(reply.head)
        if early:
            self.data_received(early)


def connections(express: Express, manager: Server) -> Callable[[], Any]:
    """The factory of connections that a server is started with."""
    loop = asyncio.get_running_loop()
    return lambda: Connection(express, manager, loop)
