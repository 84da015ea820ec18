"""How often something happened today that leaves no row, such as a forged webhook. For the operator to see.

Counted in the cache, so a count may be lost with it; what must be known for certain is a row or an audit event.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.core.cache import cache
from django.utils import timezone
from redis.exceptions import RedisError

KEPT_FOR = timedelta(days=8)

logger = logging.getLogger(__name__)


def count(name: str) -> None:
    """One more of `name` today. Without a cache the log line of the caller is all there is."""
    key = _key(name)
    try:
        cache.add(key, 0, KEPT_FOR.total_seconds())
        cache.incr(key)
    except (RedisError, ValueError) as error:  # ValueError: the key was evicted in between
        logger.warning("Not counted: %s: %s", name, error)


def of_today(name: str) -> int:
    """How many there were since midnight, UTC."""
    return int(cache.get(_key(name), 0))


def _key(name: str) -> str:
    return f"tally:{timezone.now():%Y-%m-%d}:{name.replace(' ', '_')}"
