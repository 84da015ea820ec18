"""Where a person is signed in: listed in words, ended at once, and told of when it is new (R-05, R-09)."""

from __future__ import annotations

import smtplib
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.devices import words_for
from accounts.models import User, Workspace
from tests.accounts.pages import subjects
from tests.people import PASSWORD, client_of

pytestmark = pytest.mark.django_db
DEVICES = "/me/devices/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.5 Mobile/15E148 Safari/604.1"
)
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/143.0.0.0 Safari/537.36 Edg/143.0.0.0"
)
CHROME = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/143.0.0.0 Safari/537.36"
)


def signed_in(person: User, user_agent: str = FIREFOX) -> Client:
    browser = Client(headers={"User-Agent": user_agent})
    answer = browser.post("/login/", {"login": person.email, "password": PASSWORD})
    assert answer.status_code == 302
    return browser


def is_in(browser: Client) -> bool:
    return browser.get("/start/").status_code == 200


def row_of(browser: Client) -> UserSession:
    return UserSession.objects.get(session_key=browser.session.session_key)


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        (IPHONE, "Safari on an iPhone"),
        (EDGE, "Edge on Windows"),
        (CHROME, "Chrome on Mac"),
        (
            "Mozilla/5.0 (Linux; Android 15) SamsungBrowser/27.0 Chrome/125 Mobile",
            "Samsung Internet on Android",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) something", "A browser on Windows"),
        ("Opera/9 OPR/120", "Opera"),
        ("curl/8.5", "An unknown browser"),
        ("", "An unknown browser"),
    ],
)
def test_a_browser_is_named_in_words(user_agent: str, words: str) -> None:
    assert words_for(user_agent) == words


def test_every_open_session_is_listed_with_when_it_was_seen_and_this_one_marked(
    alice: User, harbour: Workspace
) -> None:
    here = signed_in(alice)
    signed_in(alice, IPHONE)
    page = here.get(DEVICES).content.decode()
    assert page.count("Last seen") == 2
    assert "Lisbon time, from 127.0.0.1" in page
    assert page.count("This device") == 1
    assert page.index("Firefox on Linux") < page.index("This device")
    assert f'value="{row_of(here).pk}"' not in page  # this one is left by signing out


def test_one_that_is_ended_is_out_with_its_next_request(alice: User) -> None:
    here, lost, other = signed_in(alice), signed_in(alice, IPHONE), signed_in(alice, EDGE)
    assert here.post(DEVICES, {"end": row_of(lost).pk})["Location"] == DEVICES
    assert "1 device signed out." in here.get(DEVICES).content.decode()
    assert [is_in(each) for each in (here, lost, other)] == [True, False, True]


def test_one_that_was_over_before_is_told_as_such(alice: User) -> None:
    here, lost = signed_in(alice), signed_in(alice, IPHONE)
    button = {"end": row_of(lost).pk}
    lost.post("/logout/")
    here.post(DEVICES, button)
    assert "That device was signed out already." in here.get(DEVICES).content.decode()


def test_all_others_are_ended_together(alice: User) -> None:
    here, *others = signed_in(alice), signed_in(alice, IPHONE), signed_in(alice, EDGE)
    here.post(DEVICES, {"end": "others"})
    assert is_in(here)
    assert not any(is_in(each) for each in others)
    assert "End all others" not in here.get(DEVICES).content.decode()


def test_nobody_ends_somebody_elses_session_nor_this_one(alice: User, charlie: User) -> None:
    here, theirs = signed_in(alice), signed_in(charlie)
    assert is_in(here)
    for asked in (row_of(theirs).pk, row_of(here).pk, "nonsense", ""):
        here.post(DEVICES, {"end": asked})
    assert is_in(theirs)
    assert is_in(here)
    assert "charlie" not in here.get(DEVICES).content.decode()


def test_a_session_that_is_over_is_listed_no_more(alice: User) -> None:
    here, there = signed_in(alice), signed_in(alice, IPHONE)
    there.post("/logout/")
    assert "iPhone" not in here.get(DEVICES).content.decode()


def test_a_change_of_password_leaves_this_session_alone_in_the_list(alice: User) -> None:
    here, there = signed_in(alice), signed_in(alice, IPHONE)
    new = "a whole new phrase to type"
    here.post("/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert not is_in(there)
    page = here.get(DEVICES).content.decode()
    assert "This device" in page
    assert "iPhone" not in page


def test_when_it_was_seen_is_kept_to_the_minute_and_costs_no_write_between(alice: User) -> None:
    here = client_of(alice)  # a session from before there was a list
    here.get("/start/")
    row = row_of(here)
    here.get("/start/")
    assert row_of(here).last_seen_at == row.last_seen_at

    before = timezone.now() - timedelta(hours=3)
    UserSession.objects.update(last_seen_at=before)
    here.get("/start/", headers={"HX-Request": "true"})  # a page that asks by itself
    assert row_of(here).last_seen_at == before
    here.get("/start/", headers={"User-Agent": EDGE})
    assert timezone.now() - row_of(here).last_seen_at < timedelta(minutes=1)
    assert row_of(here).user_agent == EDGE


class TestNewsOfANewBrowser:
    def test_reach_the_person_by_mail_once_for_each(self, alice: User) -> None:
        first = signed_in(alice)
        assert subjects() == []  # the first sign-in of all

        signed_in(alice, IPHONE)
        assert subjects() == ["New sign-in: Safari on an iPhone"]
        assert mail.outbox[0].to == [alice.email]
        assert "127.0.0.1" in str(mail.outbox[0].body)
        assert "reset your password at once: http" in str(mail.outbox[0].body)

        first.post("/logout/")
        first.post("/login/", {"login": alice.email, "password": PASSWORD})
        assert is_in(first)
        assert len(subjects()) == 1  # this browser is known

    def test_are_about_the_person_whose_browser_it_is_not(self, alice: User, bob: User) -> None:
        signed_in(bob)
        shared = signed_in(alice)
        shared.post("/logout/")
        shared.post("/login/", {"login": bob.email, "password": PASSWORD})
        assert [message.to for message in mail.outbox] == [[bob.email]]

    def test_cannot_be_kept_away_by_a_cookie_that_we_did_not_sign(self, alice: User) -> None:
        signed_in(alice)
        forger = Client()
        forger.cookies["known_to"] = f"{alice.pk}:forged:signature"
        forger.post("/login/", {"login": alice.email, "password": PASSWORD})
        assert len(subjects()) == 1

    def test_keep_nobody_out_while_the_mail_server_is_down(self, alice: User, settings: Settings) -> None:
        signed_in(alice)
        settings.EMAIL_BACKEND = f"{__name__}.{Down.__name__}"
        assert is_in(signed_in(alice, IPHONE))


class Down(BaseEmailBackend):
    def send_messages(self, email_messages: object) -> int:
        raise smtplib.SMTPServerDisconnected("nobody listens")
