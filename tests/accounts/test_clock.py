"""A machine more than a minute off the database's clock knows it at once, also when its clock jumps (F-38)."""

from __future__ import annotations

import logging
import time
from typing import Any

import pytest

from accounts import clock
from accounts.tasks import Queue, SweepTask
from config.celery import app

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_last", None)


def turn(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Set this machine's clock forward, or back."""
    right = time.time
    monkeypatch.setattr(time, "time", lambda: right() + seconds)


def test_one_machine_agrees_with_itself() -> None:
    assert abs(clock.measure()) < 1
    assert clock.is_right()


@pytest.mark.parametrize("seconds", [600, -600, 61, -61])
def test_over_a_minute_is_wrong_and_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, seconds: float
) -> None:
    turn(monkeypatch, seconds)
    with caplog.at_level(logging.ERROR):
        assert not clock.is_right()
    assert f"{seconds} s off" in caplog.text


def test_a_minute_is_borne(monkeypatch: pytest.MonkeyPatch) -> None:
    turn(monkeypatch, 55)
    assert clock.is_right()


def test_a_jump_is_noticed_without_asking_again(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    assert clock.is_right()
    turn(monkeypatch, 600)
    with django_assert_num_queries(0):
        assert not clock.is_right()


def test_an_answer_is_used_for_ten_seconds(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        clock.is_right()
        clock.is_right()
    monkeypatch.setattr(clock, "ASK_AGAIN", 0)
    with django_assert_num_queries(1):
        clock.is_right()


def test_a_wrong_clock_knows_the_databases_time(monkeypatch: pytest.MonkeyPatch) -> None:
    right = clock.database_time()
    turn(monkeypatch, 600)
    assert abs(clock.database_time() - right) < 5


def run_a_sweep() -> list[str]:
    """As a worker would run it; returns what it did."""
    done: list[str] = []

    @app.task(base=SweepTask, waits_in=Queue.UPKEEP, name="tests.sweep")
    def sweep() -> None:
        done.append("swept")

    sweep.apply()
    app.tasks.pop("tests.sweep")
    return done


def test_a_sweep_runs_where_the_clock_is_right() -> None:
    assert run_a_sweep() == ["swept"]


def test_a_sweep_is_left_to_others_where_the_clock_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "is_right", lambda: False)
    assert run_a_sweep() == []


@pytest.mark.parametrize("tick", app.conf.beat_schedule.values(), ids=app.conf.beat_schedule.keys())
def test_a_tick_is_taken_by_a_worker_as_far_ahead_as_we_bear(tick: dict[str, Any]) -> None:
    """Celery compares beat's clock with the worker's: a tick that expires sooner would never be taken there."""
    assert tick["options"]["expires"] > clock.MAX_SKEW
