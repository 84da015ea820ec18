"""The app's end of webhooks: takes what TikTok tells, and answers as it is told to."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


@dataclass
class Told:
    """One request as it came."""

    signature: str
    content_type: str
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def event(self) -> str:
        return str(self.json["event"])

    @property
    def content(self) -> dict[str, Any]:
        """The second parse."""
        found: dict[str, Any] = json.loads(self.json["content"])
        return found


@dataclass
class Listener:
    """`told` in the order of arrival. The next answers have the statuses in `statuses`, then 200."""

    url: str = ""
    told: list[Told] = field(default_factory=list)
    statuses: deque[int] = field(default_factory=deque)

    def events(self) -> list[str]:
        return [told.event.removeprefix("post.publish.") for told in self.told]


@contextmanager
def listener() -> Iterator[Listener]:
    """A listener on a free loopback port."""
    listening = Listener()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(listening))
    listening.url = f"http://127.0.0.1:{server.server_port}/webhooks/tiktok/"
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield listening
    server.shutdown()
    server.server_close()


def _handler(listening: Listener) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told = Told(self.headers["TikTok-Signature"], self.headers["Content-Type"], body)
            listening.told.append(told)
            self.send_response(listening.statuses.popleft() if listening.statuses else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Handler
