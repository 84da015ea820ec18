"""The one place where an address becomes a workspace (R-11), and where a visitor's own clock begins to count.

Runs before every view: where the route names a `workspace_slug`, the visitor is known to be a member, the request
gets its `workspace` and `membership`, and the scope is entered until the response is made.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase

from accounts import hours
from accounts.access import to_sign_in
from accounts.models import Membership
from accounts.scopes import workspace_scope


class WorkspaceMiddleware:
    """Anonymous visitors are sent to sign in; strangers get the 404 of an unknown workspace."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with hours.following(request.user), ExitStack() as request.tenancy:  # type: ignore[attr-defined]
            response = self.get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            response["Cache-Control"] = (
                "no-store, private"  # the next person at this browser sees no page of theirs
            )
        return response

    def process_view(
        self, request: Any, view: Any, args: Any, kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        if "workspace_slug" not in kwargs:
            return None
        if not request.user.is_authenticated:
            return to_sign_in(request)
        request.membership = _membership(request.user, kwargs["workspace_slug"])
        request.workspace = request.membership.workspace
        request.tenancy.enter_context(workspace_scope(request.workspace))
        return None


def _membership(user: Any, slug: str) -> Membership:
    found = Membership.objects.select_related("workspace").filter(user=user, workspace__slug=slug).first()
    if found is None:
        raise Http404("No such workspace.")
    return found
