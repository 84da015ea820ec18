"""A broker that is killed, or forgets everything: workers hear again within seconds, beat goes on, pages are shown."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
import redis
from celery import current_app
from kombu.exceptions import OperationalError

from config import broker, embedded, supervisor
from config.tasks import be_seen
from tests.processes import Process, Processes

pytestmark = pytest.mark.slow
DONE = r"config\.be_seen\[(\S+)\] succeeded"


@pytest.fixture
def valkey() -> Iterator[embedded.Valkey]:
    """A broker of the test's own, which it may kill."""
    with supervisor.temporary_state() as state:
        server = embedded.Valkey(state)
        server.start()
        yield server
        server.stop()


def url_of(server: embedded.Valkey) -> str:
    return embedded.broker_url(f"unix://{server.socket}?db=0")


def kill(server: embedded.Valkey) -> None:
    assert server.process is not None
    server.process.kill()
    server.process.wait()


def start_worker(processes: Processes, server: embedded.Valkey) -> Process:
    return processes.start_worker(env={"REDIS_URL": f"unix://{server.socket}?db=0"})


def wake(server: embedded.Valkey) -> str:
    """Put one task into the queue; returns its id."""
    with current_app.amqp.Connection(url_of(server)) as link:
        return str(current_app.send_task(be_seen.name, queue=be_seen.waits_in, connection=link).id)


def await_done(worker: Process, task_id: str, within: float = 10) -> float:
    """Seconds until the worker had done it."""
    began = time.monotonic()
    worker.await_line(rf"config\.be_seen\[{task_id}\] succeeded", within)
    return time.monotonic() - began


def test_a_worker_hears_again_after_the_broker_was_killed(
    processes: Processes, valkey: embedded.Valkey
) -> None:
    worker = start_worker(processes, valkey)
    await_done(worker, wake(valkey))
    for _ in range(3):
        kill(valkey)
        worker.await_line(r"Connection to broker lost|Cannot connect to")
        worker.lines.clear()
        valkey.start()
        assert await_done(worker, wake(valkey)) < 8
    assert worker.stop() == 0


def test_a_longer_outage_does_not_make_the_worker_slower_to_come_back(
    processes: Processes, valkey: embedded.Valkey
) -> None:
    worker = start_worker(processes, valkey)
    kill(valkey)
    worker.await_line(r"Trying again in 3\.00 seconds", 60)  # the longest pause there is
    valkey.start()
    assert await_done(worker, wake(valkey)) < 8


def test_a_worker_hears_again_after_everything_was_flushed(
    processes: Processes, valkey: embedded.Valkey
) -> None:
    worker = start_worker(processes, valkey)
    with valkey.client() as client:
        client.flushall()
    assert await_done(worker, wake(valkey)) < 5


def test_a_worker_that_was_cut_off_hears_again(processes: Processes, valkey: embedded.Valkey) -> None:
    """As a proxy or a fail-over ends connections: the broker itself goes on."""
    worker = start_worker(processes, valkey)
    with valkey.client() as client:
        client.client_kill_filter(skipme=True)
    assert await_done(worker, wake(valkey)) < 8


def test_beat_goes_on_ticking(processes: Processes, valkey: embedded.Valkey) -> None:
    beat = processes.start_beat(env={"REDIS_URL": f"unix://{valkey.socket}?db=0"})
    with valkey.client() as client:
        assert client.blpop(["dispatch"], timeout=20)
    kill(valkey)
    beat.await_line(r"scheduler\.dispatch_due was not woken")
    valkey.start()
    with valkey.client() as client:
        assert client.blpop(["dispatch"], timeout=10)
    assert beat.stop() == 0


def test_a_wake_up_for_a_broker_that_is_away_fails_at_once(valkey: embedded.Valkey) -> None:
    valkey.stop()
    began = time.monotonic()
    with pytest.raises(OperationalError), current_app.amqp.Connection(url_of(valkey)) as link:
        current_app.send_task(be_seen.name, queue="media", connection=link)
    assert time.monotonic() - began < 2


def test_a_broker_that_would_forget_is_refused(processes: Processes, valkey: embedded.Valkey) -> None:
    with valkey.client() as client:
        client.config_set("maxmemory-policy", "allkeys-lru")
    worker = processes.start("worker", current_worker(), {"REDIS_URL": f"unix://{valkey.socket}?db=0"})
    assert worker.wait() == 1
    assert "maxmemory-policy allkeys-lru: set it to noeviction" in worker.output


def test_a_broker_that_is_not_there_yet_is_awaited(processes: Processes, valkey: embedded.Valkey) -> None:
    valkey.stop()
    worker = processes.start("worker", current_worker(), {"REDIS_URL": f"unix://{valkey.socket}?db=0"})
    worker.await_line("Cannot connect to")
    valkey.start()
    await_done(worker, wake(valkey))


def test_the_check_itself_tells_who_is_away(settings: object, valkey: embedded.Valkey) -> None:
    settings.REDIS_URL = f"unix://{valkey.socket}?db=0"  # type: ignore[attr-defined]
    broker.check_nothing_is_evicted()
    valkey.stop()
    with pytest.raises(redis.RedisError):
        broker.check_nothing_is_evicted()


def current_worker() -> list[str]:
    from config.supervisor import parts

    return parts.worker("early", parts.ALL_QUEUES, threads=2)
