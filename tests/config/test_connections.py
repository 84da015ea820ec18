"""A worker keeps its connections, and gets over a database that was restarted, full or locked."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection, connections, transaction
from django.db.utils import OperationalError

from config import connections as ours
from config import embedded, supervisor
from config.database import base
from config.supervisor import parts
from scheduler.tasks import dispatch_due
from tests.processes import Process, Processes

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
NAME = "kept-by-a-test"


def start_worker(processes: Processes, *, threads: int = 1, **environment: str) -> Process:
    return processes.start_worker(threads=threads, env={"ONCUE_PART": NAME, **environment})


def tick(worker: Process, within: float = 20) -> None:
    """Have one task that asks the database done."""
    task_id = dispatch_due.delay().id
    worker.await_line(rf"scheduler\.dispatch_due\[{task_id}\] succeeded", within)


def backends() -> list[int]:
    """The server's processes behind the worker's connections."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE application_name = %s ORDER BY 1", [NAME])
        return [pid for (pid,) in cursor.fetchall()]


class TestKeeping:
    def test_a_connection_is_the_same_from_task_to_task(self, processes: Processes) -> None:
        worker = start_worker(processes)
        tick(worker)
        first = backends()
        for _ in range(5):
            tick(worker)
        assert len(first) == 1
        assert backends() == first

    def test_no_thread_has_more_than_one(self, processes: Processes) -> None:
        worker = start_worker(processes, threads=3)
        for _ in range(12):
            tick(worker)
        assert 1 <= len(backends()) <= 3

    def test_one_that_the_server_ended_is_replaced_before_the_next_task(self, processes: Processes) -> None:
        worker = start_worker(processes)
        tick(worker)
        first = backends()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", first)
        tick(worker)
        assert len(backends()) == 1
        assert backends() != first
        assert "raised unexpected" not in worker.output


class TestRestart:
    @pytest.fixture
    def postgres(self) -> Iterator[embedded.Postgres]:
        """A server of the test's own, which it may stop."""
        with supervisor.temporary_state() as state:
            server = embedded.Postgres(state, durable=False)
            server.start()
            yield server
            server.stop()

    @pytest.mark.parametrize("how", ["fast", "immediate"])
    def test_the_first_task_after_a_restart_succeeds(
        self, processes: Processes, postgres: embedded.Postgres, how: str
    ) -> None:
        url = f"postgres://oncue:@/oncue?host={postgres.sockets}"
        migrate = processes.start("migrate", parts.manage("migrate", "-v", "0"), {"DATABASE_URL": url})
        assert migrate.wait(120) == 0
        worker = start_worker(processes, threads=2, DATABASE_URL=url)
        for _ in range(4):
            tick(worker)
        stop(postgres, how)
        postgres.start()
        for _ in range(4):
            tick(worker)
        assert "raised unexpected" not in worker.output


def stop(server: embedded.Postgres, how: str) -> None:
    """As `pg_ctl stop -m fast` and `-m immediate` do."""
    assert server.process is not None
    if how == "fast":
        server.stop()
    else:
        server.process.send_signal(3)  # SIGQUIT
        server.process.wait(30)


class TestNoConnectionLeft:
    @pytest.fixture
    def narrow(self) -> Iterator[dict[str, Any]]:
        """A role that may connect once; the value is what psycopg takes."""
        with connection.cursor() as cursor:
            cursor.execute("CREATE ROLE narrow LOGIN CONNECTION LIMIT 1")
        now = connection.settings_dict
        yield {"dbname": now["NAME"], "host": now["HOST"], "user": "narrow"}
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = 'narrow'"
            )
            cursor.execute("DROP ROLE narrow")

    def test_whoever_finds_none_waits_until_one_is_free(self, narrow: dict[str, Any]) -> None:
        holder = psycopg.connect(**narrow)
        threading.Timer(0.5, holder.close).start()
        began = time.monotonic()
        second = wrapper().get_new_connection(narrow)
        assert time.monotonic() - began >= 0.4
        second.close()

    def test_the_wait_ends(self, narrow: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(base, "WAIT_SECONDS", 0.5)
        began = time.monotonic()
        with (
            psycopg.connect(**narrow),
            pytest.raises(psycopg.OperationalError, match="too many connections"),
        ):
            wrapper().get_new_connection(narrow)
        assert 0.5 <= time.monotonic() - began < 2

    def test_nobody_waits_for_a_server_that_is_not_there(self, narrow: dict[str, Any]) -> None:
        began = time.monotonic()
        with pytest.raises(psycopg.OperationalError):
            wrapper().get_new_connection(narrow | {"host": "/nowhere"})
        assert time.monotonic() - began < 0.5


def wrapper() -> base.DatabaseWrapper:
    made = connections.create_connection("default")
    assert isinstance(made, base.DatabaseWrapper)
    return made


class TestLimits:
    @pytest.fixture
    def limited(self) -> Iterator[Any]:
        """Connections as a web process opens them."""
        before = connections.settings["default"].get("OPTIONS", {})
        connections.settings["default"]["OPTIONS"] = dict(before)
        ours.limit_waits("web")
        made = wrapper()
        yield made
        made.close()
        connections.settings["default"]["OPTIONS"] = before

    def test_a_locked_table_is_waited_for_no_longer_than_the_limit(self, limited: Any) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE accounts_user")
            began = time.monotonic()
            with limited.cursor() as waiting, pytest.raises(OperationalError, match="lock timeout"):
                waiting.execute("SELECT count(*) FROM accounts_user")
        assert 2 < time.monotonic() - began < 6

    def test_every_limit_reaches_the_server(self, limited: Any) -> None:
        with limited.cursor() as cursor:
            for name, value in (ours.LIMITS["web"] | ours.SHARED_LIMITS).items():
                cursor.execute(f"SELECT current_setting('{name}')::interval = %s::interval", [value])
                assert cursor.fetchone() == (True,), name

    def test_a_command_has_none(self, processes: Processes) -> None:
        """A migration may well hold and wait longer."""
        ask = "cursor.execute('SHOW lock_timeout'); print(cursor.fetchone())"
        code = f"from django.db import connection; cursor = connection.cursor(); {ask}"
        shell = processes.start("shell", parts.manage("shell", "-v", "0", "-c", code))
        shell.await_line(r"\('0',\)")


def test_the_connections_of_all_processes_fit() -> None:
    threads = sum(worker.threads for worker in parts.WORKERS)
    assert 2 * 8 + threads + 2 + 10 == 70
    with connection.cursor() as cursor:
        cursor.execute("SHOW max_connections")
        assert int(cursor.fetchone()[0]) >= 2 * 70
