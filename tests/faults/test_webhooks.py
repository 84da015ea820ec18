"""F-26 to F-29: TikTok's events doubled, disordered, late, early, forged, or with nobody there to take them.

An event is a hint: whatever becomes of it, a post's end is TikTok's answer to our own question.
"""

from __future__ import annotations

import time
from collections import Counter
from datetime import UTC, datetime
from itertools import permutations

import pytest
import requests

from scheduler.models import Post, PostEvent
from tests.faults import invariants
from tests.faults.engine import SOON, Engine, eventually
from tests.scheduler.engine import attempts, fresh
from tests.tiktok.events import signature, wording
from tiktok import webhooks
from tiktok.models import TikTokAccount
from tiktok.webhook_models import WebhookEvent

pytestmark = [pytest.mark.slow, pytest.mark.faults]

EVERYTHING = ("clock", "publish", "uploads", "beat", "web")
COMPLETE, PUBLIC = "post.publish.complete", "post.publish.publicly_available"
HIDDEN, UNHEARD_OF = "post.publish.no_longer_publicaly_available", "post.publish.brand_new"
ALMOST_THREE_DAYS = 71 * 3600
FIRST_POST_ID = 7_000_000_000_000_000_000


def push(engine: Engine, body: bytes, header: str | None = None) -> int:
    """The site's answer to TikTok's POST, well signed unless a header is given."""
    signed = signature(body) if header is None else header
    headers = {"TikTok-Signature": signed, "Content-Type": "application/json"}
    url = f"{engine.web_url}/webhooks/tiktok/"
    return requests.post(url, data=body, headers=headers, timeout=30).status_code


def moves(engine: Engine, post: Post) -> list[str]:
    """The statuses that the post went through."""
    return [event.status_to for event in lines(engine, post) if event.status_to]


def lines(engine: Engine, post: Post) -> list[PostEvent]:
    return [event for event in engine.world.events() if event.post_id == post.pk]


def outcomes(**only: str) -> set[str]:
    return set(WebhookEvent.objects.filter(**only).values_list("outcome", flat=True))


def all_delivered(engine: Engine) -> None:
    """Wait until TikTok has no event left to send, and we none to look at."""
    eventually(lambda: not engine.sandbox.webhooks()["pending"], within=90, what="all events are taken")
    eventually(lambda: "waiting" not in outcomes(), within=30, what="all events were looked at")


def test_f26_ten_copies_of_each_event_at_once(engine: Engine) -> None:
    engine.sandbox.fault("duplicate", "webhook", creator="luna.bakes", times=5, copies=10)
    post = engine.world.post()
    engine.world.bystander()
    engine.start(*EVERYTHING)
    invariants.check(engine)
    all_delivered(engine)
    copies = [row for row in engine.sandbox.webhooks()["attempts"] if row["creator"] == "luna.bakes"]
    assert len(copies) >= 10
    assert {row["status"] for row in copies} == {200}
    kept = WebhookEvent.objects.filter(open_id=engine.world.luna.open_id)
    assert set(Counter(kept.values_list("event", flat=True)).values()) == {1}
    assert moves(engine, post)[-2:] == ["publishing", "published"]
    assert moves(engine, post).count("published") == 1
    invariants.check(engine)


def test_f27_events_in_every_order_71_hours_late(engine: Engine) -> None:
    """Signed when they happened: whatever comes first, a post stays published, and is hidden since the last of them."""
    engine.sandbox.control(settings={"webhook_url": ""})
    then = int(time.time()) - ALMOST_THREE_DAYS
    orders = list(permutations(enumerate((COMPLETE, PUBLIC, HIDDEN), then)))
    accounts = [engine.world.creator() for _ in orders]
    posts = [engine.world.post(account=account, due_in=SOON) for account in accounts]
    engine.start(*EVERYTHING)
    invariants.check(engine)
    for post_id, (account, post, order) in enumerate(
        zip(accounts, posts, orders, strict=True), FIRST_POST_ID
    ):
        [publish_id] = engine.publish_ids(post)
        for number, (at, name) in enumerate([*order, (then, UNHEARD_OF)], 1):
            more = {} if name == COMPLETE else {"post_id": post_id}
            body = wording(account, name, at=at, publish_id=publish_id, **more)
            assert push(engine, body, signature(body, at=at)) == 200
            looked_at(account, number)
    invariants.check(engine)
    for post_id, post in enumerate(posts, FIRST_POST_ID):
        assert moves(engine, post).count("published") == 1
        [attempt] = attempts(post)
        assert attempt.post_ids.count(str(post_id)) == 1
        assert attempt.hidden_at == datetime.fromtimestamp(then + 2, UTC)


def looked_at(account: TikTokAccount, number: int) -> None:
    """Wait until so many events of the creator have found their post, so that the next one comes after them."""
    claimed = WebhookEvent.objects.filter(open_id=account.open_id, outcome="claimed")
    eventually(lambda: claimed.count() == number, within=30, what=f"{number} events found their post")


def test_f27_an_event_before_the_answer_to_the_init(engine: Engine) -> None:
    """TikTok tells of a publish that we have no id of yet: the event is kept, offered again, and finds its post."""
    engine.sandbox.fault("hang", "photo_init", seconds=6, creator="luna.bakes")
    post = engine.world.post("photos")
    engine.start(*EVERYTHING)
    eventually(lambda: outcomes(event=COMPLETE), within=60, what="the event is here")
    assert (fresh(post).status, attempts(post)[0].publish_id) == ("publishing", "")
    invariants.check(engine)
    assert fresh(post).status == "published"
    assert len(engine.sandbox.requests(endpoint="photo_init")) == 1
    eventually(lambda: outcomes(event=COMPLETE) == {"claimed"}, within=60, what="the event found its post")
    assert moves(engine, post).count("published") == 1


def test_f28_forged_replayed_and_foreign_events(engine: Engine) -> None:
    """None is kept, each is counted, and the connection that they want to end goes on posting."""
    engine.sandbox.control(settings={"webhook_url": ""})
    engine.start(*EVERYTHING)
    luna, before = engine.world.luna, webhooks.refused_today()
    genuine = wording(luna, "authorization.removed", reason=1)
    foreign = wording(luna, "authorization.removed", client_key="aw_somebody_else", reason=1)
    refused = {
        "signature": [signature(genuine, secret="not the secret"), signature(foreign)],
        "header": ["", "t=1"],
        "too old": [signature(genuine, at=time.time() - 74 * 3600)],
        "future": [signature(genuine, at=time.time() + 600)],
    }
    for why, headers in refused.items():
        assert [push(engine, genuine, header) for header in headers] == [401] * len(headers), why
    assert push(engine, foreign) == 401
    counted = {why: count - before.get(why, 0) for why, count in webhooks.refused_today().items()}
    assert counted == {why: len(headers) for why, headers in refused.items()} | {"client_key": 1}
    assert not WebhookEvent.objects.exists()
    post = engine.world.post(due_in=SOON)
    invariants.check(engine)
    assert fresh(post).status == "published"


def test_f28_a_genuine_event_replayed(engine: Engine) -> None:
    """The very bytes and signature of before are taken, and change nothing."""
    engine.sandbox.control(settings={"webhook_url": ""})
    post = engine.world.post()
    engine.start(*EVERYTHING)
    invariants.check(engine)
    body = wording(engine.world.luna, COMPLETE, publish_id=engine.publish_ids(post)[0])
    header = signature(body)
    assert push(engine, body, header) == 200
    eventually(lambda: outcomes() == {"claimed"}, within=30, what="the event found its post")
    known = lines(engine, post)
    assert [push(engine, body, header) for _ in range(5)] == [200] * 5
    assert WebhookEvent.objects.count() == 1
    assert lines(engine, post) == known
    invariants.check(engine)


def test_f29_nobody_takes_events_for_a_while(engine: Engine) -> None:
    """Posts end by our own questions; what TikTok tries again later changes nothing. Half a minute stands for 2 h."""
    engine.sandbox.control(settings={"webhook_retry_seconds": 0.5})
    posts = [
        engine.world.post(kind, engine.world.creator(), due_in=SOON)
        for kind in ("video", "chunks", "inbox video")
    ]
    engine.world.bystander()
    engine.start()
    invariants.check(engine)
    tried = engine.sandbox.webhooks()["attempts"]
    assert tried
    assert {row["status"] for row in tried} == {None}
    ended = {post.pk: moves(engine, post) for post in posts}
    engine.start("web")
    all_delivered(engine)
    invariants.check(engine)
    assert {post.pk: moves(engine, post) for post in posts} == ended
    assert [fresh(post).status for post in posts] == ["published", "published", "in_inbox"]
