"""The backend itself; Django wants a module of this name in the package that `ENGINE` names."""

from __future__ import annotations

import random
import time
from typing import Any

import psycopg
from django.db.backends.postgresql import base

WAIT_SECONDS = 5.0
PAUSE = (0.05, 0.15)  # seconds; spread, so that those who wait do not come back together
# libpq reports no SQLSTATE for a refused connection, so the sentence must do (53300 and 57P03, English servers).
FULL_OR_STARTING = (
    "too many clients",
    "too many connections",
    "remaining connection slots",
    "the database system is starting up",
)


def will_pass(error: psycopg.OperationalError) -> bool:
    """Whether the server is there and only has no room, or is not ready, just now."""
    return any(sentence in str(error) for sentence in FULL_OR_STARTING)


class DatabaseWrapper(base.DatabaseWrapper):
    """Queues for a connection for 5 s, then raises what the server said (F-35).

    A server that is not there at all is told at once: waiting for it would only pile up whoever asks.
    """

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        deadline = time.monotonic() + WAIT_SECONDS
        while True:
            try:
                return super().get_new_connection(conn_params)
            except psycopg.OperationalError as error:
                if not will_pass(error) or time.monotonic() > deadline:
                    raise
            time.sleep(random.uniform(*PAUSE))
