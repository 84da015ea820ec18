"""What aiohttp must not do by itself, and what it has to tell: a request goes out once, and we know that it did.

aiohttp sends a PUT again when a kept connection breaks, because RFC 9110 calls it idempotent; here the last one
of an upload posts. Its own tracing could tell what has left too, but makes a call a quarter dearer (measured).
"""

from __future__ import annotations

import aiohttp
from aiohttp.client_middlewares import ClientHandlerType
from aiohttp.connector import Connection


class Lost(aiohttp.ClientError):
    """The connection broke; its text is the kind of break. Not one of the errors that aiohttp repeats for."""


class Exchange:
    """One sending. As a middleware of its request it stands between aiohttp's connecting and its repeating."""

    def __init__(self) -> None:
        self.sent = False

    async def __call__(
        self, request: aiohttp.ClientRequest, handler: ClientHandlerType
    ) -> aiohttp.ClientResponse:
        assert isinstance(request, TracedRequest)
        request.exchange = self
        try:
            return await handler(request)
        except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
            raise Lost(type(error).__name__) from None


class TracedRequest(aiohttp.ClientRequest):
    """Tells its exchange when it has a connection: from then on a byte may have left."""

    exchange: Exchange

    async def send(self, conn: Connection) -> aiohttp.ClientResponse:
        self.exchange.sent = True
        return await super().send(conn)
