"""One trip to TikTok and back: the `state` that a browser carries, and what it proves on its return (R-30).

256 random bits, stored as a hash, good for ten minutes and once. Taking it is the first thing that a callback
does, before the code is exchanged, whatever follows.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from accounts.tenancy import CrossTenant, cross_tenant
from tiktok.models import ConnectLink, OAuthState, Purpose, TikTokAccount

if TYPE_CHECKING:
    from accounts.models import User, Workspace

LIFETIME = timedelta(minutes=10)


class UnknownTrip(Exception):
    """The state is missing, forged, used, too old, or belongs to another person or session."""


def begin(
    *,
    workspace: Workspace,
    by: User,
    session_key: str,
    account: TikTokAccount | None = None,
    link: ConnectLink | None = None,
) -> str:
    """The state to send along. `account` is the one to renew; `link` brings a creator for `by`, who made it."""
    state = secrets.token_urlsafe(32)
    OAuthState.objects.create(
        workspace=workspace,
        state_hash=hashed(state),
        session_hash=hashed(session_key),
        user=by,
        purpose=Purpose.RECONNECT if account else Purpose.CONNECT,
        account=account,
        link=link,
        expires_at=timezone.now() + LIFETIME,
    )
    return state


def take(state: str, *, user: User | None, session_key: str) -> OAuthState:
    """The trip that this state began, now used up. Raises `UnknownTrip`, which says no more than that.

    Who went by a link is known by the browser's session alone, everyone else by their person too.
    """
    with cross_tenant(CrossTenant.OAUTH_CALLBACK), transaction.atomic():
        rows = OAuthState.objects.select_related("link__workspace").select_for_update(of=("self",))
        trip: OAuthState | None = rows.filter(state_hash=hashed(state)).first()
        if trip is not None:
            OAuthState.objects.filter(pk=trip.pk).delete()
    if trip is None or trip.expires_at <= timezone.now():
        raise UnknownTrip
    if not secrets.compare_digest(trip.session_hash, hashed(session_key)):
        raise UnknownTrip
    if trip.link_id is None and (user is None or trip.user_id != user.pk):
        raise UnknownTrip
    return trip


def forget_old() -> None:
    """Remove the states of trips that never came back."""
    OAuthState.objects.filter(expires_at__lte=timezone.now()).delete()


def hashed(value: str) -> str:
    """What is kept of a secret that is only ever compared."""
    return hashlib.sha256(value.encode()).hexdigest()
