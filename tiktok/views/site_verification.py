"""The files by which TikTok sees that this site is the operator's (`tiktok-api.md` section 7.3)."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.access import public


@public("TikTok fetches the file to see who owns the site; its content is meant for everyone.")
@require_safe
def signature_file(request: HttpRequest, code: str) -> HttpResponse:
    """One of the files of `TIKTOK_SITE_VERIFICATION`, by its exact name."""
    content = settings.TIKTOK_SITE_VERIFICATION.get(f"tiktok{code}.txt")
    if content is None:
        raise Http404("No such file.")
    return HttpResponse(content, content_type="text/plain")
