"""One name for everything that one request leaves behind: its answer, its log lines, its audit events (R-56, R-72).

The id is always our own: one that a visitor sent could name somebody else's request. Work outside of a request, such as
a task's, has none.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-ID"


@dataclass(frozen=True)
class Trace:
    """A request that is being answered."""

    id: UUID
    request: HttpRequest

    @property
    def ip(self) -> str:
        """Where it came from, behind as many proxies as are trusted."""
        from allauth.account.adapter import get_adapter  # has models, which logging comes before

        return str(get_adapter().get_client_ip(self.request))


_now: ContextVar[Trace | None] = ContextVar("trace", default=None)


def current() -> Trace | None:
    """The request that is being answered; None outside of one."""
    return _now.get()


def current_id() -> str:
    """Its id as text, empty outside of one."""
    trace = _now.get()
    return str(trace.id) if trace else ""


class RequestIdMiddleware:
    """Stands first, so that whatever answers carries the id."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        trace = Trace(uuid4(), request)
        token = _now.set(trace)
        try:
            response = self.get_response(request)
        finally:
            _now.reset(token)
        response[HEADER] = str(trace.id)
        return response
