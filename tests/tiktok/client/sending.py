"""Short ways to send one request in the tests of the transport."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.tiktok.client.server import Line
from tiktok.client import TikTokError, Transport
from tiktok.client.wire import Request, Stream

# Seconds: a deadline that passes in the test, and one that doesn't.
SOON = 0.3
LATE = 10.0
KEEP = {"Connection": "keep-alive"}
MEBIBYTE = 1024 * 1024


def get(url: str, **headers: str) -> Request:
    """A request without a body."""
    return Request("GET", url, "/", headers)


def put(url: str, length: int, blocks: Iterator[bytes] | list[bytes] | None = None) -> Request:
    """A request with a streamed body; zeros, where no blocks are given."""
    source = (bytes(MEBIBYTE) for _ in range(length // MEBIBYTE)) if blocks is None else blocks
    return Request("PUT", url, "/", {"Content-Length": str(length)}, Stream(source, length))


def failure(transport: Transport, request: Request, *, deadline: float = LATE) -> TikTokError:
    """The error that sending ends with."""
    with pytest.raises(TikTokError) as caught:
        transport.send(request, deadline=deadline)
    return caught.value


def silent(line: Line) -> None:
    """The part of a server that listens and never answers."""
    line.read()
    line.hold()
