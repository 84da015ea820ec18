"""Opens one connection: the name, the socket and TLS."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable

from tiktok.client.aio.burst.connection import Connection
from tiktok.client.aio.burst.heads import Origin


async def dial(
    origin: Origin, make: Callable[[], Connection], authorities: ssl.SSLContext, *, deadline: float
) -> Connection:
    """A connection to the first address that answers; each gets a fair share of `deadline`. Raises OSError."""
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + deadline
    addresses = await loop.getaddrinfo(origin.host, origin.port, type=socket.SOCK_STREAM)
    failure: OSError = OSError("The name has no address.")
    for position, (family, _, _, _, address) in enumerate(addresses):
        try:
            async with asyncio.timeout((ends_at - loop.time()) / (len(addresses) - position)):
                _, connection = await loop.create_connection(
                    make,
                    str(address[0]),
                    origin.port,
                    family=family,
                    ssl=authorities if origin.tls else None,
                    server_hostname=origin.host if origin.tls else None,
                )
                return connection
        except OSError as error:
            failure = error
    raise failure
