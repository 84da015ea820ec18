"""The pages that show every component and every screen in each state, for people who build pages; debug only.

Apart from the product's pages: they hold invented data, need no sign-in and no database.
"""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from accounts.access import public
from accounts.templatetags.ui import LOOKS

SHEETS = ("index", "composer", "post", "calendar", "accounts", "confirm", "start", "landing")


@public("Shows invented data only, and only where DEBUG is on.")
def components(request: HttpRequest, sheet: str = "index") -> HttpResponse:
    """`/components/` and `/components/<sheet>/`; 404 outside debug and for unknown sheets."""
    if not settings.DEBUG or sheet not in SHEETS:
        raise Http404
    request.workspace = SimpleNamespace(  # type: ignore[attr-defined]
        name="Harbour Social", slug="harbour-social", time_zone="Europe/Lisbon"
    )
    invented = {
        "statuses": [status for status in LOOKS if status != "hold"],
        "zone": "Europe/Lisbon",
        "when": datetime(2026, 11, 20, 12, 30, tzinfo=UTC),
        "sheets": SHEETS,
        "caption": "Autumn loaf: the 24-hour cold proof that finally gave me an ear. Full recipe pinned 🍂 #sourdough",
    }
    name = "index" if sheet == "index" else f"sheets/{sheet}"
    return render(request, f"components/{name}.html", invented)


urlpatterns = [
    path("components/", components, name="components"),
    path("components/<slug:sheet>/", components, name="components_sheet"),
]
