"""F-38, F-58: a wrong clock, no way to TikTok."""

from __future__ import annotations

import pytest

from scheduler.clock import database_now
from scheduler.models import Post
from tests.faults import invariants
from tests.faults.apart import told
from tests.faults.conftest import House
from tests.faults.engine import SOON, Engine, eventually
from tests.faults.impostor import Impostor
from tests.sandbox_process import free_port
from tests.scheduler.engine import fresh

pytestmark = [pytest.mark.slow, pytest.mark.faults]


@pytest.mark.parametrize("seconds", [600, -600], ids=["ahead", "behind"])
def test_f38_workers_whose_clock_is_ten_minutes_off(engine: Engine, house: House, seconds: int) -> None:
    """They claim nothing and say why; sound workers beside them post once, on the database's time.

    `tests/loopback/sitecustomize.py` shifts `time.time` in these processes, which is what `accounts/clock.py` reads;
    without libfaketime here, `datetime.now` stays right.
    """
    post = engine.world.post(due_in=SOON)
    with told(engine, house):
        engine.start("clock", "publish", "uploads", ONCUE_TEST_CLOCK_OFF=str(seconds))
        engine.start("beat")
        engine.parts["clock"].await_line(r"s off the database's: nothing is claimed here")
        eventually(lambda: is_overdue(post), within=60, what="the post is due")
        assert fresh(post).status == "scheduled"
        assert engine.sandbox.requests() == []
        engine.start("clock2", "publish2", "uploads2")
        invariants.check(engine, within=120)
    assert fresh(post).status == "published"
    assert len(engine.sandbox.requests(endpoint="commit")) == 1


def is_overdue(post: Post) -> bool:
    return post.due_at is not None and database_now() > post.due_at + SOON


@pytest.mark.parametrize("what", ["no name", "nobody there", "no TLS", "a false certificate"])
def test_f58_no_way_to_tiktok(engine: Engine, house: House, what: str) -> None:
    """Nothing is sent to whoever answers instead, not a byte; it is tried again, and goes out once the way is right."""
    post = engine.world.post(due_in=SOON)
    with Impostor(engine.state) as impostor:
        address = {
            "no name": "https://tiktok.invalid",
            "nobody there": f"https://127.0.0.1:{free_port()}",
            "no TLS": engine.sandbox.base_url.replace("http:", "https:"),
            "a false certificate": impostor.base_url,
        }[what]
        with told(engine, house, TIKTOK_API_BASE_URL=address):
            engine.start()
            eventually(lambda: fresh(post).troubles >= 2, within=90, what="it was tried twice")
            assert fresh(post).status == "scheduled"
        assert impostor.heard == b""
        assert (impostor.calls >= 2) == (what == "a false certificate")
    assert engine.sandbox.requests() == []
    engine.start()
    invariants.check(engine, within=90)
    assert fresh(post).status == "published"
    assert len(engine.sandbox.requests(endpoint="commit")) == 1
