"""The faults that every `make test` meets, many at once: deaths at every step, frozen workers, a broker that forgets.

Each has tests of its own for `make faults`, where it is met alone and with every kind of post.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from accounts.tenancy import workspace_scope
from scheduler import authoring, policies
from scheduler.clock import Clock, database_now
from scheduler.models import Post
from tests.faults import invariants
from tests.faults.engine import SOON, Engine, eventually
from tests.scheduler.engine import fresh

pytestmark = pytest.mark.slow

DEATHS = {
    "publish": ["claimed", "init_intent", "init_answered", "init_saved", "complete_seen"],
    "uploads": ["chunk_sent", "chunk_sent@2"],
    "clock": ["commit_intent", "last_chunk_sent"],
}
FEED_EVERY = 2.0


def test_f01_f02_f04_f05_f06_f07_every_worker_dies_at_every_step(engine: Engine) -> None:
    """Nine deaths, each at its own crash point; whoever comes next dies at the next one, until all have."""
    left = {part: iter(points) for part, points in DEATHS.items()}
    for number in range(8):
        engine.world.post("chunks" if number % 2 else "video", engine.world.creator())
    for part in left:
        die_next(engine, left, part)
    engine.start("beat")
    while left:
        for part in [part for part in left if not engine.parts[part].running]:
            assert engine.parts[part].wait() == -signal.SIGKILL, engine.parts[part].output
            die_next(engine, left, part)
        engine.world.post("chunks", engine.world.creator())
        await_a_death(engine, left)
    invariants.check(engine)
    assert {fresh(post).status for post in engine.world.posts} == {"published"}


def die_next(engine: Engine, left: dict[str, Iterator[str]], part: str) -> None:
    """Start the part to die at its next step; a sound one where there is none."""
    crashpoint = next(left[part], "")
    engine.start(part, crashpoint=crashpoint)
    if not crashpoint:
        del left[part]


def await_a_death(engine: Engine, left: dict[str, Iterator[str]]) -> None:
    """Until one of the parts has died, or it is time to give them more to do."""
    until = time.monotonic() + FEED_EVERY
    assert len(engine.world.posts) < 60, f"still alive: {sorted(left)}"
    while all(engine.parts[part].running for part in left) and time.monotonic() < until:
        time.sleep(0.05)


def test_f08_a_clock_frozen_while_it_holds_posts(engine: Engine) -> None:
    """It wakes when another clock has posted: its intents find other fences."""
    posts = [
        engine.world.post(account=engine.world.creator(), due_in=timedelta(seconds=16)) for _ in range(3)
    ]
    engine.start()
    eventually(lambda: all(is_held(post) for post in posts), within=20, what="the clock holds the posts")
    engine.freeze("clock")
    engine.start("clock2")
    eventually(
        lambda: all(fresh(post).status != "scheduled" for post in posts),
        within=30,
        what="another clock has them",
    )
    engine.thaw("clock")
    invariants.check(engine)
    assert len(engine.sandbox.requests(endpoint="commit")) == len(posts)


def test_f30_f32_f36_a_flushed_broker_and_everything_doubled(engine: Engine) -> None:
    """Two beats and two of each worker; the broker forgets everything while wake-ups wait, and while tasks run."""
    engine.start("clock", "beat")
    for _ in range(6):
        engine.world.post(account=engine.world.creator())
    eventually(lambda: engine.queued("publish") >= 6, within=30, what="the wake-ups are queued")
    engine.flush_broker()
    engine.start("publish", "publish2", "clock2", "uploads", "uploads2", "beat2")
    engine.world.post("chunks")
    engine.seen("upload")
    engine.flush_broker()
    invariants.check(engine)
    assert {fresh(post).status for post in engine.world.posts} == {"published"}


def test_f48_a_cancel_in_the_last_seconds_wins_or_is_refused(engine: Engine) -> None:
    """Never both: cancelled posts are not at TikTok, and whoever was told "too late" finds theirs there."""
    posts = [engine.world.post(account=engine.world.creator(), due_in=SOON) for _ in range(12)]
    engine.start()
    refused = [
        post
        for number, post in enumerate(posts)
        if not cancel_at(engine, post, timedelta(milliseconds=40 * (number - 8)))
    ]
    invariants.check(engine)
    for post in posts:
        assert (fresh(post).status == "published") == (post in refused)


def cancel_at(engine: Engine, post: Post, offset: timedelta) -> bool:
    """Cancel so long after the due time, negative before it; whether that was still possible."""
    assert post.due_at is not None
    Clock.measure().hold_until(post.due_at + offset)
    with workspace_scope(post.workspace_id):
        try:
            authoring.cancel(post=fresh(post), by=engine.world.owner)
        except policies.NotPossible:
            return False
    return True


def is_held(post: Post) -> bool:
    """Claimed for its commit: the row is leased, and still scheduled."""
    row = fresh(post)
    leased = row.next_step_at is not None and row.next_step_at > database_now() + timedelta(seconds=8)
    return row.next_step == "commit" and leased
