"""Measures Oncue itself, its processes as `make run` starts them: schedule, let the due time come, ask the sandbox."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import uuid4

from scheduler import schedule
from tests.benchmarks import backlog, load
from tests.benchmarks.bench import say
from tests.benchmarks.contest import HandedOutLate, await_commits
from tests.benchmarks.lateness import Lateness

if TYPE_CHECKING:
    from tests.benchmarks.bench import Bench

QUEUED, QUEUED_QUICK = 1_000_000, 100_000
PLACED_PER_SECOND = 500
PLACED_BEFORE = schedule.COMMIT_LEAD.total_seconds() + 1
"""Seconds before the first instant at which all posts have to be in the database: the clock looks for them then."""
STAGED_LEAD = PLACED_BEFORE + 3

QUIET_SECONDS = 2.0
PATIENCE = 60.0


def captions_of(posts: int) -> list[str]:
    run = uuid4().hex[:6]
    return [f"{run}-{number}" for number in range(posts)]


def fill_queue(bench: Bench) -> None:
    """The million others."""
    backlog.fill_queue(bench, QUEUED_QUICK if bench.quick else QUEUED)


def measure(
    bench: Bench,
    offsets: Sequence[float],
    *,
    latency_ms: int = 0,
    patience: float = PATIENCE,
    fresh: bool = True,
) -> Lateness:
    """Our lateness for posts due `offsets` seconds after T; what has not arrived `patience` s later is lost.

    With three times the lead where the posts were not in place in time, which is the benchmark's doing and not ours.
    """
    fill_queue(bench)
    bench.start_ours()
    lead = STAGED_LEAD + len(offsets) / PLACED_PER_SECOND
    try:
        return _measure(bench, offsets, lead, latency_ms, patience, fresh=fresh)
    except HandedOutLate as late:
        say(f"Oncue: {late} Once more, with more time.")
        return _measure(bench, offsets, 3 * lead, latency_ms, patience, fresh=fresh)


def _measure(
    bench: Bench, offsets: Sequence[float], lead: float, latency_ms: int, patience: float, *, fresh: bool
) -> Lateness:
    if fresh:
        bench.fresh_sandbox()
    posts = load.schedule_staged(bench, offsets, captions_of(len(offsets)), lead=lead)
    try:
        due = {post.caption: post.due_at.timestamp() for post in posts if post.due_at}
        first, last = min(due.values()), max(due.values())
        if time.time() > first - PLACED_BEFORE:
            raise HandedOutLate(f"writing {len(posts)} posts took too much of {lead:g} s.")
        bench.remote.settings(latency_ms=latency_ms)
        await_commits(bench, set(due), begin=last + QUIET_SECONDS, deadline=last + patience)
        return Lateness.of({name: round(at * 1e9) for name, at in due.items()}, bench.remote.commits())
    finally:
        load.forget(posts)
