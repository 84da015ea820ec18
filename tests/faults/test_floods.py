"""F-50: a flood in one workspace, and what another one notices of it: nothing."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from statistics import median, quantiles

import pytest
import requests

from scheduler.clock import database_now
from scheduler.models import Post
from tests.faults import invariants
from tests.faults.engine import PLAIN, Engine, eventually
from tests.people import client_of
from tests.scheduler.engine import attempts, fresh

pytestmark = [pytest.mark.slow, pytest.mark.faults]

FLOOD, LARGE = 60, 4
LARGE_BYTES = 60_000_000
SLOW = 1.0
"""Seconds that the slowest of twenty pages may take."""

ON_TIME = timedelta(seconds=10)
LOOKS_EVERY = 0.5


def test_f50_a_flood_in_one_workspace(engine: Engine) -> None:
    """60 posts and four large files of A in one instant; B, who comes when A's wait, is on time with both kinds.

    60 stand for 5,000, and four times 60 MB for fifty times 4 GB, since here a worker has eight threads, on two cores
    that other tests use as well: it then opens three posts a second, alone about fifty. `make bench` sends 5,000.
    """
    engine.sandbox.control(settings={"keep_media": False})
    world = engine.world
    due_at = database_now() + timedelta(seconds=90)
    accounts = [world.creator() for _ in range(FLOOD + LARGE)]
    world.renew_nothing()
    posts = [world.post(account=account, due_at=due_at) for account in accounts[:FLOOD]]
    posts += [
        world.post("chunks", account, pad_to=LARGE_BYTES, due_at=due_at) for account in accounts[FLOOD:]
    ]
    engine.start("web")
    with pages(engine, posts[0]) as quiet:
        eventually(lambda: len(quiet) >= 10, within=60, what="pages were read while nothing was to do")
    with pages(engine, posts[0]) as busy:
        engine.start(*PLAIN)
        eventually(lambda: engine.queued("publish") > FLOOD / 2, within=30, what="A fills the queue")
        theirs = [world.bystander(kind, due_in=due_at - database_now()) for kind in ("video", "chunks")]
        for post in theirs:
            assert engine.settled(post, within=150).status == "published"
            assert lateness(post) < ON_TIME
    invariants.check(engine, within=300)
    assert {fresh(post).status for post in posts} == {"published"}
    assert quantiles(busy, n=20)[-1] < max(SLOW, 5 * median(quiet)), sorted(busy)


@contextmanager
def pages(engine: Engine, post: Post) -> Iterator[list[float]]:
    """Read the page of this post again and again, as its owner; the seconds that each took."""
    session = client_of(engine.world.owner).cookies["sessionid"].value
    url = f"{engine.web_url}/w/{post.workspace.slug}/posts/{post.pk}/"
    took: list[float] = []
    enough = threading.Event()

    def read() -> None:
        while not enough.wait(LOOKS_EVERY):
            began = time.monotonic()
            answer = requests.get(url, cookies={"sessionid": session}, allow_redirects=False, timeout=30)
            took.append(time.monotonic() - began if answer.status_code == 200 else float("inf"))

    reader = threading.Thread(target=read)
    reader.start()
    try:
        yield took
    finally:
        enough.set()
        reader.join()


def lateness(post: Post) -> timedelta:
    """From the due time to the commit intent."""
    (attempt,) = attempts(post)
    assert post.due_at is not None
    assert attempt.commit_intent_at is not None
    return attempt.commit_intent_at - post.due_at
