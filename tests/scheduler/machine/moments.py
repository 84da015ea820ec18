"""A clock that the test moves: the database's own functions, and what Python reads, run ahead by one interval."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.db.backends.signals import connection_created
from django.utils import timezone

from scheduler import clock, lease, staging

# Found before PostgreSQL's own, because the search path names its catalogue last.
INSTALL = """
CREATE TABLE public.test_moment (ahead interval NOT NULL);
INSERT INTO public.test_moment VALUES ('0');
CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS
    'SELECT pg_catalog.clock_timestamp() + ahead FROM public.test_moment';
CREATE FUNCTION public.statement_timestamp() RETURNS timestamptz LANGUAGE sql STABLE AS
    'SELECT pg_catalog.statement_timestamp() + ahead FROM public.test_moment';
"""
REMOVE = "DROP FUNCTION public.clock_timestamp(), public.statement_timestamp(); DROP TABLE public.test_moment"
LOOK_HERE = "SET search_path TO public, pg_catalog; SET lock_timeout TO '10s'"
LOOK_AS_EVER = "RESET search_path; RESET lock_timeout"

DEFAULTS = """
SELECT table_name, column_name FROM information_schema.columns
WHERE table_schema = 'public' AND column_default LIKE '%%clock_timestamp()'
"""


class Moments:
    """How far the clock was moved; it never goes back."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead.total_seconds()

    def pass_by(self, duration: timedelta) -> None:
        """Let so much time pass, for everyone."""
        if duration > timedelta(0):
            self.ahead += duration
            with connection.cursor() as cursor:
                cursor.execute("UPDATE public.test_moment SET ahead = %s", [self.ahead])

    def reach(self, instant: datetime) -> None:
        """Let time pass until `instant` is there."""
        self.pass_by(instant - clock.database_now())


@contextmanager
def movable_time(monkeypatch: pytest.MonkeyPatch) -> Iterator[Moments]:
    """Everything that reads a clock here reads this one, until the block ends."""
    moments = Moments()
    python = SimpleNamespace(monotonic=moments.monotonic, sleep=time.sleep)
    for module in (clock, lease, staging):
        monkeypatch.setattr(module, "time", python)
    monkeypatch.setattr(timezone, "now", moments.now)
    _run(INSTALL)
    _run(LOOK_HERE)
    columns = _ask(DEFAULTS)
    _each_default(columns, "public.clock_timestamp()")
    connection_created.connect(_look_here)
    try:
        yield moments
    finally:
        connection_created.disconnect(_look_here)
        _run(LOOK_AS_EVER)
        _each_default(columns, "pg_catalog.clock_timestamp()")
        _run(REMOVE)


def _look_here(connection: Any, **_: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(LOOK_HERE)


def _each_default(columns: list[tuple[str, str]], default: str) -> None:
    for table, column in columns:
        _run(f"ALTER TABLE {table} ALTER COLUMN {column} SET DEFAULT {default}")


def _ask(statement: str) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


Now = Callable[[], datetime]
