"""A mail to somebody who signs in with a browser that never did so before (R-09).

A browser is known by a signed cookie of its own, which outlives sign-out. The first sign-in of all is no news.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import get_adapter
from allauth.account.signals import user_logged_in
from django.conf import settings
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

if TYPE_CHECKING:
    from accounts.models import User

COOKIE, SALT = "known_to", "accounts.sign_in_news"
KEPT = timedelta(days=365)
MOST = 5
"""People of whom one browser is known; of more, the first are forgotten."""


@receiver(user_logged_in, dispatch_uid="accounts.sign_in_news")
def tell_of_new_browser(request: HttpRequest, response: HttpResponse, user: User, **_: Any) -> None:
    known = (request.get_signed_cookie(COOKIE, "", salt=SALT) or "").split()
    if str(user.pk) not in known and not getattr(request, "is_first_sign_in", False):
        get_adapter(request).send_notification_mail("account/email/new_device", user)
    people = [*(each for each in known if each != str(user.pk)), str(user.pk)][-MOST:]
    response.set_signed_cookie(
        COOKIE,
        " ".join(people),
        salt=SALT,
        max_age=KEPT,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
