"""Kills one worker in the middle of a burst, and looks at how long each post that it had in hand stays in the air.

Settled means: the engine has on record what it had to find out or do. For the clock worker that is the acknowledged
commit, for the publish worker the upload that is open; or, for both, a status that says what became of the post.
"""

from __future__ import annotations

import math
import os
import random
import signal
import time
from collections.abc import Callable, Sequence, Set
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from accounts.tenancy import CrossTenant, cross_tenant
from config.supervisor import parts
from config.supervisor.child import pause_after
from scheduler.models import Post, PublishAttempt
from scheduler.states import PostStatus, Stage
from tests.benchmarks import footprint, load, ours
from tests.benchmarks.contest import await_commits
from tests.benchmarks.lateness import Lateness, percentile
from tests.benchmarks.noise import Measured

if TYPE_CHECKING:
    from config.supervisor.child import Child
    from tests.benchmarks.bench import Bench

POSTS, POSTS_QUICK = 400, 200
LATENCY_MS = 300
BURST_SECONDS = 0.5
GIVE_UP = 60.0
LOOKS_EVERY = 0.1
PREPARED_LEAD = 45.0

COMMITTED = (Stage.COMMITTED, Stage.LIVE)
OPENED = (Stage.STAGED, Stage.COMMITTING, *COMMITTED)
ENDED = (PostStatus.PUBLISHED, PostStatus.FAILED, PostStatus.MISSED, PostStatus.NEEDS_CHECK)


@dataclass(frozen=True)
class Recovery(Measured):
    """`p50` to `max`: seconds from the kill, of the posts that were unsettled then; None where one never settled."""

    unsettled: int
    p50: float | None
    p99: float | None
    max: float | None
    needs_check: int
    posts: Lateness


def of_clock(bench: Bench, *, second: bool) -> Recovery:
    """Killed while half of the burst's commits are out and none is answered."""
    chance = random.Random(5)
    offsets = [chance.uniform(0, BURST_SECONDS) for _ in range(_posts(bench))]
    with ExitStack() as stack:
        worker = _workers(bench, parts.CLOCK, stack, second=second)
        captions = ours.captions_of(len(offsets))
        posts = load.schedule_staged(bench, offsets, captions, lead=ours.STAGED_LEAD)
        first = min(_due(posts).values()).timestamp()

        def moment() -> None:
            time.sleep(max(0.0, first + BURST_SECONDS / 2 - time.time()))

        return _watched(bench, posts, COMMITTED, worker, moment)


def of_publish(bench: Bench, *, second: bool) -> Recovery:
    """Killed while it opens the uploads, a fifth of which are open."""
    with ExitStack() as stack:
        worker = _workers(bench, parts.PUBLISH, stack, second=second)
        offsets = [0.0] * _posts(bench)
        bench.remote.settings(latency_ms=LATENCY_MS)
        captions = ours.captions_of(len(offsets))
        posts = load.schedule_posts(bench, offsets, captions, lead=PREPARED_LEAD)
        ids = {post.pk for post in posts}

        def moment() -> None:
            deadline = time.monotonic() + GIVE_UP
            while len(_settled(ids, OPENED)) < len(ids) / 5:
                if time.monotonic() > deadline:
                    raise TimeoutError(f"The engine did not open {len(ids) // 5} uploads in {GIVE_UP:g} s.")
                time.sleep(LOOKS_EVERY / 2)

        return _watched(bench, posts, OPENED, worker, moment)


def _posts(bench: Bench) -> int:
    return POSTS_QUICK if bench.quick else POSTS


def _workers(bench: Bench, kind: parts.Worker, stack: ExitStack, *, second: bool) -> Callable[[], None]:
    """Start ours, and another of this kind if asked; returns what kills the busier one, and revives a lone one."""
    bench.start_ours()
    bench.fresh_sandbox()
    child = bench.running.children[kind.name]
    others: list[int] = []
    if second:
        other = bench.processes.start_worker(queues=kind.queues, threads=kind.threads, name=kind.name)
        stack.callback(other.kill)
        others.append(other.pid)

    def kill() -> None:
        assert child.process is not None
        os.kill(max([child.process.pid, *others], key=footprint.open_files), signal.SIGKILL)

    return kill if second else lambda: _kill_and_revive(child, kill)


def _kill_and_revive(child: Child, kill: Callable[[], None]) -> None:
    """As the supervisor does."""
    kill()
    assert child.process is not None
    child.process.wait()
    time.sleep(pause_after(1))
    child.start()


def _watched(
    bench: Bench,
    posts: Sequence[Post],
    stages: Sequence[Stage],
    kill: Callable[[], None],
    moment: Callable[[], None],
) -> Recovery:
    """Kill at the moment, see when each post settles, then wait until all are at TikTok."""
    ids, due = {post.pk for post in posts}, _due(posts)
    bench.remote.settings(latency_ms=LATENCY_MS)
    try:
        moment()
        before, killed_at = _settled(ids, stages), time.monotonic()
        kill()
        settled = _await_settled(ids - before, stages, killed_at)
        last = max(due.values()).timestamp()
        await_commits(bench, set(due), begin=last + ours.QUIET_SECONDS, deadline=max(last, time.time()) + 20)
        when = {caption: round(at.timestamp() * 1e9) for caption, at in due.items()}
        found = Lateness.of(when, bench.remote.commits())
        return _recovery(ids - before, settled, _in_doubt(ids), found)
    finally:
        load.forget(posts)


def _await_settled(ids: Set[UUID], stages: Sequence[Stage], killed_at: float) -> dict[UUID, float]:
    """Seconds after the kill at which each of these was first seen settled."""
    seen: dict[UUID, float] = {}
    while len(seen) < len(ids) and (passed := time.monotonic() - killed_at) < GIVE_UP:
        seen |= dict.fromkeys(_settled(ids - seen.keys(), stages), round(passed, 2))
        time.sleep(LOOKS_EVERY)
    return seen


def _settled(ids: Set[UUID], stages: Sequence[Stage]) -> set[UUID]:
    with cross_tenant(CrossTenant.SEED):
        attempts = PublishAttempt.objects.filter(post_id__in=ids, stage__in=stages)
        ended = Post.objects.filter(pk__in=ids, status__in=ENDED)
        return {*attempts.values_list("post_id", flat=True), *ended.values_list("pk", flat=True)}


def _in_doubt(ids: Set[UUID]) -> int:
    with cross_tenant(CrossTenant.SEED):
        return Post.objects.filter(pk__in=ids, status=PostStatus.NEEDS_CHECK).count()


def _recovery(unsettled: Set[UUID], settled: dict[UUID, float], in_doubt: int, posts: Lateness) -> Recovery:
    times = [settled.get(post_id, math.inf) for post_id in unsettled]
    p50, p99, most = (_finite(times, percent) for percent in (50, 99, 100))
    return Recovery(len(unsettled), p50, p99, most, in_doubt, posts)


def _finite(times: Sequence[float], percent: float) -> float | None:
    found = percentile(times, percent) if times else math.inf
    return None if math.isinf(found) else found


def _due(posts: Sequence[Post]) -> dict[str, datetime]:
    return {post.caption: post.due_at for post in posts if post.due_at}
