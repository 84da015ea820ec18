"""What we ask of the broker: that it refuses when it is full, rather than forgets (F-31).

Wake-ups that vanish are made good within a minute, because the rows are the schedule. A broker that evicts would
also drop the counts of the rate limits and the signs of life, silently and for good.
"""

from __future__ import annotations

import logging

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

log = logging.getLogger(__name__)
WANTED = "noeviction"
SECONDS = 2.0


class Evicts(Exception):
    """The broker runs with another `maxmemory-policy`; the sentence says which and what to set."""


def check_nothing_is_evicted() -> None:
    """Raises `Evicts`, or `redis.RedisError` where nobody answers."""
    with redis.Redis.from_url(
        settings.REDIS_URL, decode_responses=True, socket_timeout=SECONDS, retry=Retry(NoBackoff(), 0)
    ) as client:
        found = client.info("memory")["maxmemory_policy"]
    if found != WANTED:
        raise Evicts(
            f"Redis runs with maxmemory-policy {found}: set it to {WANTED}, or it drops what it holds."
        )


def refuse_one_that_evicts() -> None:
    """At a worker's start: end the process with the sentence. A broker that is not there yet is awaited by Celery."""
    try:
        check_nothing_is_evicted()
    except Evicts as error:
        raise SystemExit(str(error)) from error
    except redis.RedisError as error:
        log.warning("The broker did not answer at the start: %s", error)
