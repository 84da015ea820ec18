"""Signing in and out, getting back in, changing password and address; all pages wear our base."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from accounts.models import User, Workspace
from tests.accounts.pages import links, only_link, subjects, without_tokens
from tests.people import PASSWORD, age_proof, client_of, make_workspace

pytestmark = pytest.mark.django_db
NEW = "a whole new phrase to type"


def sign_in(
    browser: Client, email: str = "alice@people.example", password: str = PASSWORD, **more: Any
) -> HttpResponse:
    return browser.post("/login/", {"login": email, "password": password, **more})


def test_a_person_signs_in_and_out(alice: User, harbour: Workspace) -> None:
    browser = Client()
    assert sign_in(browser)["Location"] == "/"
    assert browser.get("/")["Location"] == "/w/harbour-social/calendar/"
    assert "Sign out?" in browser.get("/logout/").content.decode()
    assert browser.post("/logout/")["Location"] == "/"
    assert browser.get("/workspaces/")["Location"].startswith("/login/")


def test_the_session_key_changes_when_someone_signs_in(alice: User) -> None:
    browser = Client()
    browser.get("/login/")
    browser.session["seen"] = True
    before = browser.session.session_key
    sign_in(browser)
    assert browser.session.session_key != before


def test_looking_at_the_sign_out_page_signs_nobody_out(alice: User) -> None:
    browser = client_of(alice)
    browser.get("/logout/")
    assert browser.get("/start/").status_code == 200


def test_the_address_is_read_without_regard_to_case(alice: User) -> None:
    assert sign_in(Client(), "ALICE@People.Example")["Location"] == "/"


def test_a_wrong_password_and_an_unknown_address_look_the_same(alice: User) -> None:
    wrong = sign_in(Client(), password="not the password")
    unknown = sign_in(Client(), email="alina@people.example", password="not the password")
    assert (wrong.status_code, unknown.status_code) == (200, 200)
    assert without_tokens(wrong).replace("alice@", "alina@") == without_tokens(unknown)


def test_someone_who_was_switched_off_is_out_at_once(alice: User) -> None:
    browser = client_of(alice)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert browser.get("/start/")["Location"].startswith("/login/")
    assert "This account is closed" in Client().get("/inactive/").content.decode()


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "http:evil.example",
        "http:///evil.example",
        "javascript:alert(1)",
        "https://127.0.0.1:8000@evil.example/",
        "https://testserver.evil.example/",
        "data:text/html,x",
        " https://evil.example",
    ],
)
def test_signing_in_never_leads_off_the_site(target: str, alice: User) -> None:
    assert sign_in(Client(), next=target)["Location"] == "/"


def test_signing_in_leads_back_to_the_page_that_asked(alice: User, harbour: Workspace) -> None:
    browser = Client()
    asked = browser.get("/w/harbour-social/calendar/?week=2026-11-16")
    page = browser.get(asked["Location"]).content.decode()
    assert 'name="next" value="/w/harbour-social/calendar/?week=2026-11-16"' in page
    assert sign_in(browser, next="/w/harbour-social/calendar/")["Location"] == "/w/harbour-social/calendar/"


def test_a_forgotten_password_is_replaced_once(alice: User) -> None:
    browser = Client()
    assert browser.post("/password/reset/", {"email": alice.email})["Location"] == "/password/reset/done/"
    assert subjects() == ["Choose a new password"]
    link = only_link()
    form = browser.get(link)["Location"]
    assert "Choose a new password" in browser.get(form).content.decode()
    done = browser.post(form, {"password1": NEW, "password2": NEW})
    assert done["Location"] == "/password/reset/key/done/"
    assert "Sign in with the new one" in browser.get(done["Location"]).content.decode()
    assert sign_in(Client(), password=NEW)["Location"] == "/"
    assert subjects()[1:] == ["Your password was reset"]
    assert "This link no longer works" in Client().get(link, follow=True).content.decode()


def test_asking_for_a_reset_tells_nobody_who_has_an_account(alice: User) -> None:
    known = Client().post("/password/reset/", {"email": alice.email}, follow=True)
    unknown = Client().post("/password/reset/", {"email": "alina@people.example"}, follow=True)
    assert known.redirect_chain == unknown.redirect_chain
    assert without_tokens(known) == without_tokens(unknown)
    assert subjects() == ["Choose a new password", "No account for this address"]


def test_links_in_mails_come_from_the_settings_and_not_from_the_request(
    alice: User, settings: Settings
) -> None:
    settings.PUBLIC_BASE_URL = "https://posts.harbour.example"
    settings.ALLOWED_HOSTS = ["*"]
    for path in ("/password/reset/", "/signup/"):
        form = {"email": alice.email, "name": "A", "password1": PASSWORD}
        Client(headers={"Host": "evil.example"}).post(path, form)
        assert links()
        assert all(link.startswith("https://posts.harbour.example/") for link in links())
        assert "evil.example" not in str(mail.outbox[-1].body)


def test_a_host_that_is_not_ours_is_refused(alice: User) -> None:
    assert Client(headers={"Host": "evil.example"}).get("/login/").status_code == 400


def test_changing_the_password_ends_every_other_session_and_sends_word(alice: User) -> None:
    here, there = Client(), Client()
    sign_in(here)
    sign_in(there)
    form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert here.post("/password/change/", form).status_code == 302
    assert here.get("/start/").status_code == 200
    assert there.get("/start/")["Location"].startswith("/login/")
    assert subjects()[1:] == ["Your password was changed"]  # after the mail about a new browser
    assert "reset your password at once: http" in str(mail.outbox[1].body)


def test_a_wrong_current_password_changes_nothing(alice: User) -> None:
    browser = client_of(alice)
    form = {"oldpassword": "not the password", "password1": NEW, "password2": NEW}
    assert browser.post("/password/change/", form).status_code == 200
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


def test_a_new_address_counts_when_its_link_was_opened(alice: User) -> None:
    browser = Client()
    sign_in(browser)
    browser.post("/reauthenticate/", {"password": PASSWORD})
    browser.post("/email/", {"email": "alice@harbour.example", "action_add": ""})
    assert "alice@harbour.example" in browser.get("/email/").content.decode()
    alice.refresh_from_db()
    assert alice.email == "alice@people.example"
    assert mail.outbox[-1].to == ["alice@harbour.example"]
    browser.post(only_link())
    alice.refresh_from_db()
    assert alice.email == "alice@harbour.example"
    assert "Your email was changed" in subjects()


def test_changing_the_address_needs_the_password_within_five_minutes(alice: User) -> None:
    browser, form = Client(), {"email": "alice@harbour.example", "action_add": ""}
    sign_in(browser)
    age_proof(browser, 301)
    asked = browser.post("/email/", form)
    assert asked["Location"].startswith("/reauthenticate/")
    assert "Confirm it is you" in browser.get(asked["Location"]).content.decode()

    browser.post("/reauthenticate/", {"password": PASSWORD})
    age_proof(browser, 301)
    assert browser.post("/email/", form)["Location"].startswith("/reauthenticate/")
    assert mail.outbox == []


@pytest.mark.parametrize(
    "path",
    [
        "/login/",
        "/signup/",
        "/inactive/",
        "/confirm-email/",
        "/password/reset/",
        "/password/reset/done/",
        "/password/reset/key/done/",
        "/password/reset/key/0-forged/",
        "/confirm-email/forged/",
    ],
)
def test_a_page_of_signing_in_wears_our_base_and_no_placeholder(path: str) -> None:
    page = Client().get(path, follow=True).content.decode()
    assert '<div class="plain-card panel">' in page
    assert "placeholder=" not in page
    assert "Menu:" not in page


@pytest.mark.parametrize(
    "path", ["/logout/", "/email/", "/password/change/", "/reauthenticate/", "/workspaces/"]
)
def test_a_page_of_one_s_account_wears_our_base(path: str, alice: User) -> None:
    browser = Client()
    sign_in(browser)
    page = browser.get(path).content.decode()
    assert '<div class="plain-card panel">' in page
    assert "placeholder=" not in page


def test_someone_with_two_workspaces_chooses_one(alice: User, harbour: Workspace) -> None:
    make_workspace(alice, name="Bay Studio", time_zone="Asia/Tokyo")
    browser = client_of(alice)
    assert browser.get("/")["Location"] == "/workspaces/"
    page = browser.get("/workspaces/").content.decode()
    assert page.index("/w/bay-studio/calendar/") < page.index("/w/harbour-social/calendar/")


def test_the_list_of_workspaces_holds_only_one_s_own(
    alice: User, harbour: Workspace, elsewhere: Workspace
) -> None:
    assert elsewhere.name not in client_of(alice).get("/workspaces/").content.decode()
