"""From the front page to a workspace of one's own."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.core import mail
from django.test import Client
from pytest_django import Settings

from accounts.models import User, Workspace
from tests.accounts.pages import only_link, subjects, without_tokens
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db
FORM = {"name": "Dora", "email": "dora@people.example", "password1": PASSWORD}


def test_a_person_signs_up_confirms_and_names_a_workspace() -> None:
    browser = Client()
    assert "Every post goes out once" in browser.get("/").content.decode()

    sent = browser.post("/signup/", FORM, follow=True)
    assert sent.redirect_chain == [("/confirm-email/", 302)]
    assert "We sent a link to <strong>" in sent.content.decode()
    assert ">dora@people.example</strong>" in sent.content.decode()
    assert subjects() == ["Finish signing up"]
    link = only_link()

    assert "Is dora@people.example your address?" in browser.get(link).content.decode()
    arrived = browser.post(link, follow=True)
    assert [path for path, _ in arrived.redirect_chain] == ["/", "/start/"]
    assert "Name your workspace" in arrived.content.decode()

    named = browser.post("/start/", {"name": "Harbour Social", "time_zone": "Europe/Lisbon"})
    assert named["Location"] == "/w/harbour-social/accounts/"
    assert browser.get("/")["Location"] == "/w/harbour-social/calendar/"
    [workspace] = Workspace.objects.all()
    assert (workspace.time_zone, workspace.members.get().name) == ("Europe/Lisbon", "Dora")


def test_looking_at_the_link_confirms_nothing() -> None:
    """Mail scanners open links."""
    browser = Client()
    browser.post("/signup/", FORM)
    browser.get(only_link())
    assert not EmailAddress.objects.get().verified


def test_nobody_signs_in_before_the_address_is_confirmed() -> None:
    Client().post("/signup/", FORM)
    browser = Client()
    answer = browser.post("/login/", {"login": FORM["email"], "password": PASSWORD})
    assert answer["Location"] == "/confirm-email/"
    assert FORM["email"] in browser.get("/confirm-email/").content.decode()
    stranger = Client().get("/confirm-email/", {"email": FORM["email"], "mail_sent_to": FORM["email"]})
    assert "We sent a link to your address." in stranger.content.decode()
    assert browser.get("/start/")["Location"].startswith("/login/")


def test_a_confirmation_link_works_in_another_browser_and_then_asks_to_sign_in() -> None:
    Client().post("/signup/", FORM)
    answer = Client().post(only_link(), follow=True)
    assert EmailAddress.objects.get().verified
    assert [path.partition("?")[0] for path, _ in answer.redirect_chain][-1] == "/login/"


@pytest.mark.parametrize("key", ["nonsense", "MQ:1abcde:forged", "a-b-c"])
def test_a_forged_confirmation_link_says_so(key: str) -> None:
    answer = Client().get(f"/confirm-email/{key}/")
    assert "This link no longer works" in answer.content.decode()


def test_signing_up_twice_looks_like_signing_up_once(alice: User) -> None:
    new = Client().post("/signup/", FORM, follow=True)
    again = Client().post("/signup/", FORM | {"email": "Alice@people.example"}, follow=True)
    assert (new.status_code, new.redirect_chain) == (again.status_code, again.redirect_chain)
    told = without_tokens(again).replace("alice@people.example", FORM["email"])
    assert without_tokens(new) == told
    assert User.objects.count() == 2
    assert subjects() == ["Finish signing up", "You have an account already"]
    assert mail.outbox[1].to == [alice.email]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "This field is required."),
        ("email", "nobody", "Enter a valid email address."),
        ("password1", "short", "It must contain at least 12 characters."),
    ],
)
def test_what_is_wrong_is_said_and_what_is_right_is_kept(field: str, value: str, sentence: str) -> None:
    page = Client().post("/signup/", FORM | {field: value}).content.decode()
    assert sentence in page
    assert f'value="{"Dora" if field != "name" else FORM["email"]}"' in page
    assert PASSWORD not in page


@pytest.mark.parametrize(
    ("password", "refused"),
    [
        ("elevenchars", True),
        ("twelve chars", False),
        ("1234567890123", True),
        ("passwordpassword", True),
        ("dora@people.example", True),
        ("Dora's people.example", True),
        ("oncueoncue2026", True),
        ("TikTok-Scheduler-1", True),
        ("correct horse battery staple", False),
        ("oncue is my harbour light", False),
        ("x7" * 32, False),
        ("é" * 40 + "!", False),
        ("a" + " " * 10 + "b", False),
    ],
)
def test_passwords_are_long_and_not_guessable(password: str, refused: bool) -> None:
    answer = Client().post("/signup/", FORM | {"password1": password})
    assert (answer.status_code == 200) is refused
    assert User.objects.exists() is not refused
    if not refused:
        assert User.objects.get().check_password(password)


def test_every_character_of_a_long_password_counts() -> None:
    Client().post("/signup/", FORM | {"password1": "long phrase " * 20})
    assert not User.objects.get().check_password("long phrase " * 19)


def test_passwords_are_kept_with_argon2(settings: Settings) -> None:
    from config.settings import base  # noqa: TID251  the tests themselves hash fast

    settings.PASSWORD_HASHERS = base.PASSWORD_HASHERS
    assert make_password(PASSWORD).startswith("argon2$argon2id$")


def test_a_workspace_needs_a_name_and_a_real_zone(alice: User) -> None:
    browser = Client()
    browser.force_login(alice)
    page = browser.post("/start/", {"name": "", "time_zone": "Mars/Olympus"})
    assert page.status_code == 200
    assert not Workspace.objects.exists()
    assert 'aria-invalid="true"' in page.content.decode()


def test_zones_are_offered_by_region_and_the_guess_is_left_to_the_browser(alice: User) -> None:
    browser = Client()
    browser.force_login(alice)
    page = browser.get("/start/").content.decode()
    assert '<optgroup label="Europe">' in page
    assert '<option value="America/Argentina/Buenos_Aires">Argentina, Buenos Aires</option>' in page
    assert '<option value="UTC" selected>UTC</option>' in page
    assert "js/time-zone-guess.js" in page
