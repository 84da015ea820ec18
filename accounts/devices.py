"""The browsers that a person is signed in with: which, when they were last seen, and how they are signed out (R-05).

allauth keeps the rows, one for each session; a session that ends goes with its row, so the next request of that browser
is nobody's. `sign_in_news` tells the person of a browser that was never seen before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.core.internal.httpkit import HTTP_USER_AGENT_MAX_LENGTH
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from allauth.usersessions.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

if TYPE_CHECKING:
    from accounts.models import User

SEEN_TO_WITHIN = timedelta(minutes=1)

# The first that is found counts: most browsers name others besides themselves.
BROWSERS = (
    ("Edge", "Edg"),
    ("Opera", r"OPR/|OPiOS/"),
    ("Samsung Internet", "SamsungBrowser/"),
    ("Firefox", "Firefox/|FxiOS/"),
    ("Chrome", "Chrome/|CriOS/"),
    ("Safari", "Safari/"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("ChromeOS", "CrOS"),
    ("Mac", "Macintosh|Mac OS X"),
    ("Linux", "Linux"),
)


def words_for(user_agent: str) -> str:
    """`Firefox on Linux`; what a browser says of itself is only ever a hint."""
    browser, system = _first(BROWSERS, user_agent), _first(SYSTEMS, user_agent)
    if system:
        return f"{browser or 'A browser'} on {'an ' if system in {'iPhone', 'iPad'} else ''}{system}"
    return browser or "An unknown browser"


def _first(kinds: Iterable[tuple[str, str]], user_agent: str) -> str:
    return next((name for name, sign in kinds if re.search(sign, user_agent)), "")


@dataclass(frozen=True)
class Shown:
    """One open session, for the person it belongs to, who looks from `request`."""

    row: UserSession
    request: HttpRequest

    @property
    def words(self) -> str:
        return words_for(self.row.user_agent)

    @property
    def is_this(self) -> bool:
        return bool(self.row.session_key == self.request.session.session_key)


class SeenMiddleware:
    """Keeps when each signed-in browser was last seen, to the minute: a look at its row, rarely a write.

    A page that asks by itself for news of a post says nothing about who sits before it, and must cost little.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asks_by_itself = request.method == "GET" and "HX-Request" in request.headers
        if request.session.session_key and not asks_by_itself and request.user.is_authenticated:
            _see(request)
        return self.get_response(request)


@receiver(user_logged_in, dispatch_uid="accounts.devices.begin")
def begin(request: HttpRequest, user: User, **_: Any) -> None:
    """The row is there from the first moment, by whatever door somebody came in."""
    UserSession.objects.get_or_create(
        session_key=request.session.session_key,
        defaults={
            "user": user,
            "ip": get_account_adapter().get_client_ip(request),
            "user_agent": request.META.get("HTTP_USER_AGENT", "")[:HTTP_USER_AGENT_MAX_LENGTH],
        },
    )


def _see(request: HttpRequest) -> None:
    row = UserSession.objects.filter(session_key=request.session.session_key).only("last_seen_at").first()
    if row is None or timezone.now() - row.last_seen_at > SEEN_TO_WITHIN:
        UserSession.objects.create_from_request(request)


def sessions_of(person: User) -> list[UserSession]:
    """Those that are open, the last seen first; rows of sessions that are over go."""
    rows: list[UserSession] = UserSession.objects.purge_and_list(person)
    return sorted(rows, key=lambda row: row.last_seen_at, reverse=True)


def end(sessions: Iterable[UserSession]) -> None:
    """Their browsers are signed out from the next request on."""
    get_adapter().end_sessions(sessions)


def end_others(request: HttpRequest, person: User) -> int:
    """Signs out every browser of the person but this one; how many there were."""
    others = [row for row in sessions_of(person) if row.session_key != request.session.session_key]
    end(others)
    return len(others)


@receiver([authenticator_added, authenticator_removed, authenticator_reset], dispatch_uid="accounts.devices")
def leave_no_old_session(request: HttpRequest, user: User, **_: Any) -> None:
    """Whoever was signed in before the second step changed has to pass it as it is now (R-05)."""
    end_others(request, user)
