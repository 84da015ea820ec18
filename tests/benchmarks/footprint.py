"""What processes cost: memory shared out fairly (PSS), and processor time, with all their descendants."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
KB = 1024


def family(pids: Iterable[int]) -> set[int]:
    """These processes and all that they started."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found, waiting = set(), list(pids)
    while waiting:
        pid = waiting.pop()
        if pid not in found:
            found.add(pid)
            waiting += children.get(pid, [])
    return found


def processor_seconds(pids: Iterable[int]) -> float:
    """User and system time so far of those that still run."""
    known = [fields for pid in pids if (fields := _stat(pid))]
    return sum(int(fields[11]) + int(fields[12]) for fields in known) / TICKS


def lineage_seconds(pids: Iterable[int]) -> float:
    """The same with that of the children they have outlived, so that of a whole family it never falls."""
    known = [fields for pid in pids if (fields := _stat(pid))]
    return sum(int(ticks) for fields in known for ticks in fields[11:15]) / TICKS


def pss_bytes(pids: Iterable[int]) -> int:
    """Memory, each shared page divided by the number of its users."""
    return sum(_field(pid, "smaps_rollup", "Pss:") for pid in pids)


def rss_bytes(pid: int) -> int:
    return _field(pid, "status", "VmRSS:")


def peak_rss_bytes(pid: int) -> int:
    """The most since the start, or since `forget_peak`."""
    return _field(pid, "status", "VmHWM:")


def forget_peak(pid: int) -> None:
    """Let `peak_rss_bytes` begin anew."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def open_files(pid: int) -> int:
    """Files and connections that it holds now."""
    return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())


def _stat(pid: int) -> list[str]:
    """The fields after the name, from the state on; empty where the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def _field(pid: int, file: str, name: str) -> int:
    for line in Path(f"/proc/{pid}/{file}").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) * KB
    return 0
