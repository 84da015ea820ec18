"""Whether the workers take work, as people are told it: a banner on every page of theirs, and `/status/` (P14).

`heartbeat` knows when each part last took something; this says what its silence means for the posts. It differs from
`health`, whose answers are for machines and say one word.
"""

from __future__ import annotations

import functools
import logging
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe
from redis import RedisError

from accounts.access import public, signed_in
from config import heartbeat
from scheduler import traffic

if TYPE_CHECKING:
    from accounts.http import SignedInRequest
    from accounts.models import User

log = logging.getLogger(__name__)

LOOKS_AGAIN = 5.0
"""Seconds in which a process does not ask a broker again that did not answer: each page would wait for it anew."""

WORK = {
    "clock": ("Release", "Sends each post off at its minute."),
    "publish": ("Publishing", "Prepares posts at TikTok, asks what became of them, renews connections."),
    "uploads": ("Uploads", "Sends videos to TikTok, and checks the files that you upload."),
}
"""What people call a part, and what it does for them."""

UNCHANGED = 204

WAITS_TOO_LONG = timedelta(minutes=1)

known_zones = functools.cache(available_timezones)
"""Read once: it opens hundreds of files, and every open page asks for its banner."""


@dataclass(frozen=True)
class ServiceStatus:
    """Which parts take no work, and since when; or that nobody knows, because the queue does not answer."""

    quiet: dict[str, datetime] = field(default_factory=dict)
    unknown: bool = False

    @property
    def is_down(self) -> bool:
        return self.unknown or bool(self.quiet)

    @property
    def since(self) -> datetime | None:
        """The last time that a part which is quiet now took something; never later than now."""
        return min([*self.quiet.values(), datetime.now(UTC)]) if self.quiet else None

    @property
    def stamp(self) -> str:
        """Changes whenever the banner would look different."""
        parts = ".".join(f"{part}{at.timestamp():.0f}" for part, at in sorted(self.quiet.items()))
        return "unknown" if self.unknown else parts

    @property
    def title(self) -> str:
        if self.unknown:
            return "Posts may go out late."
        only_uploads = set(self.quiet) == {"uploads"}
        return "Videos are not being sent to TikTok." if only_uploads else "Posts are not going out."


class _Broker:
    """Until when this process leaves a broker alone that did not answer."""

    away_until = 0.0


def current() -> ServiceStatus:
    """What is known now. Never raises: a page is shown without the broker too."""
    if time.monotonic() < _Broker.away_until:
        return ServiceStatus(unknown=True)
    try:
        return ServiceStatus(heartbeat.quiet_since())
    except RedisError as error:
        log.warning("Nobody knows when the workers were last seen: %s", error)
        _Broker.away_until = time.monotonic() + LOOKS_AGAIN
        return ServiceStatus(unknown=True)


def for_pages(request: Any) -> dict[str, Any]:
    """Context processor: `service_status` is `current()`, asked once, and only where a template names it."""
    return {"service_status": functools.cache(current)}


@signed_in
@require_safe
def status_page(request: SignedInRequest) -> HttpResponse:
    """`?zone=Europe/Lisbon`: each part and when it last took work, what waits, what left, whether TikTok answers."""
    now = current()
    seen = {} if now.unknown else heartbeat.seen()
    going = traffic.traffic()
    waited = going.waited(datetime.now(UTC))
    context = {
        "service_status": now,
        "parts": [(*WORK[part], at, part in now.quiet) for part, at in seen.items()],
        "traffic": going,
        "waits_too_long": waited > WAITS_TOO_LONG,
        "zone": _zone_named(request) or _zone_of(request.user),
    }
    return render(request, "service_status.html", context)


def _zone_named(request: HttpRequest) -> str:
    """The zone that the address names; empty where there is none of that name."""
    zone = request.GET.get("zone", "")
    return zone if zone in known_zones() else ""


def _zone_of(person: User) -> str:
    """The zone of the person's workspaces, where they have one in common; else UTC."""
    zones = set(person.workspaces.values_list("time_zone", flat=True))
    return zones.pop() if len(zones) == 1 else "UTC"


@public(
    "A page that is open asks for its banner; whoever has no session any more gets nothing, and stays there."
)
@require_safe
def status_banner(request: HttpRequest) -> HttpResponse:
    """`?shown=…&zone=Europe/Lisbon`: the banner, or 204 while it would look the same."""
    now = current()
    if not request.user.is_authenticated or request.GET.get("shown") == now.stamp:
        return HttpResponse(status=UNCHANGED)
    context = {"service_status": now, "status_zone": _zone_named(request) or "UTC"}
    return render(request, "components/service_status.html", context)


urlpatterns = [
    path("status/", status_page, name="service_status"),
    path("status/banner/", status_banner, name="service_banner"),
]
