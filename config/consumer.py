"""Celery's consumer, sooner back at work after the broker was away.

Celery waits longer and longer between two tries, in the end 30 s, and gives no setting for it; posts that fall due
in those seconds would be late for nothing (F-31).

Nor does it hide from its loop that a message could not be acknowledged: Celery logs that and goes on, but each such
message keeps its place among those in hand, and with all places taken the worker never asks for another one.
"""

from __future__ import annotations

import functools
from typing import Any

from celery.worker import consumer

TRIES = {"interval_start": 0.2, "interval_step": 0.4, "interval_max": 3.0}  # seconds


class Consumer(consumer.Consumer):  # type: ignore[misc]
    """Named in `CELERY_WORKER_CONSUMER`."""

    connection_errors: Any

    def ensure_connected(self, conn: Any) -> Any:
        conn.ensure_connection = functools.partial(conn.ensure_connection, **TRIES)
        return super().ensure_connected(conn)

    def update_strategies(self) -> None:
        """Have requests swallow no error of the connection: the loop meets it, and connects anew."""
        errors, self.connection_errors = self.connection_errors, ()
        try:
            super().update_strategies()
        finally:
            self.connection_errors = errors
