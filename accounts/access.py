"""Who may open a page: every view carries one of these markers, and a test walks all routes for it (R-15).

`workspace_required` asks for a role in the workspace of the address, `signed_in` for a person, `public` for
nobody, with a reason. The address alone says which workspace (R-11); `accounts.middleware` has resolved it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django_htmx.http import HttpResponseClientRedirect

from accounts.permissions import Action, NotAllowed, check_can

View = Callable[..., HttpResponseBase]


class Audience(StrEnum):
    """Who a page is for."""

    WORKSPACE = "workspace"  # members whose role includes the action
    SIGNED_IN = "signed_in"  # any person with an account
    PUBLIC = "public"  # anyone at all


@dataclass(frozen=True)
class Policy:
    """What a view asks of its visitor; `view.access_policy`."""

    audience: Audience
    action: Action | None = None
    reason: str = ""


def workspace_required(action: Action) -> Callable[[View], View]:
    """The visitor is a member of the workspace in the address, in a role that includes the action.

    Anonymous visitors are sent to sign in, strangers get 404 (both by the middleware), members without the role
    get 403 with the sentence of `check_can`.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                check_can(request.membership, action)
            except NotAllowed as refusal:
                raise PermissionDenied(str(refusal)) from refusal
            return view(request, *args, **kwargs)

        return _stamped(guarded, Policy(Audience.WORKSPACE, action))

    return guard


def signed_in(view: View) -> View:
    """The visitor has signed in; anyone else is sent to do so."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return to_sign_in(request)
        return view(request, *args, **kwargs)

    return _stamped(guarded, Policy(Audience.SIGNED_IN))


def public(reason: str) -> Callable[[View], View]:
    """Anyone may open the page, for a written reason."""

    def mark(view: View) -> View:
        @wraps(view)
        def unguarded(*args: Any, **kwargs: Any) -> HttpResponseBase:
            return view(*args, **kwargs)

        return _stamped(unguarded, Policy(Audience.PUBLIC, reason=reason))

    return mark


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """The way to the sign-in page and back; htmx is told to move the whole page, not one fragment."""
    redirect = redirect_to_login(request.get_full_path())
    if request.headers.get("HX-Request") == "true":
        return HttpResponseClientRedirect(redirect.url)
    return redirect


def _stamped(view: View, policy: Policy) -> View:
    view.access_policy = policy  # type: ignore[attr-defined]
    return view
