"""Sends one request once, on a pool per server; the counterpart of `RequestsTransport` in an event loop."""

from __future__ import annotations

import asyncio
import ssl
import time
from functools import lru_cache
from pathlib import Path
from typing import Final

from requests.utils import DEFAULT_CA_BUNDLE_PATH

from tiktok.client.aio.burst.connection import Broken
from tiktok.client.aio.burst.heads import Origin, ReadyRequest, make_ready, origin_of
from tiktok.client.aio.burst.pool import Pool
from tiktok.client.errors import NoAnswer, TikTokError
from tiktok.client.secret import Secret
from tiktok.client.wire import Request, Response, Stream

MOST_CONNECTIONS: Final = 1024
WARMING_DEADLINE: Final = 10.0


@lru_cache
def authorities(ca_file: Path | None) -> ssl.SSLContext:
    """Verifies against `ca_file`, else against the authorities that `requests` trusts; never the environment's."""
    return ssl.create_default_context(cafile=ca_file or DEFAULT_CA_BUNDLE_PATH)


class BurstTransport:
    """Sends requests and keeps connections alive, in the event loop of its first use; close it there.

    `ca_file` replaces the trusted authorities, for a server of one's own behind the base URLs. `limit` is the most
    connections at once to one server; further requests wait, within their deadlines, in the order they came.
    """

    def __init__(self, *, ca_file: Path | None = None, limit: int = MOST_CONNECTIONS) -> None:
        self._ca_file = ca_file
        self._limit = limit
        self._pools: dict[Origin, Pool] = {}

    async def send(self, request: Request, *, deadline: float) -> Response:
        """The answer, whatever its status; `deadline` in seconds bounds everything. Cheapest for a `ReadyRequest`.

        Raises `NoAnswer` (also for an answer cut short), `UnreadableAnswer` for one over the cap or wrongly
        compressed, ValueError for a streamed body of the wrong length, and whatever the body's source raised.
        The blocks of a stream are read on the event loop, so they must be at hand.
        """
        answer = await self._attempt(make_ready(request), deadline)
        if isinstance(request.body, Stream) and request.body.failure is not None:
            raise request.body.failure
        # Raised here, outside the handler, so that no error of the loop, whose text may have the address, hangs on.
        if isinstance(answer, TikTokError):
            raise answer
        return answer

    async def warm(self, url: str | Secret, connections: int, *, deadline: float = WARMING_DEADLINE) -> int:
        """Open that many new connections to the host of `url`, TLS included; how many there are.

        They are kept for `LONGEST_IDLE` seconds. One that cannot be opened is no error: its request will tell.
        """
        return await self._pool(origin_of(url)).warm(connections, deadline=deadline)

    async def close(self) -> None:
        """Close all connections. The transport may be used again, in any loop."""
        while self._pools:
            await self._pools.popitem()[1].close()

    async def __aenter__(self) -> BurstTransport:
        return self

    async def __aexit__(self, *failure: object) -> None:
        await self.close()

    async def _attempt(self, request: ReadyRequest, deadline: float) -> Response | TikTokError:
        pool, ends_at = self._pool(request.origin), time.monotonic() + deadline
        connection = None
        try:
            async with asyncio.timeout(deadline):
                connection = pool.take() or await pool.wait(deadline=deadline)
                return await connection.exchange(request)
        except OSError as error:
            late = ends_at <= time.monotonic()
            kind = str(error) if isinstance(error, Broken) else type(error).__name__
            reason = f"no answer within {deadline:g} s" if late else kind
            return NoAnswer(reason, request_sent=connection is not None)
        finally:
            if connection is not None:
                pool.give_back(connection)

    def _pool(self, origin: Origin) -> Pool:
        pool = self._pools.get(origin)
        if pool is None:
            pool = self._pools[origin] = Pool(origin, authorities(self._ca_file), self._limit)
        return pool
