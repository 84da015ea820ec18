"""Letting a creator go: at once here, and at TikTok as soon as it answers (R-39)."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.tenancy import CrossTenant, cross_tenant, workspace_scope
from tests.factories import make_account, make_media, make_post
from tests.people import client_of
from tests.tiktok.journey import Traveller, page
from tiktok import consents, profiles, sessions, tokens, wiring
from tiktok.client import Secret, TikTokError
from tiktok.models import PendingConnection, Revocation, TikTokAccount
from tiktok.tasks import look_after_connections, renew_account
from tiktok.vault import open_on

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def browser(alice, harbour, tiktok):
    return client_of(alice)


@pytest.fixture
def luna(browser, harbour) -> TikTokAccount:
    Traveller(browser, harbour).connect()
    return only(TikTokAccount)


def only(model):
    with cross_tenant(CrossTenant.ADMIN):
        return model.objects.get()


def outbox() -> list[Revocation]:
    with cross_tenant(CrossTenant.ADMIN):
        return list(Revocation.objects.all())


def due_again() -> None:
    with cross_tenant(CrossTenant.ADMIN):
        Revocation.objects.update(next_try_at=timezone.now())


def disconnect(browser, account) -> None:
    answer = browser.post(page("account_disconnect", account.workspace, account_id=account.pk))
    assert answer.status_code == 302


def is_alive(token: Secret) -> bool:
    try:
        wiring.api_client().creator_info(token)
    except TikTokError:
        return False
    return True


def access_token(account) -> Secret:
    return open_on(account, "access_token")


def test_the_page_asks_first_and_a_look_changes_nothing(browser, luna):
    shown = browser.get(page("account_disconnect", luna.workspace, account_id=luna.pk)).content.decode()
    assert "Disconnect Luna Bakes?" in shown
    assert only(TikTokAccount).is_active


def test_tokens_and_picture_are_gone_at_once_and_the_name_stays(browser, luna, harbour):
    picture = luna.avatar
    disconnect(browser, luna)
    after = only(TikTokAccount)
    assert (after.status, after.status_reason) == ("disconnected", "by_person")
    assert after.access_token is after.refresh_token is after.access_expires_at is None
    assert not default_storage.exists(picture)
    assert after.nickname == "Luna Bakes"
    assert "Disconnected" in browser.get(page("accounts", harbour)).content.decode()
    with workspace_scope(harbour), pytest.raises(tokens.NeedsReconnect):
        sessions.client_for(after).creator_info()


def test_it_is_audited_and_its_posts_are_held(browser, luna, harbour, alice):
    post = make_post(luna, make_media(harbour), alice, due_in=timedelta(hours=1))
    disconnect(browser, luna)
    with workspace_scope(harbour):
        post.refresh_from_db()
        event = AuditEvent.objects.get(action="account.disconnected")
    assert post.hold == "account_disconnected"
    assert (event.by_id, event.detail) == (alice.pk, {"reason": "by_person"})


def test_tiktok_is_told_and_then_nothing_of_the_grant_remains(browser, luna):
    token = access_token(luna)
    assert is_alive(token)
    disconnect(browser, luna)
    look_after_connections()
    assert not is_alive(token)
    assert outbox() == []


def test_an_expired_token_is_renewed_so_that_it_can_be_revoked(browser, luna, tiktok):
    with cross_tenant(CrossTenant.ADMIN):
        TikTokAccount.objects.update(access_expires_at=timezone.now() - timedelta(hours=1))
    tiktok.control(tokens=[{"creator": "luna.bakes", "do": "expire_access"}])
    disconnect(browser, luna)
    look_after_connections()
    assert outbox() == []
    assert len(tiktok.requests(endpoint="revoke")) == 1


def test_a_token_that_tiktok_calls_dead_is_renewed_the_next_time(browser, luna, tiktok):
    tiktok.control(tokens=[{"creator": "luna.bakes", "do": "expire_access"}])
    disconnect(browser, luna)
    look_after_connections()
    assert len(outbox()) == 1
    due_again()
    look_after_connections()
    assert outbox() == []


def test_a_creator_who_removed_us_already_is_done(browser, luna, tiktok):
    tiktok.control(tokens=[{"creator": "luna.bakes", "do": "revoke"}])
    disconnect(browser, luna)
    look_after_connections()
    due_again()
    look_after_connections()
    assert outbox() == []


def test_it_works_while_tiktok_is_down(browser, luna, tiktok):
    token = access_token(luna)
    tiktok.fault("http", endpoint="revoke", http_status=503, times=2)
    disconnect(browser, luna)
    assert not only(TikTokAccount).is_active
    for tries in (1, 2):
        look_after_connections()
        [waiting] = outbox()
        assert waiting.attempts == tries
        assert waiting.next_try_at > timezone.now()
        due_again()
    look_after_connections()
    assert outbox() == []
    assert not is_alive(token)


def test_after_a_day_the_ciphertext_goes_whatever_tiktok_says(browser, luna, tiktok):
    tiktok.fault("http", endpoint="revoke", http_status=503)
    disconnect(browser, luna)
    with cross_tenant(CrossTenant.ADMIN):
        Revocation.objects.update(give_up_at=timezone.now())
    look_after_connections()
    assert outbox() == []


def test_a_creator_who_came_back_is_not_cut_off(browser, luna, harbour):
    disconnect(browser, luna)
    Traveller(browser, harbour).connect()
    look_after_connections()
    assert outbox() == []
    again = only(TikTokAccount)
    assert again.pk == luna.pk, "so that its held posts go on"
    assert is_alive(access_token(again))


def test_a_creator_who_is_about_to_come_back_is_not_cut_off(browser, luna, harbour):
    disconnect(browser, luna)
    arrived = Traveller(browser, harbour).arrive()
    look_after_connections()
    assert len(outbox()) == 1
    browser.post(arrived["Location"])
    assert is_alive(access_token(only(TikTokAccount)))


def test_a_creator_who_is_being_exchanged_is_not_cut_off(browser, luna, harbour, monkeypatch):
    """The outbox is worked through between TikTok's new tokens and our first row of them."""
    disconnect(browser, luna)
    ask = profiles.ask

    def ask_slowly(*args):
        elsewhere = threading.Thread(target=in_another_process)
        elsewhere.start()
        elsewhere.join(30)
        return ask(*args)

    monkeypatch.setattr(profiles, "ask", ask_slowly)
    Traveller(browser, harbour).connect()
    assert is_alive(access_token(only(TikTokAccount)))
    [waiting] = outbox()
    assert waiting.attempts == 1, "it was tried, and put off"
    due_again()
    look_after_connections()
    assert outbox() == []
    assert is_alive(access_token(only(TikTokAccount)))


def in_another_process() -> None:
    try:
        look_after_connections()
    finally:
        connection.close()


def test_a_consent_waits_until_an_ending_has_ended():
    begun, order = threading.Event(), []

    def receive():
        try:
            begun.set()
            with consents.receiving():
                order.append("received")
        finally:
            connection.close()

    newcomer = threading.Thread(target=receive)
    with consents.ending() as alone:
        assert alone
        newcomer.start()
        assert begun.wait(10)
        newcomer.join(0.3)
        order.append("ended")
    newcomer.join(10)
    assert order == ["ended", "received"]


def test_what_nobody_confirmed_is_revoked_and_deleted(browser, harbour):
    Traveller(browser, harbour).arrive()
    pending = only(PendingConnection)
    token = open_on(pending, "access_token")
    look_after_connections()
    assert is_alive(token), "there are fifteen minutes"
    with cross_tenant(CrossTenant.ADMIN):
        PendingConnection.objects.update(expires_at=timezone.now())
    look_after_connections()
    with cross_tenant(CrossTenant.ADMIN):
        assert PendingConnection.objects.count() == 0
    assert not default_storage.exists(pending.avatar)
    assert not is_alive(token)
    assert outbox() == []


def test_what_nobody_confirmed_does_not_cut_off_the_account_it_would_have_renewed(browser, luna, harbour):
    Traveller(browser, harbour).arrive(account=luna)
    with cross_tenant(CrossTenant.ADMIN):
        PendingConnection.objects.update(expires_at=timezone.now())
    look_after_connections()
    assert is_alive(access_token(only(TikTokAccount)))


def test_another_workspaces_account_cannot_be_let_go(luna, charlie, elsewhere):
    stranger = client_of(charlie)
    assert stranger.post(page("account_disconnect", luna.workspace, account_id=luna.pk)).status_code == 404
    assert stranger.post(page("account_disconnect", elsewhere, account_id=luna.pk)).status_code == 404
    assert only(TikTokAccount).is_active


def test_the_sweep_renews_what_is_due(harbour, tiktok, in_harbour, refresh_calls):
    luna = make_account(harbour, tiktok, refresh_due_at=timezone.now() - timedelta(minutes=1))
    renew_account(workspace_id=str(harbour.pk), account_id=str(luna.pk))
    renew_account(workspace_id=str(harbour.pk), account_id=str(luna.pk))
    assert refresh_calls() == 1
    assert TikTokAccount.objects.get().refresh_due_at > timezone.now()


def test_the_sweep_meets_trouble_calmly(harbour, tiktok, in_harbour):
    luna = make_account(harbour, tiktok, refresh_due_at=timezone.now())
    tiktok.fault("http", endpoint="token", http_status=503)
    renew_account(workspace_id=str(harbour.pk), account_id=str(luna.pk))
    tiktok.control(tokens=[{"creator": "luna.bakes", "do": "revoke"}])
    TikTokAccount.objects.update(refresh_due_at=timezone.now())
    renew_account(workspace_id=str(harbour.pk), account_id=str(luna.pk))
    assert TikTokAccount.objects.get().status == "needs_reconnect"
