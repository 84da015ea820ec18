"""`authorization.removed`: TikTok is asked, and its answer counts, not the event (R-43, F-25)."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.factories import make_account, make_media, make_post
from tests.people import client_of
from tests.sandbox_process import Sandbox
from tests.tiktok.events import push, wording
from tests.tiktok.journey import Traveller
from tiktok import removals, tasks
from tiktok.models import TikTokAccount, WebhookEvent

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages wait for the test; a removal is looked into as soon as it is found."""
    monkeypatch.setattr(tasks.process_webhooks, "apply_async", lambda **_: None)
    monkeypatch.setattr(tasks.look_into_removal, "delay", tasks.look_into_removal)


@pytest.fixture
def luna(harbour: Any, tiktok: Sandbox, in_harbour: object) -> TikTokAccount:
    return make_account(harbour, tiktok, connected_at=timezone.now() - timedelta(days=1))


def stored() -> TikTokAccount:
    found: TikTokAccount = TikTokAccount.objects.get()
    return found


def removed(account: TikTokAccount, reason: int = 1, **said: Any) -> str:
    """Push the event and have it looked into; returns what came of it."""
    push(wording(account, "authorization.removed", reason=reason, **said))
    tasks.process_webhooks()
    return latest().outcome


def again() -> str:
    WebhookEvent.objects.filter(next_try_at__isnull=False).update(next_try_at=timezone.now())
    tasks.process_webhooks()
    return latest().outcome


def latest() -> WebhookEvent:
    return WebhookEvent.objects.latest("received_at")


def calls(tiktok: Sandbox) -> int:
    return len(tiktok.requests())


@pytest.mark.parametrize(
    ("reason", "why"),
    [
        (0, "refresh_refused"),
        (1, "refresh_refused"),
        (2, "account_gone"),
        (3, "refresh_refused"),
        (4, "account_gone"),
        (5, "refresh_refused"),
    ],
)
def test_of_a_creator_who_left_no_token_stays_with_posts_held_and_owners_told_once(
    luna, harbour, alice, tiktok, mailoutbox, reason, why
):
    post = make_post(luna, make_media(harbour), alice, due_in=timedelta(hours=1))
    tiktok.control(tokens=[{"creator": "luna.bakes", "do": "revoke"}])
    assert removed(luna, reason) == "lost"
    row = stored()
    assert (row.status, row.status_reason, row.avatar) == ("disconnected", why, "")
    assert row.access_token is row.refresh_token is None
    post.refresh_from_db()
    assert post.hold
    assert len(mailoutbox) == 1


@pytest.mark.parametrize("reason", [0, 1, 2, 3, 4, 5])
def test_while_tiktok_accepts_the_token_the_event_changes_nothing(luna, tiktok, mailoutbox, reason) -> None:
    before = vars_of(luna)
    assert removed(luna, reason) == "still_good"
    assert vars_of(stored()) == before
    assert mailoutbox == []


def vars_of(account: TikTokAccount) -> dict[str, Any]:
    return {field.name: getattr(account, field.name) for field in account._meta.concrete_fields}


def test_an_event_from_before_the_connection_is_not_even_asked_about(luna, tiktok) -> None:
    TikTokAccount.objects.update(connected_at=timezone.now())
    before = calls(tiktok)
    assert removed(luna, 2, at=time.time() - 60) == "outdated"
    assert calls(tiktok) == before
    assert stored().is_active


def test_an_old_event_after_a_reconnect_changes_nothing(luna, tiktok, mailoutbox) -> None:
    """Lost, told of, connected again; then TikTok's retry of the same event, and a late one of that day."""
    an_hour_ago = time.time() - 3600
    tiktok.control(tokens=[{"creator": "luna.bakes", "do": "revoke"}])
    assert removed(luna, at=an_hour_ago) == "lost"
    TikTokAccount.objects.all().delete()
    make_account(luna.workspace, tiktok, connected_at=timezone.now())
    assert removed(luna, at=an_hour_ago) == "lost", "a copy: nothing came of it anew"
    assert removed(luna, 2, at=an_hour_ago + 1) == "outdated"
    assert stored().is_active
    assert len(mailoutbox) == 1


def test_who_was_lost_already_is_not_asked_about_again(luna, tiktok, mailoutbox) -> None:
    tiktok.control(tokens=[{"creator": "luna.bakes", "do": "revoke"}])
    removed(luna)
    before = calls(tiktok)
    for second in range(1, 6):
        assert removed(luna, at=time.time() + second) == "outdated"
    assert calls(tiktok) == before
    assert len(mailoutbox) == 1


@pytest.mark.parametrize("reason", [1, 2])
def test_a_connection_that_a_call_found_lost_ends_with_the_event_and_is_asked_nothing(
    luna, tiktok, mailoutbox, reason
) -> None:
    tiktok.control(tokens=[{"creator": "luna.bakes", "do": "revoke"}])
    assert not removals.probe(luna)
    assert stored().status == "needs_reconnect"
    before = calls(tiktok)
    assert removed(luna, reason) == "lost"
    assert calls(tiktok) == before
    assert (stored().status, stored().access_token) == ("disconnected", None)
    assert len(mailoutbox) == 1


def test_who_removed_us_and_comes_back_gets_their_posts_back(luna, harbour, alice, tiktok) -> None:
    post = make_post(luna, make_media(harbour), alice, due_in=timedelta(hours=1))
    tiktok.control(tokens=[{"creator": "luna.bakes", "do": "revoke"}])
    removed(luna)
    post.refresh_from_db()
    assert post.hold
    Traveller(client_of(alice), harbour).connect()
    assert (stored().pk, stored().status) == (luna.pk, "active")
    post.refresh_from_db()
    assert post.hold == ""


def test_without_a_usable_answer_it_is_asked_again_later(luna, tiktok, mailoutbox) -> None:
    tiktok.control(tokens=[{"creator": "luna.bakes", "do": "revoke"}])
    tiktok.fault("http", endpoint="user_info", http_status=503)
    assert removed(luna) == "waiting"
    assert stored().is_active
    before = calls(tiktok)
    tasks.process_webhooks()
    assert calls(tiktok) == before, "not before its time"
    assert again() == "lost"
    assert stored().status == "disconnected"


def test_a_question_without_an_answer_is_given_up_in_the_end(luna, tiktok) -> None:
    tiktok.fault("http", endpoint="user_info", http_status=503, times=50)
    removed(luna)
    for _ in range(14):
        again()
    assert latest().outcome == "given_up"
    assert len(tiktok.requests(endpoint="user_info")) == 12
    assert stored().is_active


def test_one_missing_scope_is_no_removal(luna, tiktok) -> None:
    tiktok.fault("error", endpoint="user_info", code="scope_not_authorized", http_status=401)
    assert removed(luna) == "still_good"
    assert stored().is_active


def test_without_any_scope_the_connection_is_lost(luna, tiktok, mailoutbox) -> None:
    for endpoint in ("user_info", "creator_info"):
        tiktok.fault("error", endpoint=endpoint, code="scope_not_authorized", http_status=401)
    assert removed(luna) == "lost"
    assert (stored().status, stored().status_reason) == ("disconnected", "token_refused")
    assert len(mailoutbox) == 1


def test_trouble_with_our_own_app_says_nothing_about_the_creator(luna, tiktok) -> None:
    TikTokAccount.objects.update(access_expires_at=timezone.now())
    tiktok.fault("error", endpoint="token", code="invalid_client", http_status=200)
    assert removed(luna, 2) == "waiting"
    assert stored().is_active


def test_another_workspaces_creator_is_left_alone(luna, elsewhere, tiktok) -> None:
    fern = make_account(elsewhere, tiktok, "fernandfold", connected_at=luna.connected_at)
    tiktok.control(tokens=[{"creator": "luna.bakes", "do": "revoke"}])
    removed(fern, 2)
    assert latest().outcome == "still_good"
    assert stored().is_active
