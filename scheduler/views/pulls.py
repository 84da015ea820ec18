"""What TikTok fetches: the files of a post that is going out now, at addresses that nobody can guess.

Members look at their files under their workspace (`views.media`); nothing here knows a session or sets a cookie.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponseBase
from django.views.decorators.http import require_safe

from accounts.access import public
from scheduler import pulls
from scheduler.views.ranges import part, send_part

if TYPE_CHECKING:
    from django.http import HttpRequest

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "private, no-store",
}


@public("TikTok fetches posts here; the address is signed, made for one attempt, and closed when it ends.")
@require_safe
def pull(request: HttpRequest, pull_token: str, pull_suffix: str) -> HttpResponseBase:
    """The file, or the part of it that is asked for. Served only after that is on record; HEAD sends no byte."""
    try:
        file = pulls.look_up(pull_token)
        if request.method == "GET" and part(request.headers.get("Range", ""), file.size):
            file = pulls.serve(pull_token)
    except pulls.NotServed:
        raise Http404("Nothing is served here.") from None
    return send_part(request, file.key, file.size, file.content_type, HEADERS)
