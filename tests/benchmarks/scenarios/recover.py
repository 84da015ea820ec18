"""After kill -9 of a worker in a burst: seconds until the engine knows again how each of its posts stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from tests.benchmarks import recovery
from tests.benchmarks.rows import Check, Row, raw
from tests.benchmarks.scenarios.random_instants import nothing_wrong

if TYPE_CHECKING:
    from tests.benchmarks.bench import Bench
    from tests.benchmarks.recovery import Recovery

BOUND_SECONDS = 20.0
# When others notice a dead worker, by their defaults (requirements/performance.md A3); documented, not measured.
DOCUMENTED = {
    "BullMQ, procrastinate (documented)": 30.0,
    "Solid Queue (documented)": 300.0,
    "pg-boss (documented)": 900.0,
    "Celery with Redis, River, Oban (documented)": 3600.0,
}


def rows(bench: Bench) -> Iterator[Row]:
    yield _row(bench, "clock", recovery.of_clock)
    yield _row(bench, "publish", recovery.of_publish)


def _row(bench: Bench, worker: str, measure: Callable[..., Recovery]) -> Row:
    alone = bench.guarded(lambda: measure(bench, second=False))
    beside = bench.guarded(lambda: measure(bench, second=True))
    times = [run.p99 for run in (alone, beside)]
    known = [seconds for seconds in times if seconds is not None]
    return Row(
        f"recovery after kill -9 of the {worker} worker in a burst: p99",
        max(known) if len(known) == len(times) else None,
        "s",
        [
            Check("p99, started again at once", alone.p99, most=BOUND_SECONDS, unit="s"),
            Check("p99, a second worker there", beside.p99, most=BOUND_SECONDS, unit="s"),
            Check("posts in its hands", float(min(alone.unsettled, beside.unsettled)), least=1),
            *nothing_wrong([alone.posts, beside.posts]),
        ],
        peers=DOCUMENTED,
        against="BullMQ, procrastinate (documented)",
        runs=raw({"started again": [alone], "a second worker": [beside]}),
        note=f"{alone.needs_check + beside.needs_check} left to a person",
    )
