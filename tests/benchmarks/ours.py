"""Measures Oncue itself, its processes as `make run` starts them: schedule, let the due time come, ask the sandbox."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING
from uuid import uuid4

from tests.benchmarks import backlog, load
from tests.benchmarks.contest import await_commits
from tests.benchmarks.lateness import Lateness

if TYPE_CHECKING:
    from scheduler.models import Post
    from tests.benchmarks.bench import Bench

QUEUED, QUEUED_QUICK = 1_000_000, 100_000
STAGED_LEAD = 9.0
PREPARED_LEAD = 100.0
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
    prepared: bool = False,
    patience: float = PATIENCE,
    fresh: bool = True,
) -> Lateness:
    """Our lateness for posts due `offsets` seconds after T. `prepared`: by the engine, not by the load builder."""
    fill_queue(bench)
    bench.start_ours()
    if fresh:
        bench.fresh_sandbox()
    captions = captions_of(len(offsets))
    place: Callable[..., list[Post]] = load.schedule_posts if prepared else load.schedule_staged
    posts = place(bench, offsets, captions, lead=PREPARED_LEAD if prepared else STAGED_LEAD)
    bench.remote.settings(latency_ms=latency_ms)
    try:
        due = {post.caption: post.due_at.timestamp() for post in posts if post.due_at}
        last = max(due.values())
        await_commits(bench, set(due), begin=last + QUIET_SECONDS, deadline=last + patience)
        return Lateness.of({name: round(at * 1e9) for name, at in due.items()}, bench.remote.commits())
    finally:
        load.forget(posts)
