"""What a jailed process may do: read what it was given, print a little, and end."""

from __future__ import annotations

import json
import os
import select
import time
from pathlib import Path

import pytest

from scheduler.jail import run_jailed

JAILED = """
import json, os, socket, sys
from scheduler import jail
jail.enter(answer=1000)
def tries(what):
    try:
        what()
    except OSError as problem:
        return type(problem).__name__
    return "allowed"
json.dump({
    "file": tries(lambda: open("/etc/hostname")),
    "socket": tries(socket.socket),
    "fork": tries(os.fork),
    "root": os.geteuid() == 0,
}, sys.stdout)
"""


def test_the_jail_opens_no_file_no_socket_and_no_process(tmp_path: Path) -> None:
    script = tmp_path / "tries.py"
    script.write_text(JAILED)

    with (tmp_path / "empty").open("w+b") as nothing:
        answer = run_jailed(script, nothing, seconds=20)

    assert b"allowed" not in answer
    assert b'"root": false' in answer


WORKER = """
import json, os, socket, sys
from scheduler import {worker}
def tries(what):
    try:
        what()
    except OSError as problem:
        return type(problem).__name__
    return "allowed"
def looks(file, *_):
    found = [tries(lambda: open("/etc/hostname")), tries(socket.socket), tries(os.fork), os.geteuid() == 0]
    return {answer}
{worker}.{looks} = looks
{worker}.main()
"""


@pytest.mark.parametrize(
    ("worker", "looks", "answer"),
    [
        ("probe_worker", "probe", "{'found': found}"),
        ("image_worker", "redraw", "({'found': found}, b'')"),
        ("frame_worker", "draw", "json.dumps({'found': found}).encode()"),
    ],
)
def test_a_worker_is_in_jail_before_it_looks_at_the_file(
    tmp_path: Path, worker: str, looks: str, answer: str
) -> None:
    script = tmp_path / "tries.py"
    script.write_text(WORKER.format(worker=worker, looks=looks, answer=answer))

    with (tmp_path / "empty").open("w+b") as nothing:
        said = run_jailed(script, nothing, seconds=20, arguments=["0"])

    assert json.loads(said) == {"found": ["OSError", "OSError", "BlockingIOError", False]}


def ends(pid: int, *, seconds: float = 5) -> bool:
    """Whether the process has ended, or does so by then; the kernel tells."""
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([process], [], [], seconds)[0])
    finally:
        os.close(process)


def test_a_probe_that_hangs_is_killed_with_its_children(tmp_path: Path) -> None:
    script = tmp_path / "hangs.py"
    script.write_text(
        "import os, pathlib, signal\n"
        f"child = os.fork()\nif child: pathlib.Path({str(tmp_path / 'child')!r}).write_text(str(child))\n"
        "signal.pause()\n"
    )
    started = time.monotonic()

    with (tmp_path / "empty").open("w+b") as nothing:
        answer = run_jailed(script, nothing, seconds=1)

    assert answer == b""
    assert time.monotonic() - started < 5
    assert ends(int((tmp_path / "child").read_text()))
