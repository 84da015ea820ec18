"""Acting on events: who is told of a publish, when again, and that nobody else is (R-43 to R-45, F-26, F-27)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import permutations
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import Settings

from accounts.tenancy import current_scope, workspace_scope
from tests.tiktok.events import push, wording
from tiktok import tasks, webhooks
from tiktok.models import TikTokAccount, WebhookEvent
from tiktok.signals import publish_news, publish_sought

pytestmark = pytest.mark.django_db(transaction=True)

LIFE = [
    ("post.publish.complete", {}),
    ("post.publish.publicly_available", {"post_id": 7_500_000_000_000_000_001}),
    ("post.publish.no_longer_publicaly_available", {"post_id": 7_500_000_000_000_000_001}),
]


class Listener:
    """Stands where the scheduler does: hears the news, and knows some publishes."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self.scopes: list[object] = []
        self.knows: set[str] = set()
        self.breaks = False

    def __call__(self, *, signal: object, sender: object, **news: Any) -> bool:
        self.heard.append(news)
        self.scopes.append(current_scope())
        if self.breaks:
            raise RuntimeError("a listener broke")
        return news["publish_id"] in self.knows


@pytest.fixture
def listener() -> Iterator[Listener]:
    ours, others = Listener(), publish_news.receivers
    publish_news.receivers = []
    publish_news.connect(ours)
    publish_news.sender_receivers_cache.clear()
    yield ours
    publish_news.receivers = others
    publish_news.sender_receivers_cache.clear()


@pytest.fixture(autouse=True)
def app(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """An app of our own, and no worker but the test."""
    settings.TIKTOK_CLIENT_KEY, settings.TIKTOK_CLIENT_SECRET = "ck", "the secret"
    monkeypatch.setattr(tasks.process_webhooks, "apply_async", lambda **_: None)


def connected(workspace: Any, open_id: str, **fields: Any) -> TikTokAccount:
    account = TikTokAccount(workspace=workspace, client_key="ck", open_id=open_id, **fields)
    if fields.get("status") != "disconnected":
        account.access_token = account.refresh_token = b"sealed"
    with workspace_scope(workspace):
        account.save()
    return account


@pytest.fixture
def luna(harbour: Any) -> TikTokAccount:
    return connected(harbour, "luna")


@pytest.fixture
def fern(elsewhere: Any) -> TikTokAccount:
    return connected(elsewhere, "fern")


def outcomes() -> list[str]:
    return list(WebhookEvent.objects.order_by("received_at").values_list("outcome", flat=True))


def a_while_later() -> None:
    WebhookEvent.objects.filter(next_try_at__isnull=False).update(next_try_at=timezone.now())
    tasks.process_webhooks()


def test_the_one_who_knows_the_publish_is_told_inside_their_workspace(luna, listener: Listener) -> None:
    listener.knows = {"p1"}
    at = int(time.time())
    push(wording(luna, "post.publish.failed", at=at, publish_id="p1", reason="file_format_check_failed"))
    tasks.process_webhooks()
    [news] = listener.heard
    assert news.pop("account") == luna
    assert news.pop("at").timestamp() == at
    assert news == {
        "event": "post.publish.failed",
        "publish_id": "p1",
        "post_ids": (),
        "reason": "file_format_check_failed",
    }
    assert listener.scopes == [luna.workspace_id]
    assert outcomes() == ["claimed"]


def test_ten_copies_are_told_once(luna, listener: Listener) -> None:
    listener.knows = {"p1"}
    body = wording(luna, publish_id="p1")
    for _ in range(10):
        push(body)
        tasks.process_webhooks()
    a_while_later()
    assert len(listener.heard) == 1


def test_many_workers_at_once_tell_once(luna, listener: Listener) -> None:
    listener.knows = {"p1"}
    push(wording(luna, publish_id="p1"))
    barrier = Barrier(8)

    def work(_: int) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(30)
            tasks.process_webhooks()
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert len(listener.heard) == 1


def test_an_event_that_one_worker_has_in_hand_keeps_no_other_busy(luna, listener: Listener) -> None:
    push(wording(luna, publish_id="p1"))
    with transaction.atomic():
        WebhookEvent.objects.select_for_update().get()
        with ThreadPoolExecutor(1) as other:
            other.submit(handle_and_close).result(timeout=5)
    assert listener.heard == []


def test_one_worker_handles_them_all_and_finds_what_came_meanwhile(luna, listener: Listener) -> None:
    """Another that is woken goes home at once, so what woke it is for the one at work."""
    listener.knows = {"p1", "p2"}

    def and_another(*, publish_id: str, **_: Any) -> None:
        if publish_id == "p1":
            push(wording(luna, publish_id="p2"))
            with ThreadPoolExecutor(1) as other:
                other.submit(handle_and_close).result(timeout=5)
            assert len(listener.heard) == 1

    publish_news.connect(and_another)
    push(wording(luna, publish_id="p1"))
    tasks.process_webhooks()
    assert [news["publish_id"] for news in listener.heard] == ["p1", "p2"]


def handle_and_close() -> None:
    try:
        tasks.process_webhooks()
    finally:
        connection.close()


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_in_whatever_order_events_come_all_are_told_as_they_were_said(
    luna, listener: Listener, order: tuple[int, ...]
) -> None:
    """No event sets a state, so none comes too late or too early: the listener hears each, with TikTok's own time."""
    listener.knows = {"p1"}
    now = int(time.time())
    for n in order:
        name, content = LIFE[n]
        push(wording(luna, name, at=now - 71 * 3600 + n, publish_id="p1", **content))
        tasks.process_webhooks()
    heard = sorted(listener.heard, key=lambda news: news["at"])
    assert [news["event"] for news in heard] == [name for name, _ in LIFE]
    assert [news["post_ids"] for news in heard] == [(), *[("7500000000000000001",)] * 2]
    assert outcomes() == ["claimed"] * 3


def test_an_event_touches_the_connection_of_its_creator_alone(luna, fern, listener: Listener) -> None:
    listener.knows = {"p1"}
    push(wording(fern, publish_id="p1"))
    tasks.process_webhooks()
    assert [news["account"] for news in listener.heard] == [fern]
    assert listener.scopes == [fern.workspace_id]


def test_the_same_creator_under_another_app_is_not_touched(harbour, listener: Listener) -> None:
    account = connected(harbour, "luna")
    with workspace_scope(harbour):
        TikTokAccount.objects.update(client_key="another app of ours")
    push(wording(account, publish_id="p1"))
    tasks.process_webhooks()
    assert listener.heard == []
    assert outcomes() == ["nobodys"]


def test_a_workspace_that_has_had_the_creator_hears_of_its_posts(luna, elsewhere, listener: Listener) -> None:
    past = connected(elsewhere, "luna", status="disconnected", status_reason="taken_over")
    push(wording(luna, publish_id="p1"))
    tasks.process_webhooks()
    assert {news["account"] for news in listener.heard} == {luna, past}


def test_nobodys_creator_and_unknown_events_are_counted_and_done(luna, listener: Listener) -> None:
    push(wording(open_id="stranger", publish_id="p1"))
    push(wording(luna, "video.publish.completed", share_id="s1"))
    push(wording(luna, "post.publish.complete"))
    push(wording(open_id="stranger", event="authorization.removed", reason=1))
    tasks.process_webhooks()
    assert listener.heard == []
    assert outcomes() == ["nobodys", "unknown", "unknown", "nobodys"]
    assert not WebhookEvent.objects.filter(next_try_at__isnull=False).exists()


def test_an_event_before_our_own_record_is_offered_again_until_it_is_known(luna, listener: Listener) -> None:
    push(wording(luna, publish_id="p1"))
    tasks.process_webhooks()
    assert outcomes() == ["unclaimed"]
    tasks.process_webhooks()
    assert len(listener.heard) == 1, "not before its time"
    listener.knows = {"p1"}
    a_while_later()
    assert outcomes() == ["claimed"]
    a_while_later()
    assert len(listener.heard) == 2


def test_what_no_post_ever_claims_is_offered_for_some_minutes(luna, listener: Listener) -> None:
    push(wording(luna, publish_id="p1"))
    for _ in range(10):
        a_while_later()
    assert len(listener.heard) == 6
    assert outcomes() == ["unclaimed"]


def test_a_listener_that_breaks_stops_no_other_event_and_is_tried_again(
    luna, fern, listener: Listener
) -> None:
    listener.breaks = True
    push(wording(luna, publish_id="p1"))
    push(wording(fern, publish_id="p2"))
    tasks.process_webhooks()
    assert {news["publish_id"] for news in listener.heard} == {"p1", "p2"}
    assert outcomes() == ["waiting", "waiting"]
    listener.breaks, listener.knows = False, {"p1", "p2"}
    a_while_later()
    assert outcomes() == ["claimed", "claimed"]


def test_what_can_never_be_handled_is_given_up(luna, listener: Listener) -> None:
    listener.breaks = True
    push(wording(luna, publish_id="p1"))
    for _ in range(14):
        a_while_later()
    assert outcomes() == ["given_up"]
    assert len(listener.heard) == 12


def test_unclaimed_publishes_are_found_by_creator_and_time(luna, fern, listener: Listener) -> None:
    listener.knows = {"known"}
    now = int(time.time())
    for at, publish_id, account in [
        (-10, "first", luna),
        (-5, "second", luna),
        (-4, "second", luna),
        (-5, "known", luna),
        (-5, "theirs", fern),
        (-500, "before", luna),
        (+60, "after", luna),
    ]:
        push(wording(account, at=now + at, publish_id=publish_id))
    tasks.process_webhooks()
    start, end = timezone.now() - timedelta(seconds=30), timezone.now()
    assert webhooks.unclaimed_publish_ids(luna, start, end) == ["first", "second"]
    assert webhooks.unclaimed_publish_ids(fern, start, end) == ["theirs"]


def test_a_connection_that_is_over_sees_nothing_of_what_came_after(
    luna, elsewhere, listener: Listener
) -> None:
    ended = timezone.now() - timedelta(minutes=1)
    past = connected(elsewhere, "luna", status="disconnected", status_reason="taken_over", status_since=ended)
    now = int(time.time())
    push(wording(luna, at=now - 90, publish_id="mine"))
    push(wording(luna, at=now - 30, publish_id="the newcomer's"))
    window = (timezone.now() - timedelta(minutes=5), timezone.now())
    assert webhooks.unclaimed_publish_ids(past, *window) == ["mine"]
    assert webhooks.unclaimed_publish_ids(luna, *window) == ["mine", "the newcomer's"]


# --- events that don't say whose they are (section 12.3)


@pytest.fixture
def register() -> Iterator[dict[str, Any]]:
    """Stands where the scheduler does: whose publish is whose."""
    known: dict[str, Any] = {}

    def answer(publish_ids: frozenset[str], **_: Any) -> dict[str, Any]:
        return {publish_id: known[publish_id] for publish_id in publish_ids if publish_id in known}

    others, publish_sought.receivers = publish_sought.receivers, []
    publish_sought.connect(answer)
    publish_sought.sender_receivers_cache.clear()
    yield known
    publish_sought.receivers = others
    publish_sought.sender_receivers_cache.clear()


def test_an_event_without_a_creator_goes_to_the_one_whose_publish_it_is(
    luna, fern, listener: Listener, register
) -> None:
    register["p1"], listener.knows = fern.pk, {"p1"}
    push(wording(open_id=None, publish_id="p1"))
    tasks.process_webhooks()
    [news] = listener.heard
    assert news["account"] == fern
    assert listener.scopes == [fern.workspace_id]
    assert outcomes() == ["claimed"]


def test_one_that_comes_before_its_publish_is_on_record_is_offered_again(
    luna, listener: Listener, register
) -> None:
    listener.knows = {"p1"}
    push(wording(open_id=None, publish_id="p1"))
    tasks.process_webhooks()
    assert (listener.heard, outcomes()) == ([], ["unclaimed"])
    register["p1"] = luna.pk
    a_while_later()
    assert outcomes() == ["claimed"]


def test_one_about_a_publish_that_nobody_knows_is_left_alone_in_the_end(
    luna, listener: Listener, register
) -> None:
    push(wording(open_id=None, publish_id="p1"))
    for _ in range(8):
        a_while_later()
    assert (listener.heard, outcomes()) == ([], ["unclaimed"])
    assert WebhookEvent.objects.filter(next_try_at__isnull=False).count() == 0


def test_a_removal_without_a_creator_concerns_nobody(luna, listener: Listener, register) -> None:
    register["p1"] = luna.pk
    push(wording(event="authorization.removed", open_id=None, reason=1, publish_id="p1"))
    tasks.process_webhooks()
    assert outcomes() == ["nobodys"]


def test_another_apps_publish_is_not_ours_by_its_id(luna, listener: Listener, register) -> None:
    with workspace_scope(luna.workspace_id):
        TikTokAccount.objects.filter(pk=luna.pk).update(client_key="an older app")
    register["p1"] = luna.pk
    push(wording(open_id=None, publish_id="p1"))
    tasks.process_webhooks()
    assert listener.heard == []
