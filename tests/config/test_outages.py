"""A server of ours that is away is told with a page, 503 and when to come back; a fault of ours stays a 500."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client
from kombu.exceptions import OperationalError as BrokerError
from redis import ConnectionError as RedisAway

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


def fail_with(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr("config.health.failing", fail)


@pytest.mark.parametrize(
    "error", [OperationalError("gone"), InterfaceError("closed"), RedisAway("away"), BrokerError("away")]
)
def test_a_server_that_is_away_is_a_moment_to_wait(
    visitor: Client, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    fail_with(monkeypatch, error)
    answer = visitor.get("/readyz")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "10"
    assert "Reload the page" in answer.content.decode()
    assert "gone" not in answer.content.decode()


def test_a_fault_of_ours_stays_one(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_with(monkeypatch, ValueError("ours"))
    answer = visitor.get("/readyz")
    assert answer.status_code == 500
    assert "It has been recorded" in answer.content.decode()
