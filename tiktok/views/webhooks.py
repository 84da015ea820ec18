"""Where TikTok pushes its events: the one address without a form token; a signature stands in for it (R-40)."""

from __future__ import annotations

import logging

from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.access import public
from accounts.tasks import worthless_after
from tiktok import tasks, webhooks

BEAT_ASKS_EVERY = 15
"""Seconds after which beat has asked for the same work."""

logger = logging.getLogger(__name__)


@csrf_exempt
@public("TikTok's servers have no account; nothing is read before its signature is checked.")
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """200 once the event is kept, at once; 401 and 413 keep nothing; 503 asks TikTok to send it again (R-44)."""
    declared = str(request.META.get("CONTENT_LENGTH", ""))
    if declared.isdecimal() and int(declared) > webhooks.LARGEST_BODY:
        return HttpResponse(status=413)
    try:
        webhooks.accept(header=request.headers.get("TikTok-Signature", ""), body=request.body)
    except webhooks.NotGenuine:
        return HttpResponse(status=401)
    except DatabaseError:
        logger.exception("A webhook could not be kept; TikTok will send it again")
        return HttpResponse(status=503)
    transaction.on_commit(_wake, robust=True)
    return HttpResponse(status=200)


def _wake() -> None:
    """Without a broker the event is kept all the same, and found by the next tick."""
    tasks.process_webhooks.apply_async(expires=worthless_after(BEAT_ASKS_EVERY), retry=False)
