"""`/healthz` and `/readyz`: one word for the public, the reason for the log."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from django.db import connection
from django.test import Client

from config import health

pytestmark = pytest.mark.django_db


def test_a_whole_site_is_ready(client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (200, b"ok")


def test_a_living_process_says_so_without_touching_the_database(
    client: Client, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_no_cache_keeps_an_answer(client: Client, address: str) -> None:
    assert "no-store" in client.get(address)["Cache-Control"]


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_only_reading_is_allowed(client: Client, address: str) -> None:
    assert client.post(address).status_code == 405


def test_a_missing_broker_is_told_to_the_log_and_not_to_the_public(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(
        current_app,
        "connection_for_write",
        lambda: current_app.amqp.Connection("redis+socket:///nowhere/valkey.sock"),
    )
    with caplog.at_level(logging.WARNING):
        answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"not ready")
    assert "broker" in caplog.text


def test_a_missing_database_is_not_ready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        from django.db import OperationalError

        raise OperationalError("gone")

    monkeypatch.setattr(connection, "cursor", refuse)
    assert client.get("/readyz").status_code == 503


def test_a_waiting_migration_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    health.migrations.cache_clear()
    monkeypatch.setattr(
        "django.db.migrations.executor.MigrationExecutor.migration_plan", lambda *args: [object()]
    )
    assert health.failing() == ["migrations"]


def test_a_folder_that_cannot_be_made_is_not_ready(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings.MEDIA_ROOT = tmp_path / "file" / "media"
    assert health.failing() == ["disk"]


def test_a_keyring_without_a_key_is_not_ready(settings: Any) -> None:
    settings.TOKEN_ENCRYPTION_KEYS = []
    assert health.failing() == ["keyring"]


def test_a_full_disk_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "FREE_BYTES", 10**18)
    assert health.failing() == ["disk"]
