"""One part of a stored file, as a player or TikTok asks for it by the `Range` header (RFC 9110, section 14)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse

from scheduler.files import blocks

if TYPE_CHECKING:
    from django.http import HttpRequest

RANGE = re.compile(r"^bytes=(\d{0,15})-(\d{0,15})$")


def part(wanted: str, size: int) -> tuple[int, int] | None:
    """First and last byte asked for; the whole file where nothing is asked, None where that part does not exist."""
    if not wanted:
        return 0, size - 1
    match = RANGE.match(wanted)
    if match is None or not any(match.groups()):
        return None
    if not match[1]:
        return (max(0, size - int(match[2])), size - 1) if int(match[2]) else None
    first, last = int(match[1]), min(int(match[2] or size), size - 1)
    return (first, last) if first <= last else None


def send_part(
    request: HttpRequest, key: str, size: int, content_type: str, headers: Mapping[str, str]
) -> HttpResponseBase:
    """The stored file, whole or the part that is asked for; to HEAD the same headers and no byte."""
    wanted = request.headers.get("Range", "")
    span = part(wanted, size)
    if span is None:
        return HttpResponse(status=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    first, last = span
    told = {**headers, "Accept-Ranges": "bytes", "Content-Length": str(last - first + 1)}
    if wanted:
        told["Content-Range"] = f"bytes {first}-{last}/{size}"
    status = 206 if wanted else 200
    if request.method == "HEAD":
        return HttpResponse(status=status, content_type=content_type, headers=told)
    return StreamingHttpResponse(
        blocks(key, first, last), status=status, content_type=content_type, headers=told
    )
