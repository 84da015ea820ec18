"""Answers as TikTok writes them, for the tests of the pure half."""

from __future__ import annotations

import json
from typing import Any

from tiktok.client.wire import Response


def ok(data: dict[str, Any] | None = None, *, status: int = 200, log_id: str = "LOG1") -> Response:
    """A success of a data API."""
    return envelope("ok", data, status=status, log_id=log_id)


def envelope(
    code: str,
    data: dict[str, Any] | None = None,
    *,
    status: int = 200,
    log_id: str = "LOG1",
    message: str = "",
) -> Response:
    """Any answer of a data API; without `data` the key is absent."""
    document: dict[str, Any] = {"error": {"code": code, "message": message, "log_id": log_id}}
    return answer(document if data is None else {"data": data, **document}, status=status)


def answer(document: object, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Any JSON."""
    return Response(status, headers or {}, json.dumps(document).encode())


def html(status: int = 200) -> Response:
    """What a gateway says."""
    return Response(status, {"content-type": "text/html"}, b"<html><body>Bad gateway</body></html>")
