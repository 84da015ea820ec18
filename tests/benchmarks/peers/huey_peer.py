"""Huey on Redis: tasks with an ETA. Imported by its consumer."""

from __future__ import annotations

import work
from huey import RedisHuey

huey = RedisHuey("bench", url=work.REDIS, utc=True)
publish = huey.task()(work.publish)
