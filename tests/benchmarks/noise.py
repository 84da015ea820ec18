"""Whether the machine was quiet: processor time that went to processes which are not the benchmark's.

A repetition during which others took more than `QUIET_CORES` is no measurement; it is made again a few times, and the
quietest one counts.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks import footprint

QUIET_CORES = 0.3
"""More than this many cores at work for others, on average, and the repetition is made again."""

TRIES = 3


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What one repetition gave; what it gave is in the subclasses. `foreign_cores`: at work for others meanwhile."""

    foreign_cores: float | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class Watch:
    """Counts from its making on."""

    def __init__(self) -> None:
        self._began, self._before = time.monotonic(), _foreign_seconds()

    def foreign_cores(self) -> float:
        """How many cores others have kept busy since then, on average; the hypervisor's other guests included."""
        spent = _foreign_seconds() - self._before
        return round(max(0.0, spent) / (time.monotonic() - self._began), 3)


def busy_ticks(fields: Sequence[str]) -> int:
    """Of the `cpu` line of /proc/stat: user, nice, system and steal. Interrupts are left out: they serve our load."""
    user, nice, system, _idle, _iowait, _irq, _softirq, steal = (int(field) for field in fields[1:9])
    return user + nice + system + steal


def _foreign_seconds() -> float:
    busy = busy_ticks(Path("/proc/stat").read_text().split("\n", 1)[0].split()) / footprint.TICKS
    return busy - footprint.lineage_seconds(footprint.family([os.getpid()]))
