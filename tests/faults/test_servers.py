"""F-31, F-33 to F-37: the broker, PostgreSQL and beat, taken away under a working engine.

Where a server is ended, it is one of the run's own: a small campaign (`campaign.py`) with nothing but that server as
its victim, at moments that a seed draws.
"""

from __future__ import annotations

import argparse
import threading
import time
from datetime import timedelta

import psycopg
import pytest
import requests
from django.db import connection

from tests.faults import campaign, invariants
from tests.faults.engine import Engine, eventually
from tests.processes import database_url
from tests.scheduler.engine import fresh

pytestmark = [pytest.mark.slow, pytest.mark.faults]


def suffer(request: pytest.FixtureRequest, victim: str, *, kills: int = 5, down: float = 0.0) -> None:
    """Fifty posts of all kinds through an engine that loses this server again and again."""
    options = argparse.Namespace(kills=kills, posts=50, victims=victim, down=down)
    row = campaign.in_a_process_of_its_own(7, options)
    names = ("posts", "lost", "doubled", "stuck")
    request.node.user_properties.append(("runs", [{name: int(str(row.get(name, 0))) for name in names}]))
    assert row["holds"], row


def test_f31_the_broker_is_killed_with_all_it_holds(request: pytest.FixtureRequest) -> None:
    suffer(request, "valkey", kills=8)


def test_f31_the_broker_is_away_for_a_while(request: pytest.FixtureRequest) -> None:
    """Posts are late and then go out; twelve seconds stand for ten minutes, by when nothing else is different."""
    suffer(request, "valkey", kills=2, down=12.0)


def test_f31_a_full_broker_refuses(request: pytest.FixtureRequest) -> None:
    """It takes no wake-up and forgets none; workers that it turns away end, and are started anew."""
    suffer(request, "valkey full", kills=2, down=8.0)


@pytest.mark.parametrize("how", ["postgres", "postgres fast"], ids=["immediate", "fast"])
def test_f33_postgres_restarts(request: pytest.FixtureRequest, how: str) -> None:
    suffer(request, how)


def test_f34_a_table_is_locked_for_a_while(engine: Engine) -> None:
    """Whoever waits gives up after its limit; a webhook is answered 5xx, so TikTok sends it again."""
    engine.everything_is_broken = True
    post = engine.world.post()
    engine.start("clock", "publish", "uploads", "beat", "web")
    connection.close()
    with psycopg.connect(database_url()) as other:
        other.execute("LOCK TABLE scheduler_post, tiktok_webhookevent IN ACCESS EXCLUSIVE MODE")
        time.sleep(12)
        assert hook(engine) >= 500
        other.rollback()
    invariants.check(engine)
    assert fresh(post).status == "published"


def test_f35_no_connection_is_left(engine: Engine) -> None:
    """Five connections for all processes: they queue for them, and every post goes out."""
    engine.everything_is_broken = True
    for _ in range(10):
        engine.world.post(account=engine.world.creator())
    name = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute(f'ALTER DATABASE "{name}" CONNECTION LIMIT 8')
    try:
        engine.start()
        hogs = [psycopg.connect(database_url()) for _ in range(3)]
        time.sleep(10)
        for hog in hogs:
            hog.close()
        eventually(lambda: not engine.unsettled(), within=90, what="all are settled")
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f'ALTER DATABASE "{name}" CONNECTION LIMIT -1')
    invariants.check(engine)


def test_f37_no_beat_for_a_while(engine: Engine) -> None:
    """Nothing is claimed meanwhile, and `/readyz` would say so after a minute; the next beat finds all that is due."""
    engine.everything_is_broken = True
    engine.start()
    engine.kill("beat")
    post = engine.world.post()
    time.sleep(12)
    assert fresh(post).status == "scheduled"
    engine.start("beat")
    invariants.check(engine)
    assert fresh(post).status == "published"


def test_f59_everything_answers_slowly(engine: Engine) -> None:
    """Two seconds for each answer of TikTok's: posts go out on time, because what takes long is done ahead; pages do
    not wait for TikTok. Stands in for netem, which needs privileges."""
    engine.sandbox.control(settings={"latency_ms": 2000.0})
    posts = [
        engine.world.post(account=engine.world.creator(), due_in=timedelta(seconds=25)) for _ in range(8)
    ]
    engine.start("clock", "publish", "uploads", "beat", "web")
    began = time.monotonic()
    assert requests.get(f"{engine.web_url}/healthz", timeout=5).ok
    assert time.monotonic() - began < 2
    invariants.check(engine, within=90)
    due = {post.caption: post.due_at for post in posts}
    for entry in engine.sandbox.ledger()["publishes"]:
        late = entry["committed_at"] - due[entry["caption"]].timestamp()
        assert 0 <= late < 3, late


def hook(engine: Engine) -> int:
    """The status that TikTok's event is answered with now."""
    from tests.tiktok.events import signature, wording

    body = wording(engine.world.luna, publish_id="v_pub_file~v2-1.unknown")
    headers = {"TikTok-Signature": signature(body), "Content-Type": "application/json"}
    answers: list[int] = []

    def ask() -> None:
        answers.append(
            requests.post(
                f"{engine.web_url}/webhooks/tiktok/", data=body, headers=headers, timeout=30
            ).status_code
        )

    asking = threading.Thread(target=ask)
    asking.start()
    asking.join(30)
    return answers[0]
