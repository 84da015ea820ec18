"""F-01 to F-09: whatever ends or freezes a worker on the way of a post, it is posted once and settled soon after.

A crash point ends its worker by SIGKILL at the named step; a sound worker takes its place at once, and learns nothing
of the post but what is on record. For posts that TikTok fetches the init is the commit, so the clock sends it.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from scheduler.clock import database_now
from tests.faults import invariants
from tests.faults.engine import Engine, eventually
from tests.scheduler.engine import fresh

pytestmark = [pytest.mark.slow, pytest.mark.faults]

UPLOADED = ("video", "chunks", "inbox video")
FETCHED = ("photos", "inbox photos")
INIT = {
    "video": "video_init",
    "inbox video": "inbox_init",
    "photos": "photo_init",
    "inbox photos": "photo_init",
}


def prepare(engine: Engine, kind: str) -> None:
    """A bystander, a post of this kind, and the site where TikTok has to reach us."""
    if kind in FETCHED:
        engine.start("web")
    engine.world.bystander()
    engine.world.post(kind)


def conclude(engine: Engine) -> None:
    """Everything is out, once."""
    invariants.check(engine)
    assert {fresh(post).status for post in engine.world.posts} <= {"published", "in_inbox"}


def crash(engine: Engine, kind: str, part: str, crashpoint: str) -> None:
    """Publish one post through a part that dies at the crash point."""
    prepare(engine, kind)
    engine.start(part, crashpoint=crashpoint)
    engine.start(*{"clock", "publish", "uploads", "beat"} - {part})
    engine.await_crash(part)
    conclude(engine)


@pytest.mark.parametrize("kind", UPLOADED + FETCHED)
def test_f01_kill_after_the_claim(engine: Engine, kind: str) -> None:
    crash(engine, kind, "publish", "claimed")


@pytest.mark.parametrize("kind", UPLOADED)
def test_f02_kill_after_the_init_intent(engine: Engine, kind: str) -> None:
    crash(engine, kind, "publish", "init_intent")


@pytest.mark.parametrize("kind", FETCHED)
def test_f02_kill_before_an_init_that_posts(engine: Engine, kind: str) -> None:
    """Nobody can know that the request was not sent; that nothing was fetched proves that nothing can come of it."""
    crash(engine, kind, "clock", "commit_intent")


@pytest.mark.parametrize("kind", ["video", "inbox video"])
def test_f03_kill_while_tiktok_answers_the_init(engine: Engine, kind: str) -> None:
    engine.sandbox.fault("hang", INIT[kind], seconds=8, creator="luna.bakes")
    prepare(engine, kind)
    engine.start()
    eventually(lambda: entries(engine), within=30, what="TikTok has opened the upload")
    engine.restart("publish")
    conclude(engine)
    assert len(engine.publish_ids(engine.world.posts[0])) == 2


@pytest.mark.parametrize("kind", FETCHED)
def test_f03_kill_while_tiktok_answers_an_init_that_posts(engine: Engine, kind: str) -> None:
    """TikTok has fetched: only its own event may name the id, and no second init is sent."""
    engine.sandbox.fault("hang", INIT[kind], seconds=8, creator="luna.bakes")
    prepare(engine, kind)
    engine.start()
    eventually(lambda: entries(engine), within=30, what="TikTok has the init")
    engine.restart("clock")
    conclude(engine)
    assert len(engine.sandbox.requests(endpoint="photo_init")) == 1


@pytest.mark.parametrize("crashpoint", ["init_answered", "init_saved"])
@pytest.mark.parametrize("kind", UPLOADED)
def test_f04_kill_after_the_init_answer(engine: Engine, kind: str, crashpoint: str) -> None:
    crash(engine, kind, "publish", crashpoint)


@pytest.mark.parametrize("kind", FETCHED)
def test_f04_kill_after_the_answer_of_an_init_that_posts(engine: Engine, kind: str) -> None:
    crash(engine, kind, "clock", "last_chunk_sent")
    assert len(engine.sandbox.requests(endpoint="photo_init")) == 1


@pytest.mark.parametrize("passage", [1, 2])
def test_f05_kill_between_chunks(engine: Engine, passage: int) -> None:
    crash(engine, "chunks", "uploads", f"chunk_sent@{passage}")
    assert len(engine.publish_ids(engine.world.posts[0])) == 1


@pytest.mark.parametrize("kind", UPLOADED)
def test_f06_kill_before_the_last_chunk(engine: Engine, kind: str) -> None:
    crash(engine, kind, "clock", "commit_intent")
    assert len(engine.publish_ids(engine.world.posts[0])) == 1


@pytest.mark.parametrize("kind", UPLOADED)
def test_f06_kill_after_the_last_chunk(engine: Engine, kind: str) -> None:
    crash(engine, kind, "clock", "last_chunk_sent")
    assert len(engine.publish_ids(engine.world.posts[0])) == 1


@pytest.mark.parametrize("kind", ["video", "photos"])
def test_f07_kill_after_publish_complete(engine: Engine, kind: str) -> None:
    crash(engine, kind, "publish", "complete_seen")


def test_f08_a_clock_frozen_while_it_holds_a_post(engine: Engine) -> None:
    """It wakes when another clock has posted: its intent finds another fence."""
    post = engine.world.post(due_in=timedelta(seconds=8))
    engine.start()
    eventually(lambda: is_held(post), within=20, what="the clock holds the post")
    engine.freeze("clock")
    engine.start("clock2")
    eventually(lambda: fresh(post).status != "scheduled", within=30, what="another clock has it")
    engine.thaw("clock")
    conclude(engine)
    assert len(engine.sandbox.requests(endpoint="commit")) == 1


def test_f08_a_clock_frozen_while_tiktok_answers_the_commit(engine: Engine) -> None:
    engine.sandbox.fault("hang", "commit", seconds=4, creator="luna.bakes")
    post = engine.world.post()
    engine.start()
    eventually(lambda: fresh(post).status == "publishing", within=20, what="the intent is on record")
    engine.freeze("clock")
    engine.start("clock2")
    eventually(lambda: fresh(post).status == "published", within=40, what="TikTok was asked by others")
    engine.thaw("clock")
    conclude(engine)


def test_f08_an_upload_frozen_beyond_its_lease(engine: Engine) -> None:
    """The chunk that it goes on with is refused here, by the fence, before anything is sent."""
    engine.sandbox.fault("hang", "upload", seconds=3, creator="luna.bakes")
    post = engine.world.post("chunks")
    engine.start()
    eventually(lambda: sent(engine) > 0, within=30, what="the first chunk is on its way")
    engine.freeze("uploads")
    engine.start("uploads2")
    eventually(lambda: fresh(post).status == "published", within=45, what="another worker has sent it")
    engine.thaw("uploads")
    conclude(engine)


def test_f09_an_upload_too_large_for_the_worker_to_hold(engine: Engine) -> None:
    """A video of 300 MB through an upload worker whose memory stays flat; a whole copy would show at once.

    Stands in for 4 GB under a cgroup, which needs privileges; `tests/scheduler/test_large_upload.py` sends 4 GB.
    """
    engine.sandbox.control(settings={"keep_media": False})
    engine.world.post("chunks", pad_to=300_000_000, due_in=timedelta(seconds=20))
    engine.start()
    peaks = [peak_memory(engine.parts[name].pid) for name in ("uploads", "clock")]
    conclude(engine)
    grown = [
        peak_memory(engine.parts[name].pid) - was
        for name, was in zip(("uploads", "clock"), peaks, strict=True)
    ]
    assert max(grown) < 60_000, f"grown by {grown} kB"


def entries(engine: Engine) -> list[object]:
    """Luna's publishes at TikTok."""
    return [entry for entry in engine.sandbox.ledger()["publishes"] if entry["creator"] == "luna.bakes"]


def sent(engine: Engine) -> int:
    return len(engine.sandbox.requests(endpoint="upload", creator="luna.bakes")) + sum(
        entry["uploaded_bytes"] for entry in engine.sandbox.ledger()["publishes"]
    )


def is_held(post: object) -> bool:
    """Claimed for its commit: the row is leased, and still scheduled."""
    row = fresh(post)
    return row.next_step == "commit" and row.next_step_at > database_now() + timedelta(seconds=8)


def peak_memory(pid: int) -> int:
    """Kilobytes, the most so far."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0])
