"""A real HTTP server on loopback that misbehaves to order: each connection is handed to the next part of a script.

Not the sandbox: it knows nothing of TikTok, and can do to a socket what no web framework does.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

PATIENCE = 10.0


@dataclass
class Received:
    """One request as it arrived; `body_length` counts what was read, `body` is kept only when small."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes = b""
    body_length: int = 0


class Line:
    """The server's end of one connection."""

    def __init__(self, connected: socket.socket, server: ScriptedServer) -> None:
        self.socket = connected
        self.server = server
        self.reader: BinaryIO = connected.makefile("rb")

    def read_head(self) -> Received:
        """The request line and the headers, without the body."""
        first = self.reader.readline().decode("latin-1").split()
        received = Received(first[0], first[1], {})
        while line := self.reader.readline().decode("latin-1").strip():
            name, _, value = line.partition(":")
            received.headers[name.lower()] = value.strip()
        self.server.received.append(received)
        return received

    def read(self) -> Received:
        """The whole request, its body drained block by block."""
        received = self.read_head()
        left = int(received.headers.get("content-length", "0"))
        received.body_length = left
        keep = left <= 100_000
        while left and (block := self.reader.read(min(left, 65_536))):
            left -= len(block)
            received.body += block if keep else b""
        return received

    def answer(self, body: bytes = b"", *, status: int = 200, headers: dict[str, str] | None = None) -> None:
        """A complete answer; the connection ends with it, unless `headers` say otherwise."""
        lines = {"Content-Length": str(len(body)), "Connection": "close", **(headers or {})}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        self.send(f"HTTP/1.1 {status} Whatever\r\n{head}\r\n".encode() + body)

    def send(self, data: bytes) -> None:
        """Bytes as they are; a client that has gone away is not an error."""
        with contextlib.suppress(OSError):
            self.socket.sendall(data)

    def drip(self, data: bytes) -> None:
        """A byte at a time, until the data or the client's patience ends."""
        for value in data:
            if self.server.over.wait(0.02):
                return
            try:
                self.socket.sendall(bytes([value]))
            except OSError:
                return

    def reset(self) -> None:
        """Break the connection with a TCP reset."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def hold(self) -> None:
        """Say nothing until the test is over."""
        self.server.over.wait(PATIENCE)


Part = Callable[[Line], None]


@dataclass
class ScriptedServer:
    """Plays one part per connection, in order; a connection without a part is closed at once."""

    parts: list[Part]
    tls: ssl.SSLContext | None = None
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    over: threading.Event = field(default_factory=threading.Event)
    hung_up: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    listener: socket.socket = field(init=False)
    port: int = field(init=False)

    def __post_init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    @property
    def url(self) -> str:
        """The base URL, without a slash at its end."""
        return f"http{'s' if self.tls else ''}://127.0.0.1:{self.port}"

    def serve(self) -> None:
        """Accept until the listener closes."""
        for number in range(1000):
            try:
                connected, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            with connected:
                if number < len(self.parts):
                    self._play(self.parts[number], connected)
            self.hung_up.release()

    def _play(self, part: Part, connected: socket.socket) -> None:
        connected.settimeout(PATIENCE)
        try:
            wrapped = self.tls.wrap_socket(connected, server_side=True) if self.tls else connected
        except OSError:
            return  # the client refused the handshake
        with wrapped:
            line = Line(wrapped, self)
            with line.reader, contextlib.suppress(ConnectionError, TimeoutError, ssl.SSLError, IndexError):
                part(line)


@contextlib.contextmanager
def serving(*parts: Part, tls: ssl.SSLContext | None = None) -> Iterator[ScriptedServer]:
    """A server for the time of a `with`."""
    server = ScriptedServer(list(parts), tls)
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        # Closing alone doesn't wake an accept on Linux; shutting down does.
        with contextlib.suppress(OSError):
            server.listener.shutdown(socket.SHUT_RDWR)
        server.listener.close()
        thread.join(PATIENCE)


def answering(body: bytes = b"", *, status: int = 200, headers: dict[str, str] | None = None) -> Part:
    """The ordinary part: read one request, answer it."""

    def part(line: Line) -> None:
        line.read()
        line.answer(body, status=status, headers=headers)

    return part
