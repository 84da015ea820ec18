"""How allauth behaves here: links from our own settings, redirects that stay on this site.

allauth builds links from the Host header of whoever asked; a reset link in somebody else's mailbox must not follow
what an attacker sent there (R-33).
"""

from __future__ import annotations

import logging
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal.httpkit import get_client_ip
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from accounts import hours
from accounts.devices import words_for
from accounts.models import User

log = logging.getLogger(__name__)

NOBODY = "0.0.0.0"

WAYS = {
    "reauthenticate": "Use your password",
    "mfa_reauthenticate": "Use a code",
    "mfa_reauthenticate:webauthn": "Use a passkey",
}


class AccountAdapter(DefaultAccountAdapter):
    """The hooks of allauth that differ from its defaults."""

    def render_mail(
        self, template_prefix: str, email: str, context: dict[str, Any], headers: Any = None
    ) -> Any:
        """Every link in every mail starts with `PUBLIC_BASE_URL`, whatever the request said."""
        ours = {name: public_url(value) for name, value in context.items() if name.endswith("_url")}
        ours["reset_url"] = public_url(reverse("account_reset_password"))
        device = {"device": words_for(context["user_agent"])} if "user_agent" in context else {}
        site = SimpleNamespace(name="Oncue", domain=urlsplit(settings.PUBLIC_BASE_URL).netloc)
        return super().render_mail(
            template_prefix, email, context | ours | device | {"current_site": site}, headers
        )

    def send_notification_mail(self, template_prefix: str, user: User, *args: Any, **kwargs: Any) -> None:
        """With times as they are written for `user`; a mail server that is down stops nothing of what it tells of.

        allauth sends it in the middle of its work, before recovery codes are made for a first passkey.
        """
        try:
            with hours.following(user):
                super().send_notification_mail(template_prefix, user, *args, **kwargs)
        except OSError:
            log.exception("The mail %s to %s could not be sent", template_prefix, user.pk)

    def login(self, request: HttpRequest, user: User) -> None:
        request.is_first_sign_in = user.last_login is None  # type: ignore[attr-defined]
        super().login(request, user)

    def get_client_ip(self, request: HttpRequest) -> str:
        """A server behind a socket names nobody: its visitors share one address, and one limit.

        A request that came past fewer proxies than are trusted is from whoever connected.
        """
        try:
            return get_client_ip(request) or NOBODY
        except ImproperlyConfigured:
            return request.META.get("REMOTE_ADDR") or NOBODY

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """In our words; the password first."""
        ways: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [way | {"description": WAYS.get(way["id"], way["description"])} for way in ways]

    def is_safe_url(self, url: str | None) -> bool:
        """Only paths of this site: a scheme or a host, even our own, is refused."""
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        user.name = form.cleaned_data.get("name", "")
        saved: User = super().save_user(request, user, form, commit)
        return saved


def public_url(url: str) -> str:
    """The same path and query under `PUBLIC_BASE_URL`."""
    parts = urlsplit(url)
    return settings.PUBLIC_BASE_URL + parts._replace(scheme="", netloc="").geturl()
