"""One embedded server: started under a lock, awaited, stopped; or adopted where it already runs.

A server is a child of the process that started it and dies with it (on Linux even after SIGKILL). It differs
from a part of the stack (`config/supervisor/parts.py`) in having data, and maybe an account, of its own.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar, Self

from config.embedded import paths

ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


class DidNotStart(RuntimeError):
    """A server ended, or stayed silent, while it was being started; the sentence names its log."""


def die_with_parent() -> None:
    """For `preexec_fn`: ask Linux to interrupt this child when its parent is gone. Elsewhere, nothing."""
    prctl = getattr(_libc, "prctl", None)
    if prctl is not None:
        prctl(PR_SET_PDEATHSIG, signal.SIGINT)


class Server:
    """What PostgreSQL and Valkey share. `kind` names the folder, the lock and the log: `pg`, `vk-test`."""

    title: ClassVar[str]
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM

    def __init__(self, state: Path, kind: str) -> None:
        self.state, self.kind = state, kind
        self.home = paths.servers_dir(state)
        self.data = self.home / kind
        self.sockets = paths.socket_dir(state, kind)
        self.log = state / "logs" / f"{kind}.log"
        self.account: pwd.struct_passwd | None = None
        self.process: subprocess.Popen[bytes] | None = None

    def argv(self) -> list[str]:
        """The command line of the server."""
        raise NotImplementedError

    def ready(self) -> bool:
        """Whether it answers now."""
        raise NotImplementedError

    def prepare(self) -> None:
        """Before a start: make the data folder usable."""

    def finish(self) -> None:
        """After a start: what needs a running server."""

    def start(self, timeout: float = 60) -> Self:
        """Start and await the server, or adopt the one that answers here already. Raises `DidNotStart`."""
        self._make_folders()
        with self._locked():
            if not self.ready():
                self.prepare()
                self._launch()
                self._await(timeout)
            self.finish()
        return self

    @property
    def died(self) -> bool:
        """Whether the process that we started has ended."""
        return self.process is not None and self.process.poll() is not None

    def stop(self, timeout: float = 30) -> None:
        """Stop what this object started; an adopted server is left alone."""
        if self.process is None or self.died:
            return
        self.process.send_signal(self.stop_signal)
        try:
            self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _make_folders(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        for folder in (self.data, self.sockets):
            folder.mkdir(parents=True, exist_ok=True)
            self._claim(folder)

    def _claim(self, folder: Path) -> None:
        """Make the folder ours alone. The fallback socket folder lies in a shared place: it may be a trap."""
        owner = self.account.pw_uid if self.account else os.geteuid()
        if folder.is_symlink() or folder.stat().st_uid not in {os.geteuid(), owner}:
            raise DidNotStart(f"{folder} belongs to somebody else.")
        folder.chmod(0o700)
        if self.account:
            os.chown(folder, self.account.pw_uid, self.account.pw_gid)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        with (self.state / f"{self.kind}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _launch(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.argv(),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=ENVIRONMENT,
                start_new_session=True,  # Ctrl-C reaches the supervisor alone, which stops things in order
                preexec_fn=die_with_parent,
                **paths.run_as(self.account),
            )

    def _await(self, timeout: float) -> None:
        deadline = time.monotonic() + timeout
        while not self.ready():
            if self.died or time.monotonic() > deadline:
                self.stop()
                raise DidNotStart(f"{self.title} did not start. Its log: {self.log}")
            time.sleep(0.02)
