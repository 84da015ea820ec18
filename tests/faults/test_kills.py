"""Whatever is killed on the way of a direct video post, it is posted once, and settled within two leases.

Rows F-01 to F-07, F-30, F-32 and F-36 of `requirements/security.md` section 4. Every worker, beat and TikTok is a
real process; a crash point ends its worker by SIGKILL at the named step.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from scheduler.schedule import LEASE
from tests.faults.conftest import Engine, eventually

TWO_LEASES = 2 * LEASE.total_seconds()
THREE_CHUNKS = 17_000_000

pytestmark = pytest.mark.slow

CRASHPOINTS = [
    pytest.param("claimed", 0, id="F-01-after-the-claim"),
    pytest.param("init_intent", 0, id="F-02-after-the-init-intent"),
    pytest.param("init_answered", 0, id="F-04-after-the-init-answer"),
    pytest.param("init_saved", 0, id="F-04-after-the-publish-id-is-saved"),
    pytest.param("chunk_sent@2", THREE_CHUNKS, id="F-05-between-chunks"),
    pytest.param("commit_intent", 0, id="F-06-after-the-commit-intent"),
    pytest.param("last_chunk_sent", 0, id="F-06-after-the-last-chunk"),
    pytest.param("complete_seen", 0, id="F-07-after-publish-complete"),
]


@pytest.mark.parametrize(("crashpoint", "pad_to"), CRASHPOINTS)
def test_a_worker_killed_at_any_step_still_posts_once(engine: Engine, crashpoint: str, pad_to: int):
    post = engine.make(pad_to=pad_to)
    doomed = engine.worker(crashpoint=crashpoint)
    engine.beat()
    assert doomed.wait(timeout=60) == -9
    engine.worker()
    done = engine.settled(post, within=TWO_LEASES)
    assert done.status == "published"
    assert engine.posts_of(post) == 1
    assert engine.sandbox.ledger()["published_twice"] == []


def test_a_worker_killed_while_tiktok_answers_the_init_still_posts_once(engine: Engine):
    """F-03: TikTok has the init, the worker dies without its answer."""
    engine.sandbox.fault("hang", "video_init", seconds=8)
    post = engine.make()
    doomed = engine.worker()
    engine.beat()
    eventually(
        lambda: engine.sandbox.ledger()["publishes"] != [], within=30, what="TikTok has opened the upload"
    )
    doomed.kill()
    engine.worker()
    done = engine.settled(post, within=TWO_LEASES)
    assert (done.status, engine.posts_of(post)) == ("published", 1)
    assert len(engine.publish_ids(post)) == 2


def test_a_flushed_broker_loses_nothing(engine: Engine):
    """F-30: the wake-ups are gone with all the broker's data; the rows are due again."""
    made = [engine.make() for _ in range(3)]
    dispatcher = engine.processes.start_worker(queues=["dispatch"], env=engine.environment)
    beat = engine.beat()
    eventually(lambda: engine.queued() >= 3, within=30, what="the wake-ups are queued")
    engine.flush_broker()
    dispatcher.kill()
    beat.kill()
    engine.worker()
    engine.beat()
    for post in made:
        assert engine.settled(post, within=TWO_LEASES).status == "published"
        assert engine.posts_of(post) == 1


def test_two_beats_and_two_workers_post_each_once(engine: Engine):
    """F-36, and F-32 with it: every tick and every wake-up is doubled."""
    made = [engine.make(due_in=timedelta(seconds=8)) for _ in range(5)]
    for start in (engine.worker, engine.worker, engine.beat, engine.beat):
        start()
    for post in made:
        done = engine.settled(post, within=60)
        assert (done.status, engine.posts_of(post)) == ("published", 1)
        assert len(engine.publish_ids(post)) == 1


def test_a_tiktok_that_restarts_in_the_middle_still_shows_it_once(engine: Engine):
    post = engine.make()
    engine.worker()
    engine.beat()
    eventually(
        lambda: bool(engine.sandbox.requests(endpoint="commit")), within=30, what="the last chunk was sent"
    )
    engine.sandbox.kill()
    engine.sandbox.start()
    done = engine.settled(post, within=TWO_LEASES)
    assert (done.status, engine.posts_of(post)) == ("published", 1)
