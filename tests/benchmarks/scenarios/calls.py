"""Publish calls a second on a remote that takes 300 ms for each answer, beside one default Celery worker."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tests.benchmarks import contest, rivals
from tests.benchmarks.contest import together
from tests.benchmarks.lateness import Lateness, median_of
from tests.benchmarks.rows import Check, Row, quotient, raw
from tests.benchmarks.scenarios import burst

if TYPE_CHECKING:
    from tests.benchmarks.bench import Bench

# A worker of two processes sends six a second: more would only take longer.
NAIVE_POSTS, NAIVE_POSTS_QUICK = 120, 40
NAIVE = "Celery, its default pool"


def rows(bench: Bench) -> Iterator[Row]:
    runs = burst.measured(bench, burst.POSTS, burst.SLOW_MS)
    posts = NAIVE_POSTS_QUICK if bench.quick else NAIVE_POSTS
    naive = contest.known(
        bench, rivals.naive(), together(posts), f"{posts} together, slow", latency_ms=burst.SLOW_MS
    )
    ours, theirs = median_of(calls_a_second(run) for run in runs), calls_a_second(naive)
    yield Row(
        f"publish calls a second, remote {burst.SLOW_MS} ms",
        ours,
        "/s",
        [Check("ours / Celery", quotient(ours, theirs), least=20, unit="×")],
        peers={NAIVE: theirs},
        against=NAIVE,
        runs=raw({"Oncue": runs, NAIVE: [naive]}),
        note=f"of {burst.POSTS} due together, and of {posts} for Celery; from the first request to the last answer",
    )


def calls_a_second(run: Lateness) -> float | None:
    """Of posts due together: from the first request's arrival to the last answer. None where posts were lost."""
    if run.max is None or run.min is None:
        return None
    return run.posts / ((run.max - run.min + burst.SLOW_MS) / 1000)
