"""A host of media for TikTok to fetch from: files under paths, and a list of what was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from threading import Event, Thread

from PIL import Image


@dataclass
class Reply:
    """What a path answers. `stated` is the length in the header; more than the body cuts the answer off."""

    body: bytes = b""
    status: int = 200
    content_type: str = "application/octet-stream"
    location: str = ""
    stated: int | None = None


@dataclass
class MediaHost:
    """Its files, and the requests so far as (method, path, Range header)."""

    url: str = ""
    replies: dict[str, Reply] = field(default_factory=dict)
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    gate: Event = field(default_factory=Event)

    def put(self, path: str, body: bytes, **details: object) -> str:
        """Serve these bytes; returns their URL."""
        self.replies[path] = Reply(body, **details)  # type: ignore[arg-type]
        return self.url + path


@contextmanager
def media_host() -> Iterator[MediaHost]:
    """A host on a free loopback port. It answers while `gate` is set, which it is at first."""
    host = MediaHost()
    host.gate.set()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(host))
    host.url = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield host
    host.gate.set()
    server.shutdown()
    server.server_close()


def _handler(host: MediaHost) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range", "")
            host.asked.append((self.command, self.path, wanted))
            host.gate.wait(10)
            reply = host.replies.get(self.path, Reply(status=404))
            body, status = reply.body, reply.status
            if wanted and status == 200:
                first, last = (int(number) for number in wanted.removeprefix("bytes=").split("-"))
                status, body = 206, body[first : last + 1]
            self.send_response(status)
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(len(body) if reply.stated is None else reply.stated))
            if status == 206:
                last = first + len(body) - 1
                self.send_header("Content-Range", f"bytes {first}-{last}/{len(reply.body)}")
            if reply.location:
                self.send_header("Location", reply.location)
            self.end_headers()
            if self.command == "GET":
                with suppress(ConnectionError):  # whoever asked may have seen enough
                    self.wfile.write(body)

        do_HEAD = do_GET

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Handler


def picture(
    kind: str = "JPEG", size: tuple[int, int] = (108, 192), colour: str = "teal", **options: object
) -> bytes:
    """An image file of Pillow's `kind`."""
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, kind, **options)
    return out.getvalue()
