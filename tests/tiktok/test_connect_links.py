"""A creator who is not here connects by a link: the owner of the TikTok account, on a phone, without signing in."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent, Membership, User, Workspace
from accounts.permissions import Role
from accounts.tenancy import workspace_scope
from tests.people import client_of, join, make_person
from tests.tiktok.guests import Guest
from tests.tiktok.journey import Traveller, page
from tiktok import connect_links, health
from tiktok.models import (
    ConnectLink,
    OAuthState,
    PendingConnection,
    Revocation,
    StatusReason,
    TikTokAccount,
)

pytestmark = pytest.mark.django_db(transaction=True)


def text(answer: Any) -> str:
    return unescape(answer.content.decode())


def accounts_of(workspace: Workspace) -> list[TikTokAccount]:
    with workspace_scope(workspace):
        return list(TikTokAccount.objects.all())


def link_of(workspace: Workspace) -> ConnectLink:
    with workspace_scope(workspace):
        return ConnectLink.objects.select_related("account").get()


def change_link(workspace: Workspace, **fields: Any) -> None:
    with workspace_scope(workspace):
        ConnectLink.objects.update(**fields)


def pendings(workspace: Workspace) -> int:
    with workspace_scope(workspace):
        return PendingConnection.objects.count()


def is_over(answer: Any) -> bool:
    return answer.status_code == 404 and "This link is over" in text(answer)


# --- the way through


def test_the_creator_comes_in_without_an_account(guest: Guest, harbour: Workspace, alice: User) -> None:
    assert "Alice asks to post for you on TikTok" in text(guest.looks())
    answer = guest.says_yes()
    assert "Luna Bakes is connected" in text(guest.client.get(answer["Location"]))

    [account] = accounts_of(harbour)
    assert (account.nickname, account.status, account.connected_by) == ("Luna Bakes", "active", None)
    link = link_of(harbour)
    assert (link.state, link.account) == ("used", account)
    with workspace_scope(harbour):
        event = AuditEvent.objects.get(action="account.connected")
    assert (event.by, event.detail["link"]) == (None, str(link.pk))
    assert pendings(harbour) == 0
    assert "Luna's owner: Luna Bakes" in text(client_of(alice).get(page("accounts", harbour)))


def test_nothing_is_connected_before_the_yes(guest: Guest, harbour: Workspace) -> None:
    back = guest.comes_back()
    shown = text(guest.client.get(back["Location"]))
    assert "Connect Luna Bakes?" in shown
    assert "@luna.bakes" in shown
    assert accounts_of(harbour) == []
    assert link_of(harbour).state == "open"
    picture = re.search(r'src="(/connect/guest/[^"]+/picture/)', shown)
    assert picture
    assert guest.client.get(picture[1])["Content-Type"] == "image/webp"


def test_a_no_on_either_page_leaves_the_link_open(guest: Guest, harbour: Workspace) -> None:
    assert "You cancelled on TikTok's page" in text(guest.comes_back(allow=False))
    back = guest.comes_back()
    assert "Nothing was connected" in text(guest.client.post(f"{back['Location']}cancel/"))
    assert pendings(harbour) == 0
    assert link_of(harbour).state == "open"
    assert guest.says_yes().status_code == 302


def test_the_pages_tell_the_names_of_workspace_and_asker_and_no_more(
    guest: Guest, harbour: Workspace, alice: User
) -> None:
    Traveller(client_of(alice), harbour).connect("fernandfold")
    shown = text(guest.looks()) + text(guest.client.get(guest.comes_back()["Location"]))
    assert harbour.name in shown
    for secret in (alice.email, harbour.slug, str(harbour.pk), "Luna's owner", "fernandfold", "Lisbon"):
        assert secret not in shown


def test_a_maker_without_a_name_is_not_named_by_address(
    harbour: Workspace, alice: User, guest: Guest
) -> None:
    User.objects.filter(pk=alice.pk).update(name="")
    shown = text(guest.looks())
    assert "Somebody asks to post" in shown
    assert alice.email not in shown


def test_a_creator_of_another_workspace_is_moved_by_their_own_word_only(
    guest: Guest, harbour: Workspace, charlie: User, elsewhere: Workspace
) -> None:
    Traveller(client_of(charlie), elsewhere).connect()
    asked = guest.says_yes()
    assert asked.status_code == 409
    assert "connected in another workspace" in text(asked)
    assert elsewhere.name not in text(asked)
    assert accounts_of(harbour) == []
    moved = guest.client.post(asked.wsgi_request.path, {"take_over": "yes"})
    assert moved.status_code == 302
    assert [account.status for account in accounts_of(elsewhere)] == ["disconnected"]
    assert [account.status for account in accounts_of(harbour)] == ["active"]


# --- a link for one account

FERN, LUNA = "fernandfold", "luna.bakes"


@pytest.fixture
def lost(harbour: Workspace, alice: User, tiktok: Any) -> TikTokAccount:
    """Luna Bakes, connected once and lost since."""
    Traveller(client_of(alice), harbour).connect(LUNA)
    [account] = accounts_of(harbour)
    with workspace_scope(harbour):
        health.mark_lost(account, reason=StatusReason.REFRESH_REFUSED, code="invalid_grant")
    return account


def sent_for(lost: TikTokAccount, by: User) -> Guest:
    """A browser that was sent a link made by the form of the accounts page."""
    form = {"account": lost.pk, "note": "Luna's owner"}
    made = text(client_of(by).post(page("connect_link_make", lost.workspace), form))
    assert "can connect Luna Bakes to it, and no other TikTok account" in made
    [address] = re.findall(r"http://[^\"]+/c/[\w-]{43}/", made)
    return Guest(lost.workspace, address)


def test_a_link_for_one_account_says_which_and_connects_that_again(
    lost: TikTokAccount, harbour: Workspace, alice: User
) -> None:
    guest = sent_for(lost, alice)
    asked = text(guest.looks())
    assert "Alice asks to post for Luna Bakes on TikTok" in asked
    assert "This link connects Luna Bakes (@luna.bakes) and no other" in asked
    assert "Luna's owner, only for Luna Bakes" in text(client_of(alice).get(page("accounts", harbour)))

    guest.says_yes(LUNA)

    [account] = accounts_of(harbour)
    assert (account.pk, account.status) == (lost.pk, "active")
    assert link_of(harbour).state == "used"


def test_another_creator_is_refused_by_name_and_the_link_stays_good(
    lost: TikTokAccount, harbour: Workspace, alice: User
) -> None:
    guest = sent_for(lost, alice)

    refused = guest.comes_back(FERN)

    assert refused.status_code == 409
    assert "is for Luna Bakes, but TikTok sent us Fern & Fold. Nothing was connected." in text(refused)
    assert harbour.slug not in text(refused)
    assert [(account.username, account.status) for account in accounts_of(harbour)] == [
        (LUNA, "needs_reconnect")
    ]
    assert pendings(harbour) == 0
    with workspace_scope(harbour):
        assert Revocation.objects.count() == 1, "TikTok is told to end the grant that nobody uses"
    assert link_of(harbour).state == "open"
    assert guest.says_yes(LUNA).status_code == 302


def test_the_lost_account_itself_leads_to_a_link_for_it(
    lost: TikTokAccount, harbour: Workspace, alice: User
) -> None:
    browser = client_of(alice)
    [there] = re.findall(
        r'href="([^"]+)">.{0,200}Send the owner a link', text(browser.get(page("accounts", harbour)))
    )

    form = text(browser.get(there)).split('name="account"')

    assert any(f'<option value="{lost.pk}" selected>Luna Bakes @luna.bakes</option>' in part for part in form)


def test_no_link_is_made_for_an_account_of_another_workspace(
    lost: TikTokAccount, charlie: User, elsewhere: Workspace
) -> None:
    browser = client_of(charlie)
    address = page("connect_link_make", elsewhere)

    answer = browser.post(address, {"account": lost.pk}, follow=True)

    assert "No link was made. That account is not in this workspace any more." in text(answer)
    assert "Luna Bakes" not in text(browser.get(page("accounts", elsewhere), {"account": lost.pk}))
    with workspace_scope(elsewhere):
        assert not ConnectLink.objects.exists()


# --- the token


def test_only_a_hash_is_kept_and_the_address_is_shown_once(
    harbour: Workspace, alice: User, tiktok: Any
) -> None:
    browser = client_of(alice)
    made = text(browser.post(page("connect_link_make", harbour), {"note": "Luna"}))
    found = re.search(r"http://[^\"]+/c/([\w-]{43})/", made)
    assert found, "256 bits are 43 characters"
    assert found[1] not in str(vars(link_of(harbour)))
    assert found[1] not in text(browser.get(page("accounts", harbour)))


def test_the_address_never_follows_the_host_of_a_request(
    harbour: Workspace, alice: User, tiktok: Any, settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    made = client_of(alice).post(page("connect_link_make", harbour), headers={"host": "evil.example"})
    assert f"{settings.PUBLIC_BASE_URL}/c/" in text(made)
    assert "evil.example" not in text(made)


def test_a_token_that_was_never_given_looks_like_one_that_is_over(guest: Guest) -> None:
    assert is_over(Client().get("/c/forged/"))
    assert is_over(Client().post("/c/forged/"))


def test_it_is_good_once(guest: Guest, harbour: Workspace, address: str) -> None:
    guest.says_yes()
    assert is_over(guest.looks())
    assert is_over(Guest(harbour, address).looks())
    assert is_over(guest.client.post(guest.path))


def test_of_two_creators_who_left_by_one_link_the_first_yes_counts(
    harbour: Workspace, address: str, guest: Guest
) -> None:
    other = Guest(harbour, address)
    second = other.comes_back("fernandfold")
    guest.says_yes("luna.bakes")
    assert is_over(other.client.post(second["Location"]))
    assert [account.username for account in accounts_of(harbour)] == ["luna.bakes"]
    assert pendings(harbour) == 0
    with workspace_scope(harbour):
        assert Revocation.objects.count() == 1, "TikTok is told to end the grant that nobody uses"


def lapse(harbour: Workspace, alice: User) -> None:
    change_link(harbour, expires_at=timezone.now())


def withdraw(harbour: Workspace, alice: User) -> None:
    client_of(alice).post(page("connect_link_withdraw", harbour, link_id=link_of(harbour).pk))


def demote(harbour: Workspace, alice: User) -> None:
    Membership.objects.filter(user=alice).update(role=Role.EDITOR)


def dismiss(harbour: Workspace, alice: User) -> None:
    Membership.objects.filter(user=alice).delete()


ENDINGS = pytest.mark.parametrize("end", [lapse, withdraw, demote, dismiss])


@ENDINGS
def test_a_link_that_is_over_opens_nothing(guest: Guest, harbour: Workspace, alice: User, end: Any) -> None:
    end(harbour, alice)
    assert is_over(guest.looks())
    assert is_over(guest.client.post(guest.path))
    with workspace_scope(harbour):
        assert OAuthState.objects.count() == 0


@ENDINGS
def test_a_link_that_ends_on_the_way_is_noticed_before_the_exchange(
    guest: Guest, harbour: Workspace, alice: User, end: Any, refresh_calls: Any
) -> None:
    callback = guest.over_there.consent(guest.leaves())
    end(harbour, alice)
    assert guest.client.get(callback).status_code == 400
    assert refresh_calls() == pendings(harbour) == 0


@ENDINGS
def test_a_link_that_ends_before_the_yes_connects_nothing(
    guest: Guest, harbour: Workspace, alice: User, end: Any
) -> None:
    asked = guest.comes_back()["Location"]
    end(harbour, alice)
    assert is_over(guest.client.post(asked))
    assert accounts_of(harbour) == []
    assert pendings(harbour) == 0


def test_it_lasts_three_days(address: str, harbour: Workspace) -> None:
    left = link_of(harbour).expires_at - timezone.now()
    assert timedelta(hours=71, minutes=59) < left <= timedelta(hours=72)


# --- other hands


def test_another_browser_cannot_finish_the_trip(guest: Guest, harbour: Workspace, refresh_calls: Any) -> None:
    callback = guest.over_there.consent(guest.leaves())
    other = Client()
    other.get(guest.path)
    assert other.get(callback).status_code == 400
    assert guest.client.get(callback).status_code == 400, "a state is used up by a refusal too"
    assert refresh_calls() == pendings(harbour) == 0


def test_another_browser_cannot_say_yes_nor_look(guest: Guest, harbour: Workspace) -> None:
    asked = guest.comes_back()["Location"]
    other = Client()
    other.post(guest.path)  # has a session of its own
    for path in (asked, f"{asked}cancel/", f"{asked}picture/"):
        assert other.post(path).status_code in {404, 405}
        assert other.get(path).status_code in {404, 405}
    assert accounts_of(harbour) == []
    assert pendings(harbour) == 1


def test_whoever_made_the_link_cannot_say_yes_for_the_creator(
    guest: Guest, harbour: Workspace, alice: User
) -> None:
    guest.comes_back()
    with workspace_scope(harbour):
        pending = PendingConnection.objects.get()
    browser = client_of(alice)
    for name in ("connect_confirm", "connect_cancel", "pending_avatar"):
        path = page(name, harbour, pending_id=pending.pk)
        assert browser.post(path).status_code in {404, 405}
        assert browser.get(path).status_code in {404, 405}
    assert accounts_of(harbour) == []


def test_a_link_signs_nobody_in(guest: Guest, harbour: Workspace) -> None:
    guest.client.get(guest.says_yes()["Location"])
    assert guest.client.get(page("accounts", harbour)).status_code == 302
    assert "_auth_user_id" not in guest.client.session


def test_saying_yes_needs_the_token_of_our_own_form(guest: Guest, harbour: Workspace) -> None:
    asked = guest.comes_back()["Location"]
    guest.client.handler.enforce_csrf_checks = True
    assert guest.client.post(asked).status_code == 403
    assert guest.client.post(guest.path).status_code == 403
    assert accounts_of(harbour) == []


# --- members


def test_only_who_may_connect_makes_and_sees_links(bob: User, harbour: Workspace, address: str) -> None:
    browser = client_of(bob)
    assert browser.post(page("connect_link_make", harbour)).status_code == 403
    assert "Luna's owner" not in text(browser.get(page("accounts", harbour)))
    withdrawal = page("connect_link_withdraw", harbour, link_id=link_of(harbour).pk)
    assert browser.post(withdrawal).status_code == 403
    assert link_of(harbour).state == "open"


def test_the_accounts_say_what_became_of_each_link(alice: User, harbour: Workspace, address: str) -> None:
    browser = client_of(alice)
    assert "Waiting" in text(browser.get(page("accounts", harbour)))
    withdraw(harbour, alice)
    assert "Withdrawn" in text(browser.get(page("accounts", harbour)))
    change_link(harbour, revoked_at=None, expires_at=timezone.now())
    assert "Ran out" in text(browser.get(page("accounts", harbour)))


def test_another_admin_may_withdraw_it(harbour: Workspace, address: str) -> None:
    ada = make_person("Ada")
    join(harbour, ada, Role.ADMIN)
    withdraw(harbour, ada)
    assert link_of(harbour).state == "revoked"
    with workspace_scope(harbour):
        assert AuditEvent.objects.get(action="connect_link.withdrawn").by == ada


def test_so_many_links_and_no_more_wait_at_once(alice: User, harbour: Workspace, tiktok: Any) -> None:
    with workspace_scope(harbour):
        for _ in range(connect_links.MOST_OPEN):
            connect_links.make(workspace=harbour, by=alice)
    refused = client_of(alice).post(page("connect_link_make", harbour), follow=True)
    assert "20 links are waiting already" in text(refused)


def test_links_that_were_over_long_ago_are_forgotten(harbour: Workspace, address: str) -> None:
    with workspace_scope(harbour):
        connect_links.forget_old()
        assert ConnectLink.objects.count() == 1
        ConnectLink.objects.update(expires_at=timezone.now() - connect_links.KEPT_FOR)
        connect_links.forget_old()
        assert ConnectLink.objects.count() == 0
