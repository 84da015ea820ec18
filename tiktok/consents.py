"""Between a new consent and the end of an old one: the two never cross (R-35, R-39).

TikTok ends a whole app for a creator, not one grant of it. A code that is being exchanged belongs to a creator whom we
do not know yet; so while any exchange is on its way no grant is ended, and an exchange waits for an ending that has
begun. Held in PostgreSQL for all processes, by the connection rather than a transaction: TikTok is called inside.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

LOCK = 0x6F6E6375
"""Any number that nothing else in this database locks."""


@contextmanager
def receiving() -> Iterator[None]:
    """From before a code is exchanged until the creator's row is stored. Many at once; waits for an ending."""
    _ask("pg_advisory_lock_shared")
    try:
        yield
    finally:
        _ask("pg_advisory_unlock_shared")


@contextmanager
def ending() -> Iterator[bool]:
    """Whether a grant may be ended now. Waits for nobody: the outbox comes again."""
    mine = _ask("pg_try_advisory_lock")
    try:
        yield mine
    finally:
        if mine:
            _ask("pg_advisory_unlock")


def _ask(function: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [LOCK])
        return cursor.fetchone()[0] is True
