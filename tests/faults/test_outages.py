"""F-51, F-52, F-60: an outage of hours, deploys and the kill switch."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from itertools import pairwise

import pytest

from accounts.tenancy import workspace_scope
from scheduler import authoring, explaining, lateness, switches
from scheduler.clock import database_now
from scheduler.models import Post
from scheduler.states import Reason, Stage
from tests.faults import invariants
from tests.faults.apart import told
from tests.faults.conftest import House
from tests.faults.engine import PLAIN, Engine, eventually
from tests.faults.world import Pause, let_time_pass
from tests.scheduler.engine import attempts, fresh

pytestmark = [pytest.mark.slow, pytest.mark.faults]

MANY_CHUNKS = 40_000_000
PAUSE_HOLDS_AFTER = 10.0
SENDING = ("video_init", "upload", "commit")
OUTAGE = timedelta(hours=6)
POSTS_PER_DAY = 3


def test_f51_an_outage_of_six_hours(engine: Engine, house: House) -> None:
    """All stops when one post is sent ahead. Then: beyond the hour a person decides; what is not follows at a distance.

    Four late posts of one creator are one more than its day allows. Another creator's, and another workspace's, go out
    at once.
    """
    world = engine.world
    engine.everything_is_broken = True
    other = world.creator()
    ahead = world.post("chunks", due_in=timedelta(seconds=60))
    engine.start()
    eventually(lambda: is_staged(ahead), within=45, what="one post is sent ahead")
    for part in PLAIN:
        engine.kill(part)
    missed = [
        ahead,
        world.post(due_in=timedelta(hours=3)),
        world.post(account=other, due_in=timedelta(hours=4)),
    ]
    late = [world.post(due_in=OUTAGE - timedelta(minutes=minutes)) for minutes in (40, 35, 30, 25)]
    apart = world.post(account=other, due_in=OUTAGE - timedelta(minutes=30))
    theirs = world.bystander(due_in=OUTAGE - timedelta(minutes=5))
    engine.flush_broker()
    for post in (*missed, *late, apart, theirs):
        let_time_pass(post, OUTAGE)

    with told(engine, house, TIKTOK_POSTS_PER_DAY=str(POSTS_PER_DAY)):
        engine.start()
        for post in missed:
            assert decision_on(engine.settled(post)) == "retry"
        for post in (apart, theirs, late[0]):
            assert engine.settled(post).status == "published"
        for earlier, later in pairwise(late):
            assert engine.settled(earlier).status == "published"
            eventually(partial(waits, later), within=30, what="the next keeps its distance")
            assert fresh(later).status == "scheduled"
            for post in late:
                let_time_pass(post, lateness.SPACING)
        assert engine.settled(late[-1]).hold == Reason.DAILY_CAP
        assert min(distances(late[:POSTS_PER_DAY])) >= lateness.SPACING
        with workspace_scope(world.home):
            authoring.retry(post=fresh(missed[-1]), by=world.owner)
        assert engine.settled(missed[-1]).status == "published"
        invariants.check(engine)
    assert {fresh(post).status for post in missed[:-1]} == {"missed"}


def is_staged(post: Post) -> bool:
    """All of it is at TikTok but the last chunk."""
    return [attempt.stage for attempt in attempts(post)] == [Stage.STAGED]


def decision_on(post: Post) -> str:
    """What the page offers for a post that was missed."""
    assert (post.status, post.reason) == ("missed", Reason.LATE)
    explained = explaining.explain(post)
    assert explained is not None
    return explained.action


def waits(post: Post) -> bool:
    """Put off by about the distance between late posts."""
    at = fresh(post).next_step_at
    return at is not None and at > database_now() + lateness.SPACING / 2


def distances(posts: Sequence[Post]) -> list[timedelta]:
    """Between the commits of posts that follow each other."""
    instants = [attempt.commit_intent_at for post in posts for attempt in attempts(post)]
    return [later - earlier for earlier, later in pairwise(instants) if earlier and later]


def test_f52_a_deploy_in_mid_upload(engine: Engine) -> None:
    """Each worker ends by SIGTERM in good order; the next one goes on with the same `publish_id`.

    One version only: `tests/scheduler/test_states.py` and the migrations answer for two.
    """
    engine.sandbox.control(settings={"latency_ms": 700.0, "keep_media": False})
    post = engine.world.post("chunks", pad_to=MANY_CHUNKS, due_in=timedelta(seconds=45))
    engine.world.bystander(due_in=timedelta(seconds=45))
    engine.start()
    engine.seen("upload", times=2, creator="luna.bakes")
    ids = engine.publish_ids(post)
    for part in ("uploads", "publish", "clock"):
        assert engine.stop(part) == 0, engine.parts[part].output
        engine.start(part)
    assert fresh(post).status == "scheduled"
    invariants.check(engine, within=120)
    assert fresh(post).status == "published"
    assert engine.publish_ids(post) == ids
    assert len(ids) == 1
    assert len(engine.sandbox.requests(endpoint="commit", creator="luna.bakes")) == 1


def test_f60_the_kill_switch_during_uploads(engine: Engine) -> None:
    """Six uploads of many chunks, for twenty: ten seconds after the pause nothing is sent; then they go on."""
    engine.sandbox.control(settings={"latency_ms": 1500.0, "keep_media": False})
    due_at = database_now() + timedelta(seconds=50)
    world = engine.world
    posts = [world.post("chunks", world.creator(), pad_to=MANY_CHUNKS, due_at=due_at) for _ in range(6)]
    engine.start()
    engine.seen("upload", times=6)
    switches.pause_workspace(workspace=world.home, by=world.owner)
    paused, since = time.time(), database_now()
    eventually(
        lambda: {fresh(post).hold for post in posts} == {Reason.PAUSED}, within=60, what="all are held"
    )
    ids = {post.pk: engine.publish_ids(post) for post in posts}
    while time.time() < paused + PAUSE_HOLDS_AFTER + 5:
        time.sleep(0.2)
    sent = [row for name in SENDING for row in engine.sandbox.requests(endpoint=name)]
    assert [row for row in sent if row["time"] > paused + PAUSE_HOLDS_AFTER] == []
    world.pauses.append(Pause(world.home.pk, since, database_now()))
    switches.resume_workspace(workspace=world.home, by=world.owner)
    invariants.check(engine, within=150)
    assert {fresh(post).status for post in posts} == {"published"}
    for post in posts:
        began = [name for name in ids[post.pk] if name]
        assert engine.publish_ids(post)[: len(began)] == began
        assert len(attempts(post)) == 1
