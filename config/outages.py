"""The page for when a server of ours is away: 503, a sentence, and when to come back (F-33, F-34, F-35).

Told from a fault of our own (500), because here a reload is all it takes. A webhook's sender reads the status alone
and delivers again.
"""

from __future__ import annotations

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import loader
from kombu.exceptions import OperationalError as BrokerError
from redis import RedisError

from accounts import tracing

AWAY = (OperationalError, InterfaceError, RedisError, BrokerError)
COME_BACK = 10  # seconds


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's `handler500`: called while the exception is being handled."""
    if not isinstance(sys.exc_info()[1], AWAY):
        page = loader.get_template("500.html").render({"request_id": tracing.current_id()})
        return HttpResponse(page, status=500, headers={"Cache-Control": "no-store"})
    page = loader.get_template("503.html").render()
    return HttpResponse(
        page, status=503, headers={"Retry-After": str(COME_BACK), "Cache-Control": "no-store"}
    )
