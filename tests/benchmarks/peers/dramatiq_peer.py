"""Dramatiq on Redis: messages with a delay. Imported by its command line."""

from __future__ import annotations

import dramatiq
import redis
import work
from dramatiq.brokers.redis import RedisBroker

broker = RedisBroker(client=redis.Redis.from_url(work.REDIS))
dramatiq.set_broker(broker)
publish = dramatiq.actor(work.publish)
