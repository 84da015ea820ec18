"""A person's own pages stand beside the rail of a workspace, though they belong to none.

Which one is a matter of looks alone: that of the link that led here (`?from=<slug>`, kept for the session), else the
first. It is read from the person's memberships each time (R-08), and what they may do nowhere depends on it (R-11).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponseBase

from accounts.models import Membership
from accounts.scopes import workspace_scope

View = Callable[..., HttpResponseBase]

CAME_FROM = "came_from"
"""The slug, in the session."""

BESIDE, ALONE = "base.html", "accounts/me/alone.html"


def beside_rail(view: View) -> View:
    """The request gets a `workspace` and a `membership` to draw the rail with, and `frame`, the template to extend."""

    @wraps(view)
    def framed(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.frame = ALONE
        if request.user.is_authenticated and (membership := _shown(request)):
            request.frame, request.membership, request.workspace = BESIDE, membership, membership.workspace
            request.tenancy.enter_context(workspace_scope(membership.workspace))
        return view(request, *args, **kwargs)

    return framed


def _shown(request: Any) -> Membership | None:
    mine = Membership.objects.select_related("workspace").filter(user=request.user)
    asked = request.GET.get("from", "")
    if asked and asked != request.session.get(CAME_FROM) and mine.filter(workspace__slug=asked).exists():
        request.session[CAME_FROM] = asked
    came_from = mine.filter(workspace__slug=request.session.get(CAME_FROM, "")).first()
    return came_from or mine.order_by("workspace__name").first()


def zone_of(request: Any) -> str:
    """The zone in which such a page says its times: the rail's, which names it."""
    workspace = getattr(request, "workspace", None)
    return workspace.time_zone if workspace else "UTC"
