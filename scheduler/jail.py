"""The jail for files of strangers: a short-lived process without files, sockets, children, root or a way back (R-48).

`run_jailed` starts a worker and hears what it prints; a worker calls `enter` before it looks at the first byte.
This module imports nothing of ours and nothing outside the standard library, so that a worker stays small.
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

ROOT = Path(__file__).resolve().parent.parent
MEMORY = 2 * 1024**3
CPU_SECONDS = 60
NOBODY = 65534


def run_jailed(script: Path, file: BinaryIO, *, seconds: float, arguments: Sequence[str] = ()) -> bytes:
    """What `script` prints about its standard input; nothing where it failed or had to be killed, with its group."""
    with tempfile.TemporaryFile() as answer:
        process = subprocess.Popen(
            [sys.executable, "-B", "-P", "-s", str(script), *arguments],
            stdin=file,
            stdout=answer,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": str(ROOT)},
            cwd="/",
            start_new_session=True,
        )
        try:
            ended_well = process.wait(timeout=seconds) == 0
        except subprocess.TimeoutExpired:
            ended_well = False
        finally:
            _end(process)
        answer.seek(0)
        return answer.read() if ended_well else b""


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def enter(*, answer: int) -> None:
    """Give up, for good, everything that reading standard input and printing `answer` bytes does not need."""
    if os.geteuid() == 0:
        with contextlib.suppress(PermissionError):  # a container without the right to change user
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
    for what, limit in (
        (resource.RLIMIT_NOFILE, 3),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_FSIZE, answer),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, MEMORY),
    ):
        resource.setrlimit(what, (limit, limit))
