"""A parent that has imported everything once and forks our processes on order, so that a restart costs 0.1 s.

A campaign of a thousand kills cannot pay two seconds of processor for each import. What is forked is the same command
line as elsewhere (`config/supervisor/parts.py`), in a group of its own, and its death by SIGKILL is as real.

Run as a program it is the parent: orders come over the socket whose number is its argument, with the write end of a
pipe for the child's output; answers are `{"born": pid}` and `{"dead": pid, "code": exit code}`, a line each.
"""

from __future__ import annotations

import contextlib
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Self

LARGEST_ORDER = 64 * 1024
END_SECONDS = 30.0
START_SECONDS = 60.0


class Child:
    """One forked process, as `tests.processes.Process` wants it: like a `subprocess.Popen`."""

    def __init__(self, nursery: Nursery, pid: int, stdout: IO[str]) -> None:
        self.nursery, self.pid, self.stdout = nursery, pid, stdout

    def poll(self) -> int | None:
        return self.nursery.exit_code(self.pid)

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, negative for a signal. Raises `subprocess.TimeoutExpired`."""
        code = self.nursery.exit_code(self.pid, wait=timeout)
        if code is None:
            raise subprocess.TimeoutExpired(f"forked {self.pid}", timeout or 0.0)
        return code

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)


class Nursery:
    """The parent, seen from the test. Its children have its environment, settings and database addresses."""

    def __init__(self, environment: Mapping[str, str], log: Path) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self.environment = dict(environment)
        with log.open("ab") as output:
            self._parent = subprocess.Popen(
                [sys.executable, "-m", "tests.nursery", str(theirs.fileno())],
                env=self.environment,
                cwd=Path(__file__).resolve().parent.parent,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=[theirs.fileno()],
            )
        theirs.close()
        self._socket, self._log = ours, log
        self._news = threading.Condition()
        self._born: list[int] = []
        self._codes: dict[int, int] = {}
        self._gone = False
        threading.Thread(target=self._listen, name="nursery", daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._parent.wait(END_SECONDS)
        self._socket.close()

    def fork(self, argv: Sequence[str], environment: Mapping[str, str]) -> Child:
        """Start this command line, with these additions to the environment; returns at once."""
        reading, writing = os.pipe()
        try:
            self._send({"argv": list(argv), "environment": dict(environment)}, writing)
        finally:
            os.close(writing)
        with self._news:
            if not self._news.wait_for(lambda: self._born or self._gone, START_SECONDS) or not self._born:
                raise RuntimeError(f"the nursery does not answer:\n{self._log.read_text()}")
            pid = self._born.pop()
        return Child(self, pid, os.fdopen(reading, "r", errors="replace"))

    def exit_code(self, pid: int, *, wait: float | None = 0.0) -> int | None:
        with self._news:
            self._news.wait_for(lambda: pid in self._codes or self._gone, wait)
            return self._codes.get(pid, -signal.SIGKILL if self._gone else None)

    def _send(self, order: dict[str, Any], descriptor: int) -> None:
        body = json.dumps(order).encode() + b"\n"
        socket.send_fds(self._socket, [body], [descriptor])

    def _listen(self) -> None:
        with self._socket.makefile("r") as answers, contextlib.suppress(OSError, ValueError):
            for line in answers:
                self._hear(json.loads(line))
        with self._news:
            self._gone = True
            self._news.notify_all()

    def _hear(self, answer: dict[str, int]) -> None:
        with self._news:
            if "born" in answer:
                self._codes.pop(answer["born"], None)  # numbers of processes come back
                self._born.append(answer["born"])
            else:
                self._codes[answer["dead"]] = answer["code"]
            self._news.notify_all()


# --- the parent itself


def main(descriptor: int) -> None:
    """Fork on order until the socket is closed; then end what still runs."""
    _import_everything()
    link = socket.socket(fileno=descriptor)
    waking, woken = os.pipe()
    os.set_blocking(woken, False)
    signal.set_wakeup_fd(woken)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    children: set[int] = set()
    while True:
        ready, _, _ = select.select([link, waking], [], [])
        if waking in ready:
            os.read(waking, 4096)
            _report_the_dead(link, children)
        if link in ready:
            order = _receive(link)
            if order is None:
                break
            pid = os.fork()
            if pid == 0:
                signal.set_wakeup_fd(-1)
                for inherited in (waking, woken):
                    os.close(inherited)
                link.close()
                _become(*order)
                return
            os.close(order[1])
            _lead_own_group(pid)
            children.add(pid)
            link.sendall(json.dumps({"born": pid}).encode() + b"\n")
    for pid in children:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)


def _lead_own_group(pid: int) -> None:
    """Said by parent and child, so that it holds for whichever goes on first: a kill by group must find it."""
    with contextlib.suppress(ProcessLookupError):
        os.setpgid(pid, pid)


def _import_everything() -> None:
    import django

    django.setup()
    from celery.bin import celery  # noqa: F401
    from celery.concurrency import thread  # noqa: F401
    from django.urls import get_resolver
    from gunicorn.app import wsgiapp  # noqa: F401
    from kombu.transport import redis  # noqa: F401

    import config.beat
    import config.consumer
    import config.gunicorn  # noqa: F401
    import tiktok.sandbox.server  # noqa: F401
    from config.celery import app

    app.loader.import_default_modules()
    app.finalize()
    get_resolver().url_patterns  # noqa: B018  (reading it imports the views)


def _receive(link: socket.socket) -> tuple[dict[str, Any], int] | None:
    body, descriptors, _, _ = socket.recv_fds(link, LARGEST_ORDER, 1)
    if not body:
        return None
    return json.loads(body), descriptors[0]


def _report_the_dead(link: socket.socket, children: set[int]) -> None:
    for pid in list(children):
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            children.discard(pid)
            answer = {"dead": pid, "code": os.waitstatus_to_exitcode(status)}
            with contextlib.suppress(BrokenPipeError):
                link.sendall(json.dumps(answer).encode() + b"\n")


def _become(order: dict[str, Any], output: int) -> None:
    """Go on as the ordered command line: `python -m module …` or `python file …`."""
    from config.embedded.server import die_with_parent

    _lead_own_group(0)
    die_with_parent()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for standard in (1, 2):
        os.dup2(output, standard)
    os.close(output)
    os.environ.update(order["environment"])
    _, *arguments = order["argv"]
    if arguments[0] == "-m":
        sys.argv = arguments[1:]
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = arguments
        runpy.run_path(arguments[0], run_name="__main__")


if __name__ == "__main__":
    main(int(sys.argv[1]))
