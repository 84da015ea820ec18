"""What happens to an account is mailed to its person: what, when with its zone, and from which device (R-09)."""

from __future__ import annotations

import re
import smtplib
from collections.abc import Callable
from unittest.mock import MagicMock

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth as webauthn
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from tests.accounts.pages import only_link
from tests.accounts.second_steps import code_of, secure
from tests.people import PASSWORD, client_of, prove

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("one_period")]
ADD_PASSKEY = "/me/sign-in/passkeys/add/"
NEW = "a whole new phrase to type"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def new_password(browser: Client, alice: User) -> None:
    browser.post("/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})


def forgotten_password(browser: Client, alice: User) -> None:
    stranger = Client(headers={"User-Agent": FIREFOX})
    stranger.post("/password/reset/", {"email": alice.email})
    form = stranger.get(only_link())["Location"]
    mail.outbox.clear()
    stranger.post(form, {"password1": NEW, "password2": NEW})


def new_address(browser: Client, alice: User) -> None:
    browser.post("/email/", {"email": "alice@harbour.example", "action_add": ""})
    link = only_link()
    mail.outbox.clear()
    browser.post(link)


def new_app(browser: Client, alice: User) -> None:
    page = browser.get("/me/sign-in/app/").content.decode()
    found = re.search(r'id="secret"[^>]*>([A-Z2-7]+)<', page)
    assert found
    browser.post("/me/sign-in/app/", {"code": code_of(found[1])})


def no_app(browser: Client, alice: User) -> None:
    secure(alice)
    browser.post("/me/sign-in/app/remove/")


def new_codes(browser: Client, alice: User) -> None:
    secure(alice)
    browser.post("/me/sign-in/codes/new/")


def new_browser(browser: Client, alice: User) -> None:
    stranger = Client(headers={"User-Agent": FIREFOX})
    stranger.post("/login/", {"login": alice.email, "password": PASSWORD})


@pytest.mark.parametrize(
    ("act", "subject"),
    [
        (new_password, "Your password was changed"),
        (forgotten_password, "Your password was reset"),
        (new_address, "Your email was changed"),
        (new_app, "An authenticator app was added"),
        (no_app, "The authenticator app was removed"),
        (new_codes, "New recovery codes were made"),
        (new_browser, "New sign-in: Firefox on Linux"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_person_hears_of_it(act: Callable[[Client, User], None], subject: str, alice: User) -> None:
    browser = client_of(alice)
    browser.defaults["HTTP_USER_AGENT"] = FIREFOX
    act(prove(browser), alice)
    [letter] = [each for each in mail.outbox if each.subject == subject]
    body = str(letter.body)
    assert letter.to == ["alice@people.example"]
    assert "From: 127.0.0.1, Firefox on Linux" in body
    assert re.search(r"When: \w{3} \d+ \w{3}, \d\d:\d\d UTC", body)
    assert "reset your password at once: http" in body


def test_times_are_written_as_the_person_chose_even_while_they_sign_in(alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(hours="12", last_login=timezone.now())
    new_browser(Client(), alice)
    assert re.search(r"When: \w{3} \d+ \w{3}, \d{1,2}:\d\d\s[ap]m UTC", str(mail.outbox[0].body))


class Down(BaseEmailBackend):
    def send_messages(self, email_messages: object) -> int:
        raise smtplib.SMTPServerDisconnected("nobody listens")


@pytest.mark.parametrize(
    ("act", "left"), [(new_app, {"totp", "recovery_codes"}), (no_app, set())], ids=["added", "removed"]
)
def test_a_second_step_is_changed_as_a_whole_while_the_mail_server_is_down(
    act: Callable[[Client, User], None], left: set[str], alice: User, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.{Down.__name__}"
    act(prove(client_of(alice)), alice)
    assert set(Authenticator.objects.filter(user=alice).values_list("type", flat=True)) == left


def test_a_first_passkey_comes_with_codes_while_the_mail_server_is_down(
    alice: User, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.{Down.__name__}"
    browser = prove(client_of(alice))
    browser.get(ADD_PASSKEY)
    monkeypatch.setattr(webauthn, "parse_registration_response", lambda response: response)
    monkeypatch.setattr(webauthn, "complete_registration", lambda response: MagicMock())
    assert browser.post(ADD_PASSKEY, {"credential": '{"id": "a"}'}).status_code == 302
    assert Authenticator.objects.filter(user=alice, type="recovery_codes").exists()
