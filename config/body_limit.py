"""No request is larger than a form of ours, unless it is one part of an upload.

Django limits the fields of a form but not its files, and writes those to the disk before it knows who sends them. What
an upload may bring is for `scheduler.uploads` to say; a proxy in front may well be stricter.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from django.conf import settings
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import render

from scheduler.views.uploads import PART

TOO_LARGE = 413
BLOCK = 64 * 1024
SWALLOWED = 64 * 1024 * 1024
"""Bytes that are read and thrown away: a browser whose form is not read to its end shows no answer to it."""


class BodyLimit:
    """Answers 413 in the place of whatever would read a longer form; nothing of it is kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.content_type == PART or _length(request) <= settings.LARGEST_FORM_BYTES:
            return self.get_response(request)
        _swallow(request)
        return render(request, "413.html", status=TOO_LARGE)


def _length(request: HttpRequest) -> int:
    """What it says of itself; no more than that is ever read of it."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _swallow(request: HttpRequest) -> None:
    left = SWALLOWED
    with suppress(UnreadablePostError):  # whoever has gone needs no answer
        while left > 0 and (block := request.read(BLOCK)):
            left -= len(block)
