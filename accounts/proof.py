"""Asking for the password once more before something that must not be done from a laptop left open (R-04).

allauth asks for its own pages (e-mail, password); this is the same question for ours. It differs from `access`, which
asks who the visitor is and what they may do.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from allauth.account.decorators import reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

View = Callable[..., HttpResponseBase]


def proven_lately(back: Callable[[HttpRequest], str]) -> Callable[[View], View]:
    """What the view does by POST is done only for somebody who gave their password within the last five minutes.

    Anybody else is asked for it, and led on to `back(request)`, a page to read: the form is sent again by the person.
    allauth would replay it by itself, around the middleware that knows the workspace.
    """

    def guard(view: View) -> View:
        strict = reauthentication_required(view, allow_get=True)

        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                return strict(request, *args, **kwargs)
            except ReauthenticationRequired:
                asks = reverse("account_reauthenticate")
                return redirect(f"{asks}?{urlencode({'next': back(request)})}")

        return guarded

    return guard
