"""Opens connections to one server: the name, the socket and TLS."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable
from typing import Final

from tiktok.client.aio.burst.connection import Connection
from tiktok.client.aio.burst.heads import Origin

# Seconds. A thousand who dial together ask once; who comes later sees a server that has moved.
NAME_LASTS: Final = 10.0

Addresses = list[tuple[socket.AddressFamily, str]]


class Dialler:
    """Belongs to the event loop in which it is used."""

    def __init__(self, origin: Origin, authorities: ssl.SSLContext) -> None:
        self._origin = origin
        self._authorities = authorities
        self._lookup: asyncio.Task[Addresses] | None = None
        self._looked_up_at = 0.0

    async def dial(self, make: Callable[[], Connection], *, deadline: float) -> Connection:
        """A connection to the first address that answers; each gets a fair share of `deadline`. Raises OSError."""
        loop, origin = asyncio.get_running_loop(), self._origin
        ends_at = loop.time() + deadline
        addresses = await self._addresses()
        failure: OSError = OSError("The name has no address.")
        for position, (family, address) in enumerate(addresses):
            try:
                async with asyncio.timeout((ends_at - loop.time()) / (len(addresses) - position)):
                    _, connection = await loop.create_connection(
                        make,
                        address,
                        origin.port,
                        family=family,
                        ssl=self._authorities if origin.tls else None,
                        server_hostname=origin.host if origin.tls else None,
                    )
                    return connection
            except OSError as error:
                failure = error
        raise failure

    def close(self) -> None:
        """Stop asking for the name."""
        if self._lookup is not None:
            self._lookup.cancel()

    async def _addresses(self) -> Addresses:
        if self._lookup is None or (self._lookup.done() and not self._is_fresh(self._lookup)):
            loop = asyncio.get_running_loop()
            self._lookup, self._looked_up_at = loop.create_task(self._look_up()), loop.time()
        # Whoever gives up must not take the answer away from the others.
        return await asyncio.shield(self._lookup)

    async def _look_up(self) -> Addresses:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(self._origin.host, self._origin.port, type=socket.SOCK_STREAM)
        return [(socket.AddressFamily(family), str(address[0])) for family, _, _, _, address in found]

    def _is_fresh(self, lookup: asyncio.Task[Addresses]) -> bool:
        known = not lookup.cancelled() and lookup.exception() is None
        return known and asyncio.get_running_loop().time() - self._looked_up_at < NAME_LASTS
