"""Asking for the password once more before something that must not be done from a laptop left open (R-04).

allauth asks for its own pages (e-mail, password); this is the same question for ours. It differs from `access`, which
asks who the visitor is and what they may do.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from allauth.account import app_settings
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY, get_authentication_records
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

View = Callable[..., HttpResponseBase]

SIGNED_IN_AT = "signed_in_at"
"""When this session began, in seconds: allauth keeps that of a sign-in by password, not of one by a link in a mail."""


@receiver(user_logged_in, dispatch_uid="accounts.proof")
def remember_sign_in(request: HttpRequest, user: Any, **_: Any) -> None:
    """What was given to sign in counts on allauth's pages too, which look for what was given once more."""
    request.session[SIGNED_IN_AT] = time.time()
    given = [record | {"reauthenticated": True} for record in get_authentication_records(request, user)]
    if given:
        request.session[AUTHENTICATION_METHODS_SESSION_KEY] = given


def is_proven(request: Any) -> bool:
    """Whether who is here signed in, or gave their password again, within the last five minutes.

    Somebody who has no password can't be asked for it.
    """
    if not request.user.has_usable_password():
        return True
    given = [record["at"] for record in get_authentication_records(request, request.user)]
    latest = max([*given, request.session.get(SIGNED_IN_AT, 0.0)])
    return bool(time.time() - latest < app_settings.REAUTHENTICATION_TIMEOUT)


def ask(back: str) -> HttpResponseRedirect:
    """To the question for the password, and from there to `back`, an address of ours that is read."""
    return HttpResponseRedirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': back})}")


def proven_lately(back: Callable[[HttpRequest], str]) -> Callable[[View], View]:
    """What the view does by POST is done only for somebody who is proven; anybody else is asked.

    They are led on to `back(request)`: the form is sent again by the person. allauth would replay it by itself,
    around the middleware that knows the workspace.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method == "POST" and not is_proven(request):
                return ask(back(request))
            return view(request, *args, **kwargs)

        return guarded

    return guard


def same_page(request: HttpRequest) -> str:
    """For a form that stands on the page it is sent to."""
    return request.path
