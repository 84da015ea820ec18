"""Taking TikTok's events in: what is kept, what is refused, and that copies leave one row (R-40 to R-45)."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from config.celery import app as app_of_celery
from tests.people import client_of, make_person
from tests.processes import Processes
from tests.tiktok.events import URL, push, signature, wording
from tiktok import tallies, tasks, webhooks
from tiktok.models import WebhookEvent

pytestmark = pytest.mark.django_db(transaction=True)

HOUR = 3600


@pytest.fixture(autouse=True)
def app(settings: Settings) -> None:
    settings.TIKTOK_CLIENT_KEY = "ck"
    settings.TIKTOK_CLIENT_SECRET = "the secret"
    settings.TIKTOK_CLIENT_SECRET_PREVIOUS = ""


@pytest.fixture(autouse=True)
def woken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each time that the worker was asked to look."""
    calls: list[str] = []
    monkeypatch.setattr(tasks.process_webhooks, "apply_async", lambda **_: calls.append("woken"))
    return calls


def kept() -> int:
    return WebhookEvent.objects.count()


def test_a_genuine_event_is_kept_and_a_worker_woken(woken: list[str]) -> None:
    at = int(time.time()) - 5
    body = wording(
        open_id="o1", event="post.publish.publicly_available", at=at, publish_id="p1", post_id=2**62
    )
    assert push(body).status_code == 200
    row = WebhookEvent.objects.get()
    assert (row.event, row.open_id, row.publish_id) == ("post.publish.publicly_available", "o1", "p1")
    assert (row.post_id, row.outcome) == ("4611686018427387904", "waiting")
    assert row.created_at == datetime.fromtimestamp(at, UTC)
    assert woken == ["woken"]


def test_a_changed_byte_is_refused_and_leaves_nothing(woken: list[str]) -> None:
    body = wording(publish_id="p1")
    header = signature(body)
    assert push(body.replace(b"p1", b"p2"), header).status_code == 401
    assert (kept(), woken) == (0, [])


def test_the_same_json_written_anew_is_refused() -> None:
    body = wording(publish_id="p1")
    again = json.dumps(json.loads(body), separators=(",", ":")).encode()
    assert push(again, signature(body)).status_code == 401
    assert kept() == 0


@pytest.mark.parametrize("spoil", [
    lambda header: "",
    lambda header: header.split(",")[0],
    lambda header: header.split(",")[1],
    lambda header: f"{header},{header}",
    lambda header: f"{header},s={'0' * 64}",
    lambda header: header.replace("s=", "v="),
])  # fmt: skip
def test_a_header_with_parts_missing_or_doubled_is_refused(spoil: Callable[[str], str]) -> None:
    body = wording(publish_id="p1")
    assert push(body, spoil(signature(body))).status_code == 401
    assert kept() == 0


def test_no_header_at_all_is_refused() -> None:
    assert Client().post(URL, data=wording(), content_type="application/json").status_code == 401


@pytest.mark.parametrize("body", [b"", b"\xff\xfe\x00", b"[]", b'{"event": "\xe9"}', b"{}"])
def test_bytes_that_are_no_event_are_refused_though_they_are_signed(body: bytes) -> None:
    assert push(body).status_code == 401
    assert kept() == 0


@pytest.mark.parametrize(
    ("age", "status"),
    [(-6 * 60, 401), (-4 * 60, 200), (0, 200), (6 * 60, 200), (71 * HOUR, 200), (74 * HOUR, 401)],
)
def test_the_age_of_the_signature_decides(age: int, status: int) -> None:
    body = wording(publish_id="p1", at=time.time() - max(age, 0))
    assert push(body, signature(body, at=time.time() - age)).status_code == status
    assert kept() == (status == 200)


def test_a_foreign_client_key_is_refused_and_counted() -> None:
    before = tallies.of_today("webhooks refused: client_key")
    assert push(wording(client_key="theirs", publish_id="p1")).status_code == 401
    assert kept() == 0
    assert tallies.of_today("webhooks refused: client_key") == before + 1


def test_staff_see_what_was_refused_and_what_was_kept() -> None:
    cache.clear()
    push(wording(publish_id="kept-1"))
    push(wording(publish_id="forged"), "t=1,s=2")
    page = client_of(make_person("Sam", staff=True)).get("/admin/tiktok/webhookevent/").content.decode()
    assert "kept-1" in page
    assert "Refused today: 1 for header" in page
    assert "forged" not in page


@pytest.mark.slow
def test_a_real_worker_is_woken_by_the_push(processes: Processes, monkeypatch: pytest.MonkeyPatch) -> None:
    worker = processes.start_worker(queues=["upkeep"])
    monkeypatch.undo()
    assert push(wording(open_id="stranger", publish_id="p1")).status_code == 200
    worker.await_line(r"tiktok\.process_webhooks\[.*succeeded")
    assert WebhookEvent.objects.get().outcome == "nobodys"


def test_beat_wakes_the_worker_where_the_message_was_lost() -> None:
    assert app_of_celery.conf.beat_schedule["process-webhooks"]["task"] == tasks.process_webhooks.name


def test_a_refusal_logs_its_reason_and_nothing_that_was_sent(caplog: pytest.LogCaptureFixture) -> None:
    push(wording(publish_id="CANARY"), "t=1,s=CANARY")
    assert "A webhook was refused: header" in caplog.text
    assert "CANARY" not in caplog.text


def test_two_secrets_are_believed_while_one_replaces_the_other(settings: Settings) -> None:
    settings.TIKTOK_CLIENT_SECRET, settings.TIKTOK_CLIENT_SECRET_PREVIOUS = "new", "the secret"
    assert signed_with("the secret", publish_id="p1") == 200
    assert signed_with("new", publish_id="p2") == 200
    settings.TIKTOK_CLIENT_SECRET_PREVIOUS = ""
    assert signed_with("the secret", publish_id="p3") == 401
    assert kept() == 2


def signed_with(secret: str, **said: object) -> int:
    body = wording(**said)  # type: ignore[arg-type]
    return push(body, signature(body, secret=secret)).status_code


def test_a_server_without_an_app_believes_nobody(settings: Settings) -> None:
    settings.TIKTOK_CLIENT_KEY = settings.TIKTOK_CLIENT_SECRET = ""
    body = wording(publish_id="p1")
    assert push(body, signature(body, secret="the secret")).status_code == 401


def test_a_body_over_64_kb_is_not_read() -> None:
    body = wording(filler="x" * webhooks.LARGEST_BODY)
    assert push(body).status_code == 413
    assert kept() == 0


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_only_a_post_is_heard(method: str) -> None:
    assert getattr(Client(), method)(URL).status_code == 405


@pytest.mark.parametrize("event", ["video.publish.completed", "portability.download.ready", "to.be.invented"])
def test_an_event_that_we_do_not_know_is_acknowledged_and_kept(event: str) -> None:
    assert push(wording(event=event)).status_code == 200
    assert WebhookEvent.objects.get().event == event


def test_ten_copies_at_once_leave_one_row() -> None:
    body, barrier = wording(publish_id="p1"), Barrier(10)
    header = signature(body)

    def send(_: int) -> int:
        try:
            connection.ensure_connection()
            barrier.wait(30)
            return push(body, header).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        assert set(pool.map(send, range(10))) == {200}
    assert kept() == 1


def test_a_copy_that_is_signed_anew_is_the_same_event() -> None:
    body = wording(publish_id="p1")
    push(body, signature(body, at=time.time() - 3 * HOUR))
    push(body)
    assert kept() == 1


@pytest.mark.parametrize(
    "change", [{"at": 1_700_000_000}, {"publish_id": "p2"}, {"open_id": "o2"}, {"event": "x"}]
)
def test_whatever_an_event_says_otherwise_makes_it_another(change: dict[str, object]) -> None:
    now = int(time.time())
    for said in ({}, change):
        fields = {"at": now, "publish_id": "p1", "open_id": "o1", "event": "post.publish.failed"} | said
        push(wording(**fields))  # type: ignore[arg-type]
    assert kept() == 2


def test_without_a_database_tiktok_is_asked_to_come_again(
    monkeypatch: pytest.MonkeyPatch, woken: list[str], tmp_path: Path
) -> None:
    """An address where no server listens, as after a crash of it."""
    body = wording(publish_id="p1")
    connection.close()
    with monkeypatch.context() as away:
        away.setitem(connection.settings_dict, "HOST", str(tmp_path))
        assert push(body).status_code == 503
    assert woken == []
    assert kept() == 0
    assert push(body).status_code == 200


def test_without_a_broker_the_event_is_kept_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise ConnectionError("the broker is away")

    monkeypatch.setattr(tasks.process_webhooks, "apply_async", refuse)
    assert push(wording(publish_id="p1")).status_code == 200
    assert kept() == 1


def test_an_event_is_kept_for_seven_days() -> None:
    for publish_id in ("p1", "p2"):
        push(wording(publish_id=publish_id))
    old = WebhookEvent.objects.filter(publish_id="p1")
    old.update(received_at=timezone.now() - timedelta(days=7, minutes=1))
    WebhookEvent.objects.filter(publish_id="p2").update(
        received_at=timezone.now() - timedelta(days=6, hours=23)
    )
    tasks.look_after_connections()
    assert list(WebhookEvent.objects.values_list("publish_id", flat=True)) == ["p2"]
