"""Connections opened ahead of a burst, and whom they trust.

A thousand handshakes at the due instant would be a second of waiting; done before, they cost nothing then.
"""

from __future__ import annotations

import asyncio
import ssl
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Final

import aiohttp
from aiohttp.connector import Connection
from aiohttp.tracing import Trace
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from yarl import URL

_UNBOUNDED: Final = aiohttp.ClientTimeout()


@lru_cache
def authorities(ca_file: Path | None) -> ssl.SSLContext:
    """Verifies against `ca_file`, else against the authorities that `requests` trusts; never the environment's."""
    return ssl.create_default_context(cafile=ca_file or DEFAULT_CA_BUNDLE_PATH)


async def open_ahead(session: aiohttp.ClientSession, origin: URL, wanted: int, *, deadline: float) -> int:
    """Open `wanted` new connections at once and leave them in the pool; how many there are after `deadline`.

    All are held until the last one is there, else one could be handed out as the next.
    """
    opening = [asyncio.create_task(_open(session, origin)) for _ in range(wanted)]
    opened: list[Connection] = []
    try:
        if opening:
            await asyncio.wait(opening, timeout=deadline)
    finally:
        for task in opening:
            task.cancel()
        results = await asyncio.gather(*opening, return_exceptions=True)
        opened += [result for result in results if isinstance(result, Connection)]
        for connection in opened:
            connection.release()
    return len(opened)


async def _open(session: aiohttp.ClientSession, origin: URL) -> Connection:
    """A connection that was never used: giving an older one back would make it look young."""
    connector = session.connector
    assert connector is not None
    while True:
        request = aiohttp.ClientRequest("GET", origin, loop=asyncio.get_running_loop(), session=session)
        seen = SimpleNamespace(reused=False)
        traces = [Trace(session, _NOTICES_REUSE, seen)]
        connection = await connector.connect(request, traces=traces, timeout=_UNBOUNDED)
        if not seen.reused:
            return connection
        connection.close()


async def _notice(_session: aiohttp.ClientSession, seen: SimpleNamespace, _params: object) -> None:
    seen.reused = True


_NOTICES_REUSE: Final = aiohttp.TraceConfig()
_NOTICES_REUSE.on_connection_reuseconn.append(_notice)
_NOTICES_REUSE.freeze()
