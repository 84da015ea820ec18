"""Answers that break on the wire: not at all, by a reset, half, drop by drop, or without end."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import cast

from aiohttp import hdrs, web

TICK = 0.1
BLOCK = 1 << 20
WITHIN_STATUS_LINE = 6
NO_LINGER = struct.pack("ii", 1, 0)


def hang_up(request: web.Request) -> web.Response:
    """Close the connection without a word."""
    if request.transport is not None:
        request.transport.close()
    return web.Response()


def reset(request: web.Request) -> web.Response:
    """Close it so that the caller's system says 'connection reset'."""
    if request.transport is not None:
        line: socket.socket = request.transport.get_extra_info("socket")
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        request.transport.abort()
    return web.Response()


async def halve(request: web.Request, answer: web.Response, seconds: float | None) -> web.StreamResponse:
    """Send an answer up to the middle of its body, or of its status line; the rest after `seconds`, or never.

    Nothing in between: a head without its end can pass for a whole answer.
    """
    body = cast("bytes", answer.body or b"")
    whole = _head(answer, len(body)) + body
    sent = len(whole) - (len(body) + 1) // 2 if body else WITHIN_STATUS_LINE
    if request.transport is not None:
        request.transport.write(whole[:sent])
        if seconds is not None:
            await asyncio.sleep(seconds)
            request.transport.write(whole[sent:])
    return hang_up(request)


async def trickle(request: web.Request, answer: web.Response, bytes_per_second: int) -> web.StreamResponse:
    """Send the body that slowly."""
    body = cast("bytes", answer.body)
    slow = web.StreamResponse(status=answer.status, headers={hdrs.CONTENT_TYPE: answer.content_type})
    slow.content_length = len(body)
    await slow.prepare(request)
    step = max(1, int(bytes_per_second * TICK))
    for start in range(0, len(body), step):
        await slow.write(body[start : start + step])
        await asyncio.sleep(step / bytes_per_second)
    return slow


async def swamp(request: web.Request, size: int) -> web.StreamResponse:
    """A JSON text of `size` bytes that says nothing."""
    head, tail = b'{"data":{"padding":"', b'"},"error":{"code":"ok","message":"","log_id":"x"}}'
    huge = web.StreamResponse(headers={hdrs.CONTENT_TYPE: "application/json"})
    huge.content_length = max(size, len(head) + len(tail))
    await huge.prepare(request)
    await huge.write(head)
    left = huge.content_length - len(head) - len(tail)
    while left > 0:
        await huge.write(b"x" * min(BLOCK, left))
        left -= BLOCK
    await huge.write(tail)
    return huge


def _head(answer: web.Response, length: int) -> bytes:
    """Status line and headers as bytes."""
    headers = {**answer.headers, hdrs.CONTENT_LENGTH: str(length)}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {answer.status} {answer.reason}\r\n{lines}\r\n".encode()
