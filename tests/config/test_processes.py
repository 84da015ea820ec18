"""The helpers that start real processes: they reach the test's own database and broker, and end with the test."""

from __future__ import annotations

import signal
import sys
import uuid
from pathlib import Path

import pytest
import redis
import requests
from django.conf import settings

from accounts.models import User
from config.supervisor import parts
from config.tasks import be_seen
from tests.processes import Processes

pytestmark = pytest.mark.slow


def test_a_worker_answers_over_the_tests_own_broker(processes: Processes) -> None:
    worker = processes.start_worker()
    be_seen.delay()
    worker.await_line(r"config\.be_seen\[.*succeeded")
    assert worker.stop() == 0


def test_a_kill_is_a_kill(processes: Processes) -> None:
    worker = processes.start_worker(queues=["upkeep"])
    worker.kill()
    assert worker.wait() == -signal.SIGKILL
    assert not worker.running


def test_beat_ticks(processes: Processes) -> None:
    with redis.Redis.from_url(settings.REDIS_URL) as broker:
        broker.delete("dispatch")
        beat = processes.start_beat()
        assert broker.blpop(["dispatch"], timeout=20)
        assert beat.stop() == 0
        broker.delete("dispatch")


def test_the_site_sees_committed_rows(processes: Processes) -> None:
    web = processes.start_web()
    assert requests.get(f"{web.base_url}/readyz", timeout=10).text == "ok"
    assert web.stop() == 0


def test_a_child_reads_and_writes_the_tests_database(processes: Processes) -> None:
    address = f"{uuid.uuid4().hex}@example.com"
    code = f"from accounts.models import User; User.objects.create_user(email={address!r}, password='x')"
    child = processes.start("shell", parts.manage("shell", "-v", "0", "-c", code))
    assert child.wait() == 0
    assert User.objects.filter(email=address).exists()


def test_a_line_that_never_comes_fails_with_what_was_said(processes: Processes) -> None:
    child = processes.start("talker", [sys.executable, "-c", "print('something else')"])
    with pytest.raises(AssertionError, match=r"never said 'ready'(.|\n)*something else"):
        child.await_line("ready")


def test_the_environment_may_differ_for_one_child(processes: Processes, state_folder: Path) -> None:
    code = "import os; print(os.environ['ONCUE_CRASHPOINT'], os.environ['ONCUE_DATA_DIR'])"
    child = processes.start("env", [sys.executable, "-c", code], {"ONCUE_CRASHPOINT": "after-init"})
    assert child.await_line(r"after-init (\S+)")[1] == str(state_folder)
