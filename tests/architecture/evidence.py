"""What a request changed: rows of any table, work that was queued."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pytest
from celery import Task
from django.apps import apps
from django.db import connection

IGNORED = {"django_session", "usersessions_usersession"}
"""Every visit may renew the visitor's own session, and says when it was seen."""


def database_digest(*, besides: Collection[str] = ()) -> dict[str, str]:
    """Table name to a digest of all its rows."""
    every = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    tables = sorted(every - IGNORED - {*besides})
    parts = (
        f"SELECT '{table}', md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM \"{table}\" t"
        for table in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return dict(cursor.fetchall())


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the tasks that were enqueued, at once or on commit."""
    names: list[str] = []

    def note(self: Task, *args: Any, **kwargs: Any) -> None:
        names.append(self.name)

    for way in ("apply_async", "delay_on_commit", "apply_async_on_commit"):
        monkeypatch.setattr(f"celery.contrib.django.task.DjangoTask.{way}", note)
    monkeypatch.setattr(Task, "apply_async", note)
    return names
