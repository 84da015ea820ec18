"""The stack at rest: what it costs while nothing is due."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tests.benchmarks import footprint
from tests.benchmarks.rows import Check, Row

if TYPE_CHECKING:
    from tests.benchmarks.bench import Bench

SETTLE_SECONDS = 15.0
SECONDS, SECONDS_QUICK = 30.0, 10.0
MB = 1e6


def rows(bench: Bench) -> Iterator[Row]:
    bench.start_ours()
    time.sleep(SETTLE_SECONDS)  # imports, first connections, the first ticks of beat
    seconds = SECONDS_QUICK if bench.quick else SECONDS
    parts = {child.part.name: child.process.pid for child in bench.parts() if child.process}
    servers = {server.title: server.process.pid for server in bench.running.servers if server.process}
    families = {name: footprint.family([pid]) for name, pid in (parts | servers).items()}
    before = {name: footprint.processor_seconds(pids) for name, pids in families.items()}
    time.sleep(seconds)
    share = {
        name: (footprint.processor_seconds(pids) - before[name]) / seconds * 100
        for name, pids in families.items()
    }
    memory = {name: footprint.pss_bytes(pids) / MB for name, pids in families.items()}
    queued = bench.known.get("queued", 0)
    yield Row(
        "stack at rest: processor",
        sum(share.values()),
        "% of a core",
        [Check("processor", sum(share.values()), most=2, unit="% of a core")],
        runs=share,
        note=f"over {seconds:g} s, {queued:,} posts queued, without the sandbox: {_told(share, '%')}",
    )
    yield Row(
        "stack at rest: memory",
        sum(memory.values()),
        "MB",
        [Check("memory (PSS)", sum(memory.values()), most=700, unit="MB")],
        runs=memory,
        note=f"without the sandbox: {_told(memory, 'MB')}",
    )


def _told(parts: dict[str, float], unit: str) -> str:
    return ", ".join(f"{name} {value:.3g} {unit}" for name, value in parts.items())
