"""A part that takes no work is noticed within two minutes, whether it is dead, deaf or mistimed (P14, F-37)."""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts import clock
from config import health, heartbeat
from config.heartbeat import Pulse
from config.supervisor import parts
from scheduler.tasks import dispatch_due
from tests.processes import Processes


def age(part: str, seconds: float) -> None:
    """Make its last sign this old."""
    cache.set(f"seen:{part}", datetime.now(UTC).timestamp() - seconds, None)


def test_a_sign_is_seen_by_every_process() -> None:
    heartbeat.note(["clock"])
    assert datetime.now(UTC) - health.last_seen("clock") < timedelta(seconds=2)


def test_one_that_was_never_seen_counts_from_the_first_look() -> None:
    first = health.last_seen("uploads")
    assert heartbeat.quiet() == {}
    assert health.last_seen("uploads") == first


def test_one_that_takes_nothing_for_over_a_minute_is_quiet() -> None:
    heartbeat.note(["clock", "publish", "uploads"])
    age("publish", 75)
    assert heartbeat.quiet() == {"publish": pytest.approx(75, abs=2)}


def test_a_sign_from_the_future_is_none() -> None:
    """Whoever left it goes by a wrong clock."""
    age("clock", -600)
    assert set(heartbeat.quiet()) == {"clock"}


@pytest.mark.django_db
def test_a_quiet_part_is_not_ready_and_named_in_the_log(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    age("clock", 90)
    with caplog.at_level(logging.WARNING):
        assert client.get("/readyz").status_code == 503
    assert "clock has taken nothing for 9" in caplog.text


class TestPulse:
    def test_it_speaks_for_the_parts_whose_queues_it_takes(self) -> None:
        assert Pulse(parts.CLOCK_QUEUES, 4).parts == ["clock"]
        assert Pulse(parts.ALL_QUEUES, 4).parts == ["clock", "publish", "uploads"]
        assert Pulse(["dispatch"], 4).parts == []

    def test_being_ready_is_a_sign_and_silence_is_none(self) -> None:
        pulse = Pulse(parts.CLOCK_QUEUES, 2)
        assert pulse.alive()
        assert not pulse.alive()

    def test_every_task_is_a_sign(self) -> None:
        pulse = Pulse(parts.CLOCK_QUEUES, 2)
        pulse.alive()
        pulse.task_begins()
        assert pulse.alive()

    def test_one_that_could_not_take_more_is_alive(self) -> None:
        """Six uploads of 4 GB at once leave nothing to take for minutes."""
        pulse = Pulse(parts.UPLOAD_QUEUES, 1)
        pulse.task_begins()
        assert [pulse.alive(), pulse.alive()] == [True, True]
        pulse.task_ends()
        assert not pulse.alive()


@pytest.mark.slow
class TestWorkers:
    def test_a_worker_that_is_woken_is_seen(self, processes: Processes, tmp_path: Path) -> None:
        file = tmp_path / "pulse"
        for worker in parts.WORKERS:
            age(worker.name, 90)
        processes.start_worker(env={"ONCUE_PULSE_FILE": str(file)})
        wait_for(lambda: heartbeat.quiet() == {} and file.exists())

    def test_a_worker_whose_clock_is_wrong_claims_nothing_and_gives_no_sign(
        self, processes: Processes
    ) -> None:
        for worker in parts.WORKERS:
            age(worker.name, 90)
        command = parts.worker("wrong", parts.ALL_QUEUES, threads=2)
        wrong = processes.start("wrong", [command[0], "-c", WRONG_CLOCK, *command[1:]])
        wrong.await_line("ready")
        dispatch_due.delay()
        wrong.await_line(r"clock is 600 s off the database's: nothing is claimed here")
        for worker in parts.WORKERS:
            age(worker.name, 90)
        dispatch_due.delay()
        wrong.await_line(r"(?s)succeeded")
        assert set(heartbeat.quiet()) == {"clock", "publish", "uploads"}


# A clock namespace needs privileges; this process reads its clock through the one function that it has for it.
WRONG_CLOCK = (
    "import runpy, sys, time; right = time.time; time.time = lambda: right() + 600; "
    "del sys.argv[1:3]; runpy.run_module('celery', run_name='__main__')"
)


def wait_for(holds: Any, tries: int = 200) -> None:
    for _ in range(tries):
        if holds():
            return
        time.sleep(0.1)
    raise AssertionError("It did not become true in time.")


@pytest.mark.django_db
def test_a_wrong_clock_is_not_ready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "is_right", lambda: False)
    assert health.failing() == ["machine_clock"]
    assert client.get("/readyz").status_code == 503
