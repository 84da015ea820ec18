"""One call from request to value: send, read, and leave one redacted line in the log.

The line holds method, path without query, status, code, log id, outcome and milliseconds; no address of an
upload, no header, no body. `understand` and `log_call` are pure of any transport and serve an asynchronous
one as well.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Final, TypeVar

from tiktok.client.envelope import peek
from tiktok.client.errors import Outcome, TikTokError, UnreadableAnswer
from tiktok.client.wire import Request, Response, Transport

logger: Final = logging.getLogger("tiktok.client")

Value = TypeVar("Value")


def perform(
    transport: Transport, request: Request, parse: Callable[[Response], Value], *, deadline: float
) -> Value:
    """Send once and return what `parse` reads. Raises `TikTokError`; never retries."""
    started = time.monotonic()
    response: Response | None = None
    try:
        response = transport.send(request, deadline=deadline)
        value = understand(response, parse)
    except TikTokError as error:
        log_call(request, response, error, seconds=time.monotonic() - started)
        raise
    log_call(request, response, None, seconds=time.monotonic() - started)
    return value


def understand(response: Response, parse: Callable[[Response], Value]) -> Value:
    """Parse, and give an error about a single field the status and the log id of the answer it was in."""
    try:
        return parse(response)
    except UnreadableAnswer as error:
        error.http_status = response.status
        error.log_id = error.log_id or peek(response)[1]
        raise


def log_call(
    request: Request, response: Response | None, error: TikTokError | None, *, seconds: float
) -> None:
    """One line for one call: INFO where it went well, WARNING where it did not."""
    level = logging.WARNING if error else logging.INFO
    if not logger.isEnabledFor(level):
        return
    code, log_id = peek(response) if response else ("", "")
    status = response.status if response else error and error.http_status
    logger.log(
        level,
        "TikTok %s %s status=%s code=%s log_id=%s outcome=%s %d ms",
        request.method,
        request.label,
        status or "-",
        (error and error.code) or code or "-",
        log_id or "-",
        error.outcome if error else Outcome.OK,
        round(seconds * 1000),
    )
