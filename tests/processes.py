"""Real child processes for tests: workers, beats and web servers of ours, against the test's own database.

Each child's output is read line by line as it comes, so a test awaits what a process says instead of sleeping.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from django.conf import settings
from django.db import connection

from config.embedded.server import die_with_parent
from config.supervisor import parts

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = ROOT / "tests" / "loopback"
START_SECONDS = 60.0
STOP_SECONDS = 30.0


def database_url() -> str:
    """The URL of the database that this test uses now, for another process."""
    now = connection.settings_dict
    name, user, password = now["NAME"], now["USER"], now["PASSWORD"]
    if str(now["HOST"]).startswith("/"):
        return f"postgres://{user}:{password}@/{name}?host={now['HOST']}"
    return f"postgres://{user}:{password}@{now['HOST']}:{now['PORT'] or 5432}/{name}"


def live_environment(state: Path) -> dict[str, str]:
    """The environment that leads a child to this test's database, broker, folders and guard."""
    inherited = {name: value for name, value in os.environ.items() if name != "PYTEST_XDIST_WORKER"}
    return inherited | {  # without that name, from which the settings of tests would number `REDIS_URL` again
        "DATABASE_URL": database_url(),
        "REDIS_URL": settings.REDIS_URL,
        "ONCUE_DATA_DIR": str(state),
        "SECRET_KEY": settings.SECRET_KEY,
        "TOKEN_ENCRYPTION_KEYS": ",".join(settings.TOKEN_ENCRYPTION_KEYS),
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "PYTHONPATH": f"{LOOPBACK}{os.pathsep}{ROOT}",
        "PYTHONUNBUFFERED": "1",
    }


def popen(argv: Sequence[str], environment: Mapping[str, str]) -> Any:
    """A child of this process; its stdout is a pipe, its session its own."""
    return subprocess.Popen(
        argv,
        cwd=ROOT,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        preexec_fn=die_with_parent,
    )


Start = Callable[[Sequence[str], Mapping[str, str]], Any]
"""Starts a command line and returns it as `subprocess.Popen` does; `tests.nursery` forks instead."""


class Process:
    """One child. `lines` is everything it has written so far."""

    def __init__(
        self, name: str, argv: Sequence[str], environment: Mapping[str, str], log: Path, start: Start = popen
    ) -> None:
        self.name, self.log = name, log
        self.lines: list[str] = []
        self.base_url = ""
        self._news = threading.Condition()
        self._ended = False
        self._child = start(argv, environment)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        return self._child.pid

    @property
    def running(self) -> bool:
        return self._child.poll() is None

    def await_line(self, pattern: str, timeout: float = START_SECONDS) -> re.Match[str]:
        """Wait until a line, past or to come, matches; fails with the output if the process ends before."""
        deadline = time.monotonic() + timeout
        seen = 0
        with self._news:
            while True:
                for line in self.lines[seen:]:
                    if found := re.search(pattern, line):
                        return found
                seen = len(self.lines)
                if self._ended or not self._news.wait(deadline - time.monotonic()):
                    raise AssertionError(f"{self.name} never said {pattern!r}:\n{self.output}")

    def wait(self, timeout: float = START_SECONDS) -> int:
        """Wait for its end; returns the exit code, negative for a signal."""
        try:
            code = self._child.wait(timeout)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.name} still runs after {timeout:g} s:\n{self.output}") from None
        self._reader.join(STOP_SECONDS)
        return code

    def stop(self, signal_number: int = signal.SIGTERM) -> int:
        """End it as an operator would; returns the exit code."""
        if self.running:
            self._child.send_signal(signal_number)
        return self.wait(STOP_SECONDS)

    def kill(self) -> None:
        """End it, and what it started, as a power cut would."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.wait(STOP_SECONDS)

    @property
    def output(self) -> str:
        return "".join(self.lines)

    def _read(self) -> None:
        assert self._child.stdout is not None
        with self._child.stdout as stream, self.log.open("a") as copy:
            for line in stream:
                copy.write(line)
                copy.flush()
                self._tell(line)
        self._tell(None)

    def _tell(self, line: str | None) -> None:
        with self._news:
            if line is None:
                self._ended = True
            else:
                self.lines.append(line)
            self._news.notify_all()


class Processes:
    """Starts the children of one test and ends whatever still runs when the test is over."""

    def __init__(self, environment: Mapping[str, str], state: Path, start: Start = popen) -> None:
        self.environment = environment
        self.state = state
        self._start = start
        self._children: list[Process] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        for child in reversed(self._children):
            child.kill()

    def start(self, name: str, argv: Sequence[str], env: Mapping[str, str] | None = None) -> Process:
        """Start any command with the live environment; returns at once."""
        self.state.mkdir(parents=True, exist_ok=True)
        unique = f"{name}-{len(self._children) + 1}"
        environment = {**self.environment, **(env or {})}
        child = Process(unique, argv, environment, self.state / f"{unique}.log", self._start)
        self._children.append(child)
        return child

    def start_worker(
        self,
        *,
        queues: Sequence[str] = parts.ALL_QUEUES,
        env: Mapping[str, str] | None = None,
        threads: int = 4,
        name: str = "worker",
    ) -> Process:
        """A Celery worker that takes from these queues; returns when it is ready."""
        unique = f"{name}{len(self._children) + 1}"
        child = self.start(name, parts.worker(unique, queues, threads=threads), env)
        child.await_line(r"celery@\S+ ready|\S+@\S+ ready\.")
        return child

    def start_beat(self, *, env: Mapping[str, str] | None = None) -> Process:
        """Celery beat; returns when it begins to tick."""
        child = self.start("beat", parts.beat(), env)
        child.await_line(r"beat: Starting")
        return child

    def start_web(self, *, env: Mapping[str, str] | None = None) -> Process:
        """The site on a free port; returns when it listens, with `base_url` set."""
        child = self.start("web", parts.web("127.0.0.1", 0), env)
        child.base_url = child.await_line(r"Listening at: (http://\S+)")[1]
        child.await_line(r"Booting worker")
        return child

    def outputs(self) -> list[tuple[str, str]]:
        """(title, text) of each child, for the report of a failed test."""
        return [(f"output of {child.name}", child.output) for child in self._children]
