"""The everyday case: posts at random instants, each on an account of its own."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tests.benchmarks import contest, ours, rivals
from tests.benchmarks.lateness import Lateness, middle
from tests.benchmarks.rows import Check, Row, raw

if TYPE_CHECKING:
    from tests.benchmarks.bench import Bench

POSTS, SECONDS = 300, 15.0


def offsets() -> list[float]:
    """The same instants for everybody."""
    chance = random.Random(3)
    return sorted(chance.uniform(0, SECONDS) for _ in range(POSTS))


def measured(bench: Bench) -> list[Lateness]:
    """Our runs; the row with thousands in flight is compared with them."""
    runs: list[Lateness] = bench.once(
        "Oncue, random instants",
        lambda: bench.repeat(lambda: ours.measure(bench, offsets())),
    )
    return runs


def rows(bench: Bench) -> Iterator[Row]:
    runs = measured(bench)
    beat = contest.known(bench, rivals.naive(processes=8), offsets(), "random instants")
    eta = contest.known(bench, rivals.eta(), offsets(), "random instants")
    typical = middle(runs)
    yield Row(
        f"lateness, {POSTS} posts at random instants: p99",
        typical.p99,
        "ms",
        [
            Check("p99", typical.p99, most=10, unit="ms"),
            Check("max", typical.max, most=50, unit="ms"),
            *nothing_wrong(runs),
        ],
        peers={"Celery + beat 1 s, 8 processes": beat.p99, "Celery ETA, 8 processes": eta.p99},
        against="Celery + beat 1 s, 8 processes",
        runs=raw({"Oncue": runs, "Celery + beat 1 s": [beat], "Celery ETA": [eta]}),
    )


def nothing_wrong(runs: list[Lateness]) -> list[Check]:
    """What must be 0 in every run."""
    return [
        Check(word, float(max(getattr(run, word) for run in runs)), most=0)
        for word in ("lost", "early", "doubled")
    ]
