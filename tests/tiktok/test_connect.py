"""Connecting a creator, from the button to the composer."""

from __future__ import annotations

import re
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.permissions import Role
from accounts.tenancy import workspace_scope
from tests.people import client_of, join, make_person
from tests.tiktok.journey import Traveller, page, query_of
from tiktok import connections
from tiktok.models import AccountStatus, PendingConnection, TikTokAccount
from tiktok.signals import account_connected

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def traveller(alice, harbour, tiktok):
    return Traveller(client_of(alice), harbour)


def accounts_of(workspace):
    with workspace_scope(workspace):
        return list(TikTokAccount.objects.all())


def pending_of(workspace):
    with workspace_scope(workspace):
        return list(PendingConnection.objects.all())


def test_the_first_account_leads_to_the_composer(traveller, harbour, alice):
    answer = traveller.connect()
    [account] = accounts_of(harbour)
    assert answer["Location"] == f"{page('post_new', harbour)}?account={account.pk}"
    assert (account.nickname, account.username, account.status) == ("Luna Bakes", "luna.bakes", "active")
    assert account.connected_by_id == alice.pk
    assert account.may_post
    assert pending_of(harbour) == []


def test_tiktok_is_asked_to_show_its_page_every_time(traveller, settings):
    asked = query_of(traveller.leave())
    assert asked["disable_auto_auth"] == "1"
    assert asked["redirect_uri"] == settings.TIKTOK_REDIRECT_URI
    assert asked["scope"] == ",".join(settings.TIKTOK_SCOPES)
    assert len(asked["state"]) >= 22, "128 bits are 22 characters"


def test_nothing_is_connected_before_the_last_yes(traveller, harbour):
    answer = traveller.arrive()
    assert accounts_of(harbour) == []
    [pending] = pending_of(harbour)
    shown = traveller.client.get(answer["Location"]).content.decode()
    assert "Luna Bakes" in shown
    assert "@luna.bakes" in shown
    assert "Harbour Social" in shown
    assert page("pending_avatar", harbour, pending_id=pending.pk) in shown


def test_a_look_at_the_confirm_page_connects_nothing(traveller, harbour):
    answer = traveller.arrive()
    traveller.client.get(answer["Location"])
    traveller.client.head(answer["Location"])
    assert accounts_of(harbour) == []


def test_the_last_yes_needs_the_csrf_token(traveller, harbour, alice):
    answer = traveller.arrive()
    strict = client_of(alice)
    strict.handler.enforce_csrf_checks = True
    assert strict.post(answer["Location"]).status_code == 403
    assert accounts_of(harbour) == []


def test_the_picture_is_our_own_copy(traveller, harbour):
    traveller.connect()
    [account] = accounts_of(harbour)
    answer = traveller.client.get(page("account_avatar", harbour, account_id=account.pk))
    assert answer["Content-Type"] == "image/webp"
    assert answer.content[8:12] == b"WEBP"


def test_a_picture_that_cannot_be_had_fails_nothing(traveller, harbour, monkeypatch):
    monkeypatch.setattr("tiktok.pictures.is_allowed", lambda url: False)
    traveller.connect()
    [account] = accounts_of(harbour)
    assert account.avatar == ""
    assert traveller.client.get(page("accounts", harbour)).status_code == 200


def test_the_connection_is_audited_and_announced(traveller, harbour, alice):
    heard = []
    account_connected.connect(lambda account, **_: heard.append(account.pk), weak=False, dispatch_uid="test")
    try:
        traveller.connect()
    finally:
        account_connected.disconnect(dispatch_uid="test")
    [account] = accounts_of(harbour)
    with workspace_scope(harbour):
        event = AuditEvent.objects.get(action="account.connected")
    assert (event.by_id, event.target_id) == (alice.pk, str(account.pk))
    assert heard == [account.pk]


def test_a_scope_that_was_not_ticked_makes_a_limited_connection(traveller, harbour):
    answer = traveller.arrive(scopes=["user.info.basic", "user.info.profile"])
    shown = traveller.client.get(answer["Location"]).content.decode()
    assert "Posting was not allowed" in shown
    traveller.client.post(answer["Location"])
    [account] = accounts_of(harbour)
    assert account.is_active
    assert not account.may_post
    listed = traveller.client.get(page("accounts", harbour)).content.decode()
    assert "Limited connection" in listed
    assert "Posting to its profile, drafts for the TikTok app" in listed


def test_the_basic_scope_alone_still_names_the_creator(traveller, harbour):
    traveller.connect(scopes=["user.info.basic"])
    [account] = accounts_of(harbour)
    assert account.nickname == "Luna Bakes"
    assert account.username == ""


def test_without_the_profile_scope_the_handle_comes_from_creator_info(traveller, harbour):
    traveller.connect(scopes=["user.info.basic", "video.publish"])
    [account] = accounts_of(harbour)
    assert account.handle == "@luna.bakes"


def test_a_cancel_on_tiktoks_page_is_said_in_a_sentence(traveller, harbour):
    answer = traveller.arrive(allow=False)
    assert answer["Location"] == page("accounts", harbour)
    assert "You cancelled on TikTok" in traveller.client.get(answer["Location"]).content.decode()
    assert pending_of(harbour) == []


def test_an_account_off_the_sandbox_list_is_not_called_a_cancel(traveller, harbour):
    state = query_of(traveller.leave())["state"]
    denied = {"state": state, "error": "access_denied", "error_type": "non_sandbox_target"}
    answer = traveller.client.get(reverse("connect_callback"), denied, follow=True)
    assert "target users" in answer.content.decode()


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"kind": "http", "http_status": 503}, "TikTok"),
        ({"kind": "html"}, "TikTok"),
        ({"kind": "malformed"}, "TikTok"),
        ({"kind": "error", "code": "invalid_grant"}, "had run out"),
        ({"kind": "error", "code": "invalid_client"}, "TikTok"),
    ],
)
def test_an_exchange_that_fails_connects_nothing_and_says_so(traveller, harbour, tiktok, fault, words):
    callback = traveller.consent(traveller.leave())
    tiktok.fault(endpoint="token", **fault)
    answer = traveller.client.get(callback, follow=True)
    assert words in answer.content.decode()
    assert accounts_of(harbour) == pending_of(harbour) == []


def test_a_creator_that_cannot_be_named_is_handed_back(traveller, harbour, tiktok):
    callback = traveller.consent(traveller.leave())
    tiktok.control(faults=[{"kind": "http", "endpoint": name} for name in ("user_info", "creator_info")])
    traveller.client.get(callback)
    assert pending_of(harbour) == []


def test_cancel_on_our_page_leaves_nothing(traveller, harbour):
    [_, pending] = traveller.arrive(), pending_of(harbour)[0]
    traveller.client.post(page("connect_cancel", harbour, pending_id=pending.pk))
    assert pending_of(harbour) == accounts_of(harbour) == []


def test_only_the_one_who_travelled_may_say_yes(traveller, harbour):
    answer = traveller.arrive()
    admin = make_person("Ada")
    join(harbour, admin, Role.ADMIN)
    assert client_of(admin).post(answer["Location"]).status_code == 404
    assert accounts_of(harbour) == []


def test_a_yes_after_fifteen_minutes_comes_too_late(traveller, harbour):
    answer = traveller.arrive()
    with workspace_scope(harbour):
        pending = PendingConnection.objects.get()
        PendingConnection.objects.update(expires_at=pending.expires_at - connections.PENDING_FOR)
    late = traveller.client.post(answer["Location"], follow=True)
    assert "longer than 15 minutes" in late.content.decode()
    assert accounts_of(harbour) == []


def test_connecting_the_same_creator_again_renews_the_same_account(traveller, harbour):
    traveller.connect()
    [before] = accounts_of(harbour)
    with workspace_scope(harbour):
        TikTokAccount.objects.update(
            status=AccountStatus.NEEDS_RECONNECT, status_reason="refresh_refused", status_code="invalid_grant"
        )
    traveller.connect()
    [after] = accounts_of(harbour)
    assert after.pk == before.pk
    assert (after.status, after.status_reason, after.status_code) == ("active", "", "")
    assert after.generation == before.generation + 1
    assert bytes(after.access_token) != bytes(before.access_token)


def test_reconnect_returns_to_the_accounts(traveller, harbour):
    traveller.connect()
    [account] = accounts_of(harbour)
    answer = traveller.connect(account=account)
    assert answer["Location"] == page("accounts", harbour)


def test_reconnecting_with_another_creator_is_refused_with_both_names(traveller, harbour, tiktok):
    traveller.connect("luna.bakes")
    [luna] = accounts_of(harbour)
    answer = traveller.arrive("fernandfold", account=luna)
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "@luna.bakes" in shown
    assert "@fernandfold" in shown
    [after] = accounts_of(harbour)
    assert after.generation == luna.generation
    assert pending_of(harbour) == []


@pytest.mark.parametrize("mistake", ["another creator", "an old trip"])
def test_who_came_from_the_composer_is_led_back_to_it_after_a_mistake(
    traveller, harbour, alice, tiktok, mistake
):
    traveller.connect("luna.bakes")
    [luna] = accounts_of(harbour)
    form = {"account": luna.pk, "caption": "Kept", "unsaved": str(uuid4()), "action": f"reconnect:{luna.pk}"}
    away = traveller.client.post(page("post_new", harbour), form)
    assert away.status_code == 302
    answer = traveller.client.get(traveller.consent(away["Location"], "fernandfold"))
    assert answer.status_code == 409
    if mistake == "an old trip":
        answer = traveller.client.get(page_of_callback(state="of-another-day"))
        assert answer.status_code == 400

    [back] = re.findall(r'href="([^"]+)">Back to where you were', answer.content.decode())
    assert "Kept" in traveller.client.get(back).content.decode()


def page_of_callback(**query):
    return f"{reverse('connect_callback')}?{urlencode(query)}"


def test_the_page_of_another_workspace_begins_nothing(alice, harbour, charlie, elsewhere, tiktok):
    Traveller(client_of(charlie), elsewhere).connect()
    [foreign] = accounts_of(elsewhere)
    answer = client_of(alice).post(page("connect_begin", harbour), {"account": foreign.pk})
    assert answer["Location"] == page("accounts", harbour)
    assert client_of(charlie).post(page("connect_begin", harbour)).status_code == 404


def test_an_editor_may_not_connect(bob, harbour, tiktok):
    browser = client_of(bob)
    assert browser.post(page("connect_begin", harbour)).status_code == 403
    assert "Ask an owner or admin" in browser.get(page("accounts", harbour)).content.decode()


def test_without_an_app_the_page_says_how_to_set_one_up(alice, harbour, settings):
    settings.TIKTOK_CLIENT_KEY = ""
    browser = client_of(alice)
    shown = browser.get(page("accounts", harbour)).content.decode()
    assert "TIKTOK_CLIENT_KEY" in shown
    assert settings.TIKTOK_REDIRECT_URI in shown
    answer = browser.post(page("connect_begin", harbour), follow=True)
    assert "no TikTok app" in answer.content.decode()


@pytest.mark.parametrize("audited", [True, False])
def test_an_app_that_tiktok_has_not_approved_says_what_that_means(alice, harbour, settings, tiktok, audited):
    settings.TIKTOK_APP_AUDITED = audited
    shown = client_of(alice).get(page("accounts", harbour)).content.decode()
    assert ("keeps every post private" in shown) is not audited
