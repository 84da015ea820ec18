"""People with a second step, and the codes that their app would show."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client

from accounts.models import User
from tests.people import PASSWORD

PERIOD = 30


@pytest.fixture
def one_period() -> Iterator[None]:
    """Time stands still: no code is over between being read and being given."""
    with time_machine.travel(time.time(), tick=False):
        yield


def secure(person: User) -> str:
    """They have an authenticator app and recovery codes; the app's key."""
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    RecoveryCodes.activate(person)
    return secret


def code_of(secret: str) -> str:
    """What the app shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // PERIOD))


def recovery_codes(person: User) -> list[str]:
    row = Authenticator.objects.get(user=person, type=Authenticator.Type.RECOVERY_CODES)
    return list(row.wrap().get_unused_codes())


def begin_sign_in(person: User, password: str = PASSWORD) -> Client:
    """A browser that gave the password; where it is led is checked by the test."""
    browser = Client()
    answer = browser.post("/login/", {"login": person.email, "password": password})
    browser.led_to = answer["Location"]  # type: ignore[attr-defined]
    return browser


def is_in(browser: Client) -> bool:
    return browser.get("/start/").status_code == 200
