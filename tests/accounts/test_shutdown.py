"""Whoever waits or works long hears at once that the process shall stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from accounts import shutdown


@pytest.fixture(autouse=True)
def not_stopping(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An event of the test's own; set at the end, so that no waiting thread stays behind."""
    event = threading.Event()
    monkeypatch.setattr(shutdown, "_stop", event)
    yield
    event.set()


def test_a_process_is_not_stopping_until_it_is_told() -> None:
    assert not shutdown.stopping()
    assert not shutdown.wait_stopping(0.01)
    shutdown.begin()
    shutdown.begin()
    assert shutdown.stopping()
    assert shutdown.wait_stopping(60)


def test_a_long_wait_ends_with_it() -> None:
    threading.Timer(0.1, shutdown.begin).start()
    began = time.monotonic()
    assert shutdown.wait_stopping(60)
    assert time.monotonic() - began < 10


def test_what_was_registered_is_called_once_from_another_thread() -> None:
    called, where = threading.Event(), list[int]()

    def note() -> None:
        where.append(threading.get_ident())
        called.set()

    shutdown.on_stop(note)
    assert not called.wait(0.05)
    shutdown.begin()
    assert called.wait(10)
    assert where != [threading.get_ident()]
    assert len(where) == 1


def test_a_late_registration_is_called_at_once() -> None:
    shutdown.begin()
    called = threading.Event()
    shutdown.on_stop(called.set)
    assert called.wait(10)
