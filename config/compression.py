"""Pages travel compressed, whether or not a proxy stands before us; static files are compressed when collected.

Files are left as they are: a range of a video is counted in its own bytes. Django pads each answer by a random
length, and masks CSRF tokens anew each time, so that no secret can be guessed from sizes (BREACH).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.middleware.gzip import GZipMiddleware

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase


class CompressPages(GZipMiddleware):
    """Django's, for answers in HTML."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        is_page = response.get("Content-Type", "").startswith("text/html")
        return super().process_response(request, response) if is_page else response
