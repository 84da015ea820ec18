"""F-52, F-60: deploys and the kill switch."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from scheduler import switches
from scheduler.clock import database_now
from scheduler.states import Reason
from tests.faults import invariants
from tests.faults.engine import Engine, eventually
from tests.faults.world import Pause
from tests.scheduler.engine import attempts, fresh

pytestmark = [pytest.mark.slow, pytest.mark.faults]

MANY_CHUNKS = 40_000_000
PAUSE_HOLDS_AFTER = 10.0
SENDING = ("video_init", "upload", "commit")


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
