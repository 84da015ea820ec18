"""What TikTok says of the creators of an import, once for all rows of an account.

A page that is opened asks TikTok anew, and so does every consent (tiktok-api.md 15 point 1). Only the table that a page
draws again while somebody mends its rows may repeat what that page was told a moment ago: TikTok answers twenty times
a minute, and people are quicker (5).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.cache import cache
from redis.exceptions import RedisError

from scheduler.creators import CreatorLook, look_at

if TYPE_CHECKING:
    from tiktok.models import TikTokAccount

REPEATED_FOR = timedelta(minutes=1)

logger = logging.getLogger(__name__)

Looks = dict[str, CreatorLook]
"""By the id of the account."""


def ask(accounts: Iterable[TikTokAccount], *, again: bool = False) -> Looks:
    """TikTok's answer for each account: asked at this moment or, drawn `again`, at most a minute ago."""
    return {str(account.pk): (_said(account) if again else None) or _asked(account) for account in accounts}


def _asked(account: TikTokAccount) -> CreatorLook:
    look = look_at(account)
    if look.info:
        try:
            cache.set(_key(account), look, REPEATED_FOR.total_seconds())
        except RedisError as error:
            logger.warning("TikTok will be asked about account %s again: %s", account.pk, error)
    return look


def _said(account: TikTokAccount) -> CreatorLook | None:
    try:
        found: CreatorLook | None = cache.get(_key(account))
    except RedisError as error:
        logger.warning("TikTok is asked about account %s again: %s", account.pk, error)
        return None
    return found


def _key(account: TikTokAccount) -> str:
    return f"import:creator:{account.pk}"
