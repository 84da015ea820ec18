"""One call from request to value in an event loop; what it reads and logs is `tiktok.client.calls`."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol, TypeVar

from tiktok.client.calls import log_call, understand
from tiktok.client.errors import TikTokError
from tiktok.client.secret import Secret
from tiktok.client.wire import Request, Response

Value = TypeVar("Value")


class AsyncTransport(Protocol):
    """Sends one request once. Raises `NoAnswer` or `UnreadableAnswer`, and judges no answer."""

    async def send(self, request: Request, *, deadline: float) -> Response:
        """`deadline` in seconds, from the connection to the last byte of the answer."""
        ...

    async def warm(self, url: str | Secret, connections: int) -> int:
        """Open connections ahead of a burst; how many there are."""
        ...


async def perform(
    transport: AsyncTransport, request: Request, parse: Callable[[Response], Value], *, deadline: float
) -> Value:
    """Send once and return what `parse` reads. Raises `TikTokError`; never retries."""
    started = time.monotonic()
    response: Response | None = None
    try:
        response = await transport.send(request, deadline=deadline)
        value = understand(response, parse)
    except TikTokError as error:
        log_call(request, response, error, seconds=time.monotonic() - started)
        raise
    log_call(request, response, None, seconds=time.monotonic() - started)
    return value
