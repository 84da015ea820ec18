"""The pure clients of `tiktok.client`, made from the settings. Nothing else here knows an address or the secret.

Two rules hold for every call, because every call goes through `transport()` or through a client that
`async_api_client` made: without an app of one's own nothing reaches TikTok, and no call is made while a database
transaction is open. The one exception to the second is the renewal of a token, whose row lock is the point (R-36).
"""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.db import connection

from tiktok.client import OAuthClient, Remedy, RequestsTransport, Secret, TikTokClient, TikTokError, Transport
from tiktok.client.aio import AsyncTikTokClient, AsyncTransport
from tiktok.client.wire import Request, Response


class NotConfigured(TikTokError):
    """This server has no TikTok app: `TIKTOK_CLIENT_KEY` or `TIKTOK_CLIENT_SECRET` is empty. Nothing was sent."""

    default_remedy = Remedy.APP_CONFIG
    stand_in = ""


class OpenTransaction(RuntimeError):
    """A call to TikTok was about to be made while a database transaction was open."""


class OutsideTransactions:
    """Refuses to call while rows are locked or writes wait: a slow answer must never hold them."""

    def __init__(self, inner: Transport) -> None:
        self._inner = inner

    def send(self, request: Request, *, deadline: float) -> Response:
        _check_outside_transactions(request.label)
        return self._inner.send(request, deadline=deadline)


def is_configured() -> bool:
    """Whether this server has a TikTok app of its own."""
    return bool(settings.TIKTOK_CLIENT_KEY and settings.TIKTOK_CLIENT_SECRET)


def webhook_secrets() -> tuple[Secret, ...]:
    """What TikTok may sign its events with: the app's secret, and the one before it while that is being changed."""
    known = (settings.TIKTOK_CLIENT_SECRET, settings.TIKTOK_CLIENT_SECRET_PREVIOUS)
    return tuple(Secret(secret) for secret in known if secret)


def transport() -> Transport:
    """The guarded way out. Raises `NotConfigured` where there is no app."""
    return OutsideTransactions(_way_out())


def api_client() -> TikTokClient:
    """The data and posting API."""
    return TikTokClient(transport=transport(), api_base_url=settings.TIKTOK_API_BASE_URL)


def async_api_client(transport: AsyncTransport) -> AsyncTikTokClient:
    """The posting API inside an event loop, on that loop's transport. Raises `NotConfigured`, `OpenTransaction`.

    Make it where the work is prepared, before the loop runs: from inside, Django shows another connection than the
    thread's own, so a transaction could no longer be seen.
    """
    _check_configured()
    _check_outside_transactions("The asynchronous client")
    return AsyncTikTokClient(transport=transport, api_base_url=settings.TIKTOK_API_BASE_URL)


def oauth_client() -> OAuthClient:
    """Consent, exchange, revoke."""
    return _oauth(transport())


def renewal_client() -> OAuthClient:
    """For `tokens` alone: it calls while it holds the account's row."""
    return _oauth(_way_out())


def _oauth(way_out: Transport) -> OAuthClient:
    return OAuthClient(
        transport=way_out,
        client_key=settings.TIKTOK_CLIENT_KEY,
        client_secret=Secret(settings.TIKTOK_CLIENT_SECRET),
        redirect_uri=settings.TIKTOK_REDIRECT_URI,
        api_base_url=settings.TIKTOK_API_BASE_URL,
        auth_base_url=settings.TIKTOK_AUTH_BASE_URL,
    )


def _way_out() -> Transport:
    _check_configured()
    return _shared()


def _check_outside_transactions(what: str) -> None:
    if connection.in_atomic_block:
        raise OpenTransaction(f"{what} was called inside a database transaction.")


def _check_configured() -> None:
    if not is_configured():
        raise NotConfigured("This server has no TikTok app.", request_sent=False)


@lru_cache(maxsize=1)
def _shared() -> RequestsTransport:
    return RequestsTransport()
