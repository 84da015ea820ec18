"""Real workers as they are run: they stop in time, give way to the clock, and cost little at rest."""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path

import pytest

from config import priority
from config.celery import app
from config.supervisor import parts
from tests.processes import Process, Processes

pytestmark = pytest.mark.slow
# A worker with one more task, as long as a long step: it waits for an instant that is an hour away.
LONG_STEP = """
import sys
from config.celery import app
from accounts.shutdown import wait_stopping

@app.task(name="tests.long_step")
def long_step(seconds, heeds):
    print("step begins", flush=True)
    stopped = wait_stopping(seconds) if heeds else __import__("time").sleep(seconds)
    print(f"step ends {stopped}", flush=True)

app.start(sys.argv[3:])
"""


def start_worker(processes: Processes) -> Process:
    command = parts.worker("long", ["tests-long"], threads=2)
    worker = processes.start("long", [command[0], "-c", LONG_STEP, *command[1:]])
    worker.await_line("ready")
    return worker


def begin_step(worker: Process, seconds: float, *, heeds: bool) -> None:
    app.send_task("tests.long_step", (seconds, heeds), queue="tests-long")
    worker.await_line("step begins")


def test_a_step_that_waits_ends_early_when_the_worker_shall_stop(processes: Processes) -> None:
    worker = start_worker(processes)
    begin_step(worker, 3600, heeds=True)
    began = time.monotonic()
    assert worker.stop() == 0
    assert time.monotonic() - began < 10
    worker.await_line("step ends True")


def test_a_short_step_is_finished_before_the_worker_stops(processes: Processes) -> None:
    worker = start_worker(processes)
    begin_step(worker, 3, heeds=False)
    assert worker.stop() == 0
    worker.await_line("step ends")


def test_an_idle_worker_stops_at_once(processes: Processes) -> None:
    worker = processes.start_worker()
    began = time.monotonic()
    assert worker.stop() == 0
    assert time.monotonic() - began < 5


def test_a_worker_takes_its_place_beside_the_others(processes: Processes) -> None:
    worker = processes.start_worker(env={"ONCUE_NICE": "5"})
    assert os.getpriority(os.PRIO_PROCESS, worker.pid) == os.getpriority(os.PRIO_PROCESS, 0) + 5
    group = Path(f"/proc/{worker.pid}/autogroup")
    if group.exists():
        assert group.read_text().strip().endswith("nice 5")


def test_the_clock_gives_way_to_nobody() -> None:
    before = os.nice(0)
    priority.give_way(parts.CLOCK.niceness)
    assert os.nice(0) == before
    assert parts.CLOCK.niceness < min(parts.PUBLISH.niceness, parts.UPLOADS.niceness)


def pss(pid: int) -> float:
    """Megabytes of memory, what is shared counted by its share."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1000


def cpu_seconds(pid: int) -> float:
    """What it has used of the processor so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_what_the_processes_cost_at_rest_is_printed(processes: Processes) -> None:
    """Printed, not asserted: `make bench` judges the whole stack. Run with `-s` to see it."""
    running = [
        processes.start_worker(queues=worker.queues, threads=worker.threads) for worker in parts.WORKERS
    ]
    running += [processes.start_beat(), processes.start_web()]
    pids = [process.pid for process in running]
    pids += [int(pid) for pid in Path(f"/proc/{pids[-1]}/task/{pids[-1]}/children").read_text().split()]
    before = sum(map(cpu_seconds, pids))
    threading.Event().wait(5)
    cpu = (sum(map(cpu_seconds, pids)) - before) / 5
    memory = sum(map(pss, pids))
    sys.stdout.write(f"\nworkers, beat and web at rest: {memory:.0f} MB (PSS), {cpu:.1%} of a core\n")
    assert all(process.running for process in running)
