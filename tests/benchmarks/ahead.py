"""Measures one large video on its way through the real engine: sent ahead by the uploads worker, then committed.

It is scheduled for when the engine would begin with it now, and moved to a few seconds ahead once all but its last
chunk is at TikTok; so nobody waits for an instant that a slow machine would miss all the same.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import F

from accounts.tenancy import CrossTenant, cross_tenant
from scheduler import schedule
from scheduler.clock import database_now
from scheduler.models import Post, PostEvent, PublishAttempt
from scheduler.states import EventKind, NextStep, Stage
from tests.benchmarks import footprint, load, ours
from tests.benchmarks.contest import await_commits
from tests.benchmarks.lateness import Lateness
from tests.benchmarks.noise import Measured

if TYPE_CHECKING:
    from scheduler.models import Media
    from tests.benchmarks.bench import Bench
    from tests.benchmarks.load import Cast

NEAR = 20.0
"""Seconds ahead, where a video goes that has been sent: more than a lease, which its last step may still hold."""

SENT_WITHIN = 420.0
LOOKS_EVERY = 0.1
WARM_UP = 0
"""The account whose video only makes the uploads worker load what it needs; it is not measured."""


@dataclass(frozen=True)
class Ahead(Measured):
    """`bytes_per_second`: all chunks but the last. `more_bytes`: the worker's peak of memory above its rest."""

    bytes_per_second: float
    more_bytes: int
    large: Lateness
    small: Lateness


def measure(bench: Bench, large: Media, small: Media, warm_up: Media) -> Ahead:
    """One large video beside three small ones that are due a second apart after it."""
    bench.start_ours()
    bench.fresh_sandbox()
    cast, pid = load.cast_of(bench), _uploads_pid(bench)
    posts = [_send(cast, WARM_UP, warm_up)]
    try:
        rest = footprint.rss_bytes(pid)
        footprint.forget_peak(pid)
        posts.append(_send(cast, 1, large))
        more = footprint.peak_rss_bytes(pid) - rest
        speed = _speed(posts[-1])
        posts[-1] = _move(posts[-1])
        posts += _due(cast, small, [NEAR + 1 + number for number in range(3)], first=2)
        found = _await(bench, posts[1:])
        return Ahead(speed, more, found([posts[1]]), found(posts[2:]))
    finally:
        load.forget(posts)


def measure_unstaged(bench: Bench, large: Media, small: Media) -> tuple[Lateness, Lateness]:
    """The same two sizes where nothing is sent ahead: (large, small). Call while the workers are told so."""
    bench.fresh_sandbox()
    cast = load.cast_of(bench)
    posts = _due(cast, small, [8.0, 9.0, 10.0], first=0) + _due(cast, large, [18.0], first=3)
    try:
        found = _await(bench, posts)
        return found(posts[3:]), found(posts[:3])
    finally:
        load.forget(posts)


def _uploads_pid(bench: Bench) -> int:
    process = bench.running.children["uploads"].process
    assert process is not None
    return process.pid


def _due(cast: Cast, media: Media, leads: list[float], *, first: int) -> list[Post]:
    """One post on each account from number `first` on, all of the workspace that has the video; begun at once."""
    now = database_now()
    captions = ours.captions_of(len(leads))
    posts = [
        load.new_post(cast, first + number, now + timedelta(seconds=lead), captions[number], media)
        for number, lead in enumerate(leads)
    ]
    for post in posts:
        post.next_step_at = now
    with cross_tenant(CrossTenant.SEED):
        return Post.objects.bulk_create(posts)


def _send(cast: Cast, number: int, media: Media) -> Post:
    """A post of which all but the last chunk is at TikTok. Raises TimeoutError."""
    now = database_now()
    begins = now - schedule.first_step_at(now, media.size)
    [post] = _due(cast, media, [begins.total_seconds() - 1], first=number)
    deadline = time.monotonic() + SENT_WITHIN
    with cross_tenant(CrossTenant.SEED):
        while not PublishAttempt.objects.filter(post=post, stage=Stage.STAGED).exists():
            if time.monotonic() > deadline:
                raise TimeoutError(f"{media.size:,} bytes were not sent within {SENT_WITHIN:g} s.")
            time.sleep(LOOKS_EVERY)
    return post


def _speed(post: Post) -> float:
    """Bytes a second from the intent to open the upload until all but the last chunk was there."""
    with cross_tenant(CrossTenant.SEED):
        attempt = PublishAttempt.objects.get(post=post)
        at = dict(PostEvent.objects.filter(post=post).values_list("kind", "at"))
    seconds = (at[EventKind.SENT_AHEAD] - at[EventKind.ATTEMPT_STARTED]).total_seconds()
    return attempt.chunks_sent * attempt.chunk_size / seconds


def _move(post: Post) -> Post:
    due_at = database_now() + timedelta(seconds=NEAR)
    with cross_tenant(CrossTenant.SEED):
        Post.objects.filter(pk=post.pk).update(
            due_at=due_at, next_step=NextStep.START, next_step_at=database_now(), fence=F("fence") + 1
        )
    post.due_at = due_at
    return post


def _await(bench: Bench, posts: list[Post]) -> Callable[[list[Post]], Lateness]:
    """Wait until all are posted; returns how late any of them were."""
    due = {post.caption: post.due_at.timestamp() for post in posts if post.due_at}
    last = max(due.values())
    await_commits(bench, set(due), begin=last + 1, deadline=last + ours.PATIENCE)
    arrivals = bench.remote.commits()

    def found(some: list[Post]) -> Lateness:
        return Lateness.of({post.caption: round(due[post.caption] * 1e9) for post in some}, arrivals)

    return found
