"""The app's side of consent: the authorize address, exchange, refresh, revoke (`tiktok-api.md` section 2).

These calls carry the client secret; the calls with a person's token stand in `api`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from tiktok.client.api import API_BASE_URL, CALL_DEADLINE
from tiktok.client.calls import perform
from tiktok.client.grants import (
    build_authorize_url,
    build_exchange,
    build_refresh,
    build_revoke,
    parse_revoked,
    parse_tokens,
)
from tiktok.client.secret import Secret
from tiktok.client.types import TokenPair
from tiktok.client.wire import Transport

AUTH_BASE_URL: Final = "https://www.tiktok.com"


class OAuthClient:
    """One registered app: its key, its secret and its redirect URI, at one pair of base URLs."""

    def __init__(
        self,
        *,
        transport: Transport,
        client_key: str,
        client_secret: Secret,
        redirect_uri: str,
        api_base_url: str = API_BASE_URL,
        auth_base_url: str = AUTH_BASE_URL,
    ) -> None:
        self._transport = transport
        self._client_key = client_key
        self._client_secret = client_secret
        self._redirect_uri = redirect_uri
        self._base = api_base_url.rstrip("/")
        self._auth_base = auth_base_url.rstrip("/")

    def authorize_url(self, *, state: str, scopes: Iterable[str]) -> str:
        """Where to send the person's browser."""
        return build_authorize_url(
            self._auth_base,
            client_key=self._client_key,
            redirect_uri=self._redirect_uri,
            state=state,
            scopes=scopes,
        )

    def exchange(self, code: str, *, deadline: float = CALL_DEADLINE) -> TokenPair:
        """Tokens for a code from the callback. A code works once, and not for long."""
        request = build_exchange(
            self._base,
            client_key=self._client_key,
            client_secret=self._client_secret,
            code=code,
            redirect_uri=self._redirect_uri,
        )
        return perform(self._transport, request, parse_tokens, deadline=deadline)

    def refresh(self, refresh_token: Secret, *, deadline: float = CALL_DEADLINE) -> TokenPair:
        """A new pair. The token sent is dead afterwards, even where the answer is lost."""
        request = build_refresh(
            self._base,
            client_key=self._client_key,
            client_secret=self._client_secret,
            refresh_token=refresh_token,
        )
        return perform(self._transport, request, parse_tokens, deadline=deadline)

    def revoke(self, access_token: Secret, *, deadline: float = CALL_DEADLINE) -> None:
        """End the grant. Needs a live access token: refresh first."""
        request = build_revoke(
            self._base,
            client_key=self._client_key,
            client_secret=self._client_secret,
            access_token=access_token,
        )
        perform(self._transport, request, parse_revoked, deadline=deadline)
