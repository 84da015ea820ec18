"""The asynchronous transport: one request, once, on aiohttp, with the guarantees of `RequestsTransport`.

No proxy or netrc from the environment, no cookie, no redirect followed, no retry (`exchange`), a total deadline
and a cap on the answer (`bodies`). What an answer means is not judged here.
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Final

import aiohttp
from yarl import URL

from tiktok.client import deadlines
from tiktok.client.aio.bodies import content, read
from tiktok.client.aio.exchange import Exchange, Lost, TracedRequest
from tiktok.client.aio.pool import authorities, open_ahead
from tiktok.client.errors import NoAnswer, TikTokError
from tiktok.client.secret import Secret
from tiktok.client.wire import Request, Response, Stream

MOST_CONNECTIONS: Final = 1024
WARMING_DEADLINE: Final = 10.0

_HEADERS: Final = {"User-Agent": "Oncue", "Accept-Encoding": "identity"}


class AiohttpTransport:
    """Sends requests and keeps connections alive, in the event loop of its first use; close it there.

    `ca_file` replaces the trusted authorities, for a server of one's own behind the base URLs. `limit` is the most
    connections at once; further requests wait, within their deadlines.
    """

    def __init__(self, *, ca_file: Path | None = None, limit: int = MOST_CONNECTIONS) -> None:
        self._ca_file = ca_file
        self._limit = limit
        self._session: aiohttp.ClientSession | None = None

    async def send(self, request: Request, *, deadline: float) -> Response:
        """The answer, whatever its status; `deadline` in seconds bounds everything.

        Raises `NoAnswer` (also for an answer cut short), `UnreadableAnswer` for one over the cap or wrongly
        compressed, ValueError for a streamed body of the wrong length, and whatever the body's source raised.
        The blocks of a stream are read on the event loop, so they must be at hand.
        """
        answer = await self._attempt(request, deadline)
        if isinstance(request.body, Stream) and request.body.failure is not None:
            raise request.body.failure
        # Raised here, outside the handler, so that no library error, whose text has the address, hangs on to it.
        if isinstance(answer, TikTokError):
            raise answer
        return answer

    async def warm(self, url: str | Secret, connections: int, *, deadline: float = WARMING_DEADLINE) -> int:
        """Open that many new connections to the host of `url`, TLS included; how many there are.

        They are kept for `LONGEST_IDLE` seconds. One that cannot be opened is no error: its request will tell.
        """
        session = self._open_session()
        wanted = min(connections, self._limit)
        return await open_ahead(session, URL(_plain(url), encoded=True).origin(), wanted, deadline=deadline)

    async def close(self) -> None:
        """Close all connections. The transport may be used again, in any loop."""
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    async def __aenter__(self) -> AiohttpTransport:
        return self

    async def __aexit__(self, *failure: object) -> None:
        await self.close()

    async def _attempt(self, request: Request, deadline: float) -> Response | TikTokError:
        exchange, ends_at = Exchange(), time.monotonic() + deadline
        try:
            async with asyncio.timeout(deadline):
                return await self._exchange(request, exchange)
        except (aiohttp.ClientError, OSError) as error:
            late = ends_at <= time.monotonic()
            kind = str(error) if isinstance(error, Lost) else type(error).__name__
            reason = f"no answer within {deadline:g} s" if late else kind
            return NoAnswer(reason, request_sent=exchange.sent)

    async def _exchange(self, request: Request, exchange: Exchange) -> Response:
        answer = await self._open_session().request(
            request.method,
            URL(_plain(request.url), encoded=True),
            headers=_headers(request),
            data=content(request.body),
            allow_redirects=False,
            middlewares=(exchange,),
        )
        try:
            return await read(answer)
        finally:
            if not answer.closed:
                answer.close()

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=self._limit,
                    keepalive_timeout=deadlines.LONGEST_IDLE,
                    ssl=authorities(self._ca_file),
                ),
                request_class=TracedRequest,
                headers=_HEADERS,
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(),
                auto_decompress=False,
                trust_env=False,
            )
        return self._session


def _headers(request: Request) -> dict[str, str]:
    headers = {name: _plain(value) for name, value in request.headers.items()}
    if isinstance(request.body, Stream):
        headers.setdefault("Content-Length", str(request.body.length))
    return headers


def _plain(value: str | Secret) -> str:
    return value.reveal() if isinstance(value, Secret) else value
