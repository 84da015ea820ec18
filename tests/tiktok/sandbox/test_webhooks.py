"""Webhooks: signed, at least once, until the app says 200; and everything that can be wrong with them (contract 12)."""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
import requests

from tests.sandbox_process import start_sandbox
from tiktok.sandbox.signing import signature

from .caller import Caller, eventually, id_of
from .media_host import MediaHost, picture
from .webhook_listener import Listener, Told, listener

VECTOR = (
    '{"client_key":"ck_test","event":"post.publish.complete","create_time":1700000000,"user_openid":"open-1",'
    '"content":"{\\"publish_id\\":\\"v_pub_file~v2-1.1\\",\\"publish_type\\":\\"X\\"}"}'
)


@pytest.fixture
def app() -> Iterator[Listener]:
    with listener() as listening:
        yield listening


@pytest.fixture
def told(nearby: Caller, app: Listener) -> Caller:
    """Luna's app, which is told by webhook; one that failed is tried again soon, and moderation keeps events apart."""
    quick = {"webhook_retry_seconds": 0.05, "moderation_seconds": 0.2}
    nearby.sandbox.control(settings={"webhook_url": app.url, **quick})
    return nearby


def heard(app: Listener, *events: str) -> list[Told]:
    """What the app was told, once it is these events."""
    eventually(lambda: app.events() == list(events))
    return app.told


def is_signed(told: Told, secret: str) -> bool:
    found = re.fullmatch(r"t=(\d+),s=([0-9a-f]{64})", told.signature)
    assert found is not None
    expected = hmac.new(secret.encode(), f"{found[1]}.".encode() + told.body, hashlib.sha256).hexdigest()
    return expected == found[2] and abs(time.time() - int(found[1])) < 10


def test_the_signature_is_the_one_of_the_contract() -> None:
    expected = "t=1700000000,s=06f76e8424d18c1b718b27b568dad959b3574007e1a6f230c694fdd13afce3e1"
    assert signature("secret_test", VECTOR, at=1_700_000_000) == expected


def test_a_public_post_is_told_as_complete_and_as_public(told: Caller, app: Listener) -> None:
    publish_id = told.publish()
    complete, public = heard(app, "complete", "publicly_available")
    assert all(is_signed(each, told.sandbox.client_secret) for each in app.told)
    assert set(complete.json) == {"client_key", "event", "create_time", "user_openid", "content"}
    assert complete.json["client_key"] == told.sandbox.client_key
    assert complete.json["user_openid"] == told.tokens["open_id"]
    assert complete.content == {"publish_id": publish_id, "publish_type": "DIRECT_POST"}
    [post_id] = told.data(publish_id)["publicaly_available_post_id"]
    assert public.content == {"publish_id": publish_id, "post_id": post_id, "publish_type": "DIRECT_POST"}


def test_a_post_that_is_not_public_is_only_complete_until_it_is_made_public(
    told: Caller, app: Listener
) -> None:
    publish_id = told.publish(privacy_level="SELF_ONLY")
    heard(app, "complete")
    told.sandbox.control(publishes=[{"publish_id": publish_id, "do": "show"}])
    heard(app, "complete", "publicly_available")
    told.sandbox.control(publishes=[{"publish_id": publish_id, "do": "hide"}])
    heard(app, "complete", "publicly_available", "no_longer_publicaly_available")


def test_a_failure_is_told_with_its_reason(told: Caller, app: Listener) -> None:
    told.sandbox.fault("fail", fail_reason="spam_risk_text")
    told.publish()
    [failed] = heard(app, "failed")
    assert failed.content["reason"] == "spam_risk_text"


def test_a_failed_pull_and_a_cancelled_one_are_told(told: Caller, app: Listener, host: MediaHost) -> None:
    id_of(told.photos([host.put("/gone.jpg", b"", status=404)]))
    heard(app, "failed")
    host.gate.clear()
    told.cancel(id_of(told.photos([host.put("/a.jpg", picture())])))
    assert [each.content["reason"] for each in heard(app, "failed", "failed")] == [
        "photo_pull_failed",
        "publish_cancelled",
    ]


def test_a_draft_is_told_as_delivered_and_as_complete_each_time_it_is_finished(
    told: Caller, app: Listener
) -> None:
    publish_id = told.draft()
    [delivered] = heard(app, "inbox_delivered")
    assert delivered.content == {"publish_id": publish_id, "publish_type": "INBOX_SHARE"}
    told.sandbox.finish_draft(publish_id, "SELF_ONLY")
    told.sandbox.finish_draft(publish_id, "SELF_ONLY")
    heard(app, "inbox_delivered", "complete", "complete")


@pytest.mark.parametrize("reason", range(6))
def test_a_removed_connection_is_told_with_its_reason(told: Caller, app: Listener, reason: int) -> None:
    told.sandbox.control(tokens=[{"creator": "luna.bakes", "do": "revoke", "reason": reason}])
    [removed] = heard(app, "authorization.removed")
    assert removed.content == {"reason": reason}
    assert removed.json["user_openid"] == told.tokens["open_id"]


def test_disconnecting_on_the_page_and_revoking_by_the_app_are_told(told: Caller, app: Listener) -> None:
    url = f"{told.sandbox.base_url}/inbox/@luna.bakes/disconnect"
    requests.post(url, data={"client_key": told.sandbox.client_key}, timeout=5)
    Caller(told.sandbox, "fernandfold").revoke()
    removed = heard(app, "authorization.removed", "authorization.removed")
    assert [each.content["reason"] for each in removed] == [1, 5]


def test_it_is_told_again_until_the_answer_is_200(told: Caller, app: Listener) -> None:
    app.statuses.extend([500, 302, 204])
    told.publish(privacy_level="SELF_ONLY")
    heard(app, "complete", "complete", "complete", "complete")
    assert len({each.body for each in app.told}) == 1
    eventually(lambda: told.sandbox.webhooks()["pending"] == [])
    tries = told.sandbox.webhooks()["attempts"]
    assert [(each["attempt"], each["status"]) for each in tries] == [(1, 500), (2, 302), (3, 204), (4, 200)]
    pauses = [later["time"] - earlier["time"] for earlier, later in pairwise(tries)]
    assert all(pause >= least for pause, least in zip(pauses, (0.05, 0.1, 0.2), strict=True))


def test_it_is_given_up_when_its_time_is_over(told: Caller, app: Listener) -> None:
    told.sandbox.control(settings={"webhook_give_up_seconds": 0.2})
    app.statuses.extend([500] * 100)
    told.publish(privacy_level="SELF_ONLY")
    eventually(lambda: bool(app.told) and told.sandbox.webhooks()["pending"] == [])
    assert 1 < len(app.told) < 5


def test_a_webhook_can_be_dropped_doubled_or_late(told: Caller, app: Listener) -> None:
    told.sandbox.fault("drop")
    told.sandbox.fault("duplicate", copies=3)
    told.publish()
    heard(app, *["publicly_available"] * 3)
    assert len({each.body for each in app.told}) == 1
    told.sandbox.fault("late", seconds=0.4)
    told.publish()
    heard(app, *["publicly_available"] * 4, "complete")


def test_a_webhook_can_be_forged(told: Caller, app: Listener) -> None:
    told.sandbox.fault("wrong_signature")
    told.sandbox.fault("foreign_key")
    told.publish()
    forged, foreign = heard(app, "complete", "publicly_available")
    secret = told.sandbox.client_secret
    assert (is_signed(forged, secret), is_signed(foreign, secret)) == (False, True)
    assert foreign.json["client_key"] != told.sandbox.client_key == forged.json["client_key"]


def test_webhooks_can_overtake_each_other(told: Caller, app: Listener) -> None:
    told.sandbox.control(settings={"webhook_reorder": True, "webhook_delay_seconds": 0.4})
    told.publish()
    heard(app, "publicly_available", "complete")


def test_any_event_can_be_ordered(told: Caller, app: Listener) -> None:
    order = {"creator": "luna.bakes", "event": "post.publish.completed", "content": {"publish_id": "p"}}
    told.sandbox.control(webhooks=[order])
    [alias] = heard(app, "completed")
    assert alias.content == {"publish_id": "p"}


def test_the_post_id_can_be_a_text(told: Caller, app: Listener) -> None:
    told.sandbox.control(settings={"webhook_post_id_as_text": True})
    told.publish()
    assert isinstance(heard(app, "complete", "publicly_available")[1].content["post_id"], str)


def test_nobody_is_told_of_what_happened_before_there_was_an_address(nearby: Caller, app: Listener) -> None:
    publish_id = nearby.publish(title="before")
    eventually(lambda: nearby.data(publish_id)["publicaly_available_post_id"] != [])
    nearby.sandbox.control(settings={"webhook_url": app.url, "moderation_seconds": 0.2})
    after = nearby.publish(title="after")
    assert {each.content["publish_id"] for each in heard(app, "complete", "publicly_available")} == {after}


def test_the_address_is_https_but_for_this_machine(luna: Caller) -> None:
    for url in ("http://127.0.0.1:1/hook", "http://oncue.example/hook"):
        with pytest.raises(requests.HTTPError, match="400"):
            luna.sandbox.control(settings={"webhook_url": url})
    luna.sandbox.control(settings={"webhook_url": "https://oncue.example/hook"})


@pytest.mark.slow
def test_what_is_pending_survives_a_crash_and_a_reset_comes_back_to_the_address(
    tmp_path: Path, app: Listener
) -> None:
    sandbox = start_sandbox(tmp_path, allow_loopback=True, webhook_url=app.url)
    try:
        sandbox.reset()
        sandbox.control(settings={"processing_seconds": 0, "webhook_retry_seconds": 1})
        app.statuses.append(503)
        Caller(sandbox).publish(privacy_level="SELF_ONLY")
        eventually(lambda: len(sandbox.webhooks()["attempts"]) == 1)
        sandbox.kill()
        sandbox.start()
        heard(app, "complete", "complete")
    finally:
        sandbox.kill()
