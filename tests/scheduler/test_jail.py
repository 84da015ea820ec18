"""What a jailed process may do: read what it was given, print a little, and end."""

from __future__ import annotations

import time
from pathlib import Path

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


def gone(pid: int) -> bool:
    """Whether the process has ended; one that nobody has reaped yet counts as ended."""
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z"


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
    assert gone(int((tmp_path / "child").read_text()))
