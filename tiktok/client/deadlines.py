"""One deadline for a whole exchange: name, connection, TLS, request and answer, however slowly bytes trickle.

The time-outs of `requests` bound each single read, so that a server which sends a byte a second is never
late. Here every operation of the socket gets only the time that is left. The exchange in progress stands in
a context variable, because `requests` has no parameter that reaches its sockets; whoever sends sets it
(`transport`).
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from tiktok.client.parts import FilePart


@dataclass(slots=True)
class Exchange:
    """When the exchange must be over (monotonic seconds), and whether a byte of the request has left.

    `target` is the path with its query, exactly as it has to be sent.
    """

    ends_at: float
    target: str
    sent: bool = False

    def remaining(self) -> float:
        """The seconds left. Raises TimeoutError when there are none."""
        left = self.ends_at - time.monotonic()
        if left <= 0:
            raise TimeoutError("The deadline has passed.")
        return left


# Seconds. A server closes idle connections when it likes; a request that meets this on the way looks like a lost
# answer, so only a connection in active use is used again.
LONGEST_IDLE = 4.0

CURRENT: Final[ContextVar[Exchange]] = ContextVar("tiktok_exchange")


class DeadlineSocket:
    """A connected socket whose every read and write ends with the current exchange."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._used_at = time.monotonic()

    @property
    def idle(self) -> float:
        """Seconds since the last exchange began to be answered."""
        return time.monotonic() - self._used_at

    def sendall(self, data: Any) -> None:
        """Write everything, bytes or part of a file, within what is left of the exchange."""
        if not isinstance(data, FilePart):
            self._send(data)
        elif isinstance(self._socket, ssl.SSLSocket):
            for block in data:
                self._send(block)
        else:
            exchange = CURRENT.get()
            exchange.sent = True
            data.send_to(self._socket, exchange.remaining)

    def _send(self, data: Any) -> None:
        exchange, unsent = CURRENT.get(), memoryview(data).cast("B")
        while unsent:
            self._socket.settimeout(exchange.remaining())
            exchange.sent = True
            unsent = unsent[self._socket.send(unsent) :]

    def makefile(self, mode: str) -> io.BufferedReader:
        """The reading side, as `http.client` asks for it."""
        self._used_at = time.monotonic()
        return io.BufferedReader(_DeadlineReader(self._socket))

    def settimeout(self, seconds: float | None) -> None:
        """Nothing: the exchange decides."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._socket, name)


class _DeadlineReader(io.RawIOBase):
    """Reads from a socket within the current exchange; holds it open, as `socket.makefile` does."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._raw = connected.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._socket.settimeout(CURRENT.get().remaining())
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


def connect_within(host: str, port: int, exchange: Exchange) -> socket.socket:
    """A TCP connection to the first address that answers; each gets a fair share of the time that is left."""
    addresses = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    failure: OSError = OSError("The name has no address.")
    for position, (family, kind, protocol, _, address) in enumerate(addresses):
        candidate = socket.socket(family, kind, protocol)
        try:
            candidate.settimeout(exchange.remaining() / (len(addresses) - position))
            candidate.connect(address)
            candidate.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            # For the TLS handshake, which follows on the bare socket.
            candidate.settimeout(exchange.remaining())
        except OSError as error:
            candidate.close()
            failure = error
        else:
            return candidate
    raise failure


class _ExactTarget(http.client.HTTPConnection):
    """Sends the target as it was given; the libraries above normalise it, and an upload address may be signed."""

    def putrequest(self, method: str, url: str, *arguments: Any, **options: Any) -> None:
        super().putrequest(method, CURRENT.get().target, *arguments, **options)


class _Connection(HTTPConnection, _ExactTarget):
    def _new_conn(self) -> socket.socket:
        return connect_within(self.host, self.port, CURRENT.get())

    def connect(self) -> None:
        super().connect()
        self.sock = DeadlineSocket(self.sock)

    @property
    def is_connected(self) -> bool:
        used: Any = self.sock
        return super().is_connected and used.idle <= LONGEST_IDLE


class _TlsConnection(HTTPSConnection, _Connection):
    def connect(self) -> None:
        super().connect()
        self.sock = DeadlineSocket(self.sock)


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


class DeadlineAdapter(HTTPAdapter):
    """The connection pools of `requests`, on deadline sockets, without retries."""

    def __init__(self) -> None:
        super().__init__(max_retries=0)

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        """Called by `requests`, also after unpickling."""
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _TlsPool}
