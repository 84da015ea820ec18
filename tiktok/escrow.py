"""A renewed pair between TikTok's answer and our commit: sealed, in the cache, for the next to find (R-38, F-22).

TikTok kills the old refresh token as it answers, so whoever dies before the commit would take the account's only way
in along. The copy is for one account and one generation; it goes with the commit, or after a day. It is a second
net: what is lost between the answer and this copy, or with the cache, needs a person to connect again.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from redis.exceptions import RedisError

from tiktok import vault
from tiktok.client import Secret, TokenPair
from tiktok.models import TikTokAccount

KEPT_FOR = timedelta(days=1)
SEALED = ("access_token", "refresh_token")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Found:
    """A pair that was never stored, and when TikTok was asked for it."""

    pair: TokenPair
    asked_at: datetime


def keep(account: TikTokAccount, pair: TokenPair, *, asked_at: datetime) -> None:
    """Put aside what is about to replace the account's pair. Without a cache the renewal goes on without the net."""
    sealed = {name: vault.seal(getattr(pair, name), **_place(account, name)) for name in SEALED}
    plain = {
        "open_id": pair.open_id,
        "scopes": sorted(pair.scopes),
        "expires_in": pair.expires_in,
        "refresh_expires_in": pair.refresh_expires_in,
        "asked_at": asked_at,
    }
    try:
        cache.set(_key(account), sealed | plain, KEPT_FOR.total_seconds())
    except RedisError as error:
        logger.warning("A renewed pair of account %s has no copy: %s", account.pk, error)


def find(account: TikTokAccount) -> Found | None:
    """What somebody got for the pair that the account has, and could not store."""
    try:
        kept: dict[str, Any] | None = cache.get(_key(account))
    except RedisError as error:
        logger.warning("Nobody knows whether account %s has a pair put aside: %s", account.pk, error)
        return None
    if kept is None:
        return None
    try:
        pair = TokenPair(
            access_token=_opened(account, "access_token", kept),
            refresh_token=_opened(account, "refresh_token", kept),
            open_id=kept["open_id"],
            scopes=frozenset(kept["scopes"]),
            expires_in=kept["expires_in"],
            refresh_expires_in=kept["refresh_expires_in"],
        )
    except vault.VaultError as error:
        logger.warning("The pair put aside for account %s: %s", account.pk, error)
        return None
    return Found(pair, kept["asked_at"])


def drop(account: TikTokAccount, *, generation: int) -> None:
    """The pair that replaced this generation is stored, or not wanted any more."""
    cache.delete(_key(account, generation))


def _opened(account: TikTokAccount, name: str, kept: dict[str, Any]) -> Secret:
    return vault.open_sealed(kept[name], **_place(account, name))


def _place(account: TikTokAccount, name: str) -> dict[str, Any]:
    """The ciphertext opens for this account, this creator and this generation, and nowhere in the database."""
    return {
        "table": "tiktok_escrow",
        "column": name,
        "row_id": account.pk,
        "workspace_id": account.workspace_id,
        "context": f"{account.open_id}:{account.generation}",
    }


def _key(account: TikTokAccount, generation: int | None = None) -> str:
    replaced = account.generation if generation is None else generation
    return f"escrow:{account.workspace_id}:{account.pk}:{replaced}"
