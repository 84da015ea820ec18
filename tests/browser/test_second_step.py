"""Two-step verification and passkeys in a real browser, with the authenticator that Chromium pretends to have."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from playwright.sync_api import Page, expect

from tests.accounts.second_steps import PERIOD, code_of, recovery_codes, secure
from tests.browser.looking import looked_at
from tests.browser.studio import Studio
from tests.people import PASSWORD, age_proof

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

TYPING = 10

KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def with_passkeys(page: Page, desk: Studio) -> Page:
    """The device can keep passkeys and its owner says yes to all."""
    assert desk.url.startswith("http://localhost:")  # passkeys belong to a name, never to a number
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    line.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    return page


def fresh_code_of(secret: str, page: Page) -> str:
    """One that counts for long enough to be typed and sent; the next, once its time has come, where it must be."""
    left = PERIOD - time.time() % PERIOD
    if left < TYPING:
        page.wait_for_timeout(left * 1000 + 100)
    return code_of(secret)


def give_password(page: Page) -> None:
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name=re.compile("^(Continue|Sign in)$")).click()


def sign_out(page: Page, desk: Studio) -> None:
    page.goto(f"{desk.url}/logout/")
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{desk.url}/login/")


def let_five_minutes_pass(page: Page) -> None:
    """Since this browser signed in."""
    [session] = [row["value"] for row in page.context.cookies() if row["name"] == "sessionid"]
    browser = Client()
    browser.cookies["sessionid"] = session
    age_proof(browser, 301)


def add_passkey(page: Page, desk: Studio) -> None:
    page.goto(f"{desk.url}/me/sign-in/")
    page.get_by_role("link", name="Add a passkey").click()
    give_password(page)
    looked_at(page, "passkey-add")
    page.get_by_role("button", name="Add this passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()


def test_a_passkey_is_made_signs_in_proves_and_is_removed(with_passkeys: Page, desk: Studio) -> None:
    page = with_passkeys
    desk.sign_in(page)
    add_passkey(page, desk)
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_role("list").filter(has_text="Chrome on Linux")).to_be_visible()
    looked_at(page, "me-passkey")

    sign_out(page, desk)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/calendar/**")  # without a password, and without a second step

    let_five_minutes_pass(page)
    page.goto(f"{desk.url}/me/sign-in/")
    page.get_by_role("link", name="Remove Chrome on Linux").click()
    page.get_by_role("link", name="Use a passkey").click()
    looked_at(page, "reauthenticate-passkey")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Remove the passkey")).to_be_visible()
    looked_at(page, "passkey-remove")
    page.get_by_role("button", name="Remove the passkey").click()
    expect(page.get_by_role("link", name="Add a passkey")).to_be_visible()
    assert not Authenticator.objects.exists()
    assert [message.subject for message in mail.outbox][-1] == "A passkey was removed"


def test_a_passkey_is_a_second_step_too(with_passkeys: Page, desk: Studio) -> None:
    page = with_passkeys
    desk.sign_in(page)
    add_passkey(page, desk)
    sign_out(page, desk)
    page.get_by_label("Email").fill(desk.alice.email)
    give_password(page)
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    looked_at(page, "second-step")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/calendar/**")


def test_a_device_without_the_passkey_says_what_to_do(with_passkeys: Page, desk: Studio) -> None:
    page = with_passkeys
    page.goto(f"{desk.url}/login/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert")).to_have_text("No passkey was given. Try again, or go another way.")
    expect(page.get_by_label("Password")).to_be_visible()


def test_an_app_is_set_up_and_its_recovery_codes_are_kept_as_a_file(
    page: Page, desk: Studio, tmp_path: Path
) -> None:
    desk.sign_in(page)
    page.goto(f"{desk.url}/me/sign-in/")
    page.get_by_role("link", name="Set up an authenticator app").click()
    give_password(page)
    expect(page.get_by_role("img", name="QR code for your authenticator app")).to_be_visible()
    looked_at(page, "app-add")
    key = page.locator("#secret").inner_text()
    page.get_by_label("The six digits").fill(fresh_code_of(key, page))
    page.get_by_role("button", name="Switch on").click()

    with page.expect_download() as saving:
        page.get_by_role("button", name="Save as a file").click()
    kept = tmp_path / saving.value.suggested_filename
    saving.value.save_as(kept)
    assert kept.name == "oncue-recovery-codes.txt"
    assert kept.read_text().split() == recovery_codes(desk.alice)
    looked_at(page, "codes")


def test_without_scripts_the_code_of_an_app_still_signs_in(page: Page, desk: Studio) -> None:
    secret = secure(desk.alice)
    quiet = page.context.browser.new_context(java_script_enabled=False)  # type: ignore[union-attr]
    plain = quiet.new_page()
    plain.goto(f"{desk.url}/login/")
    expect(plain.get_by_role("button", name="Use a passkey")).to_be_hidden()
    plain.get_by_label("Email").fill(desk.alice.email)
    give_password(plain)
    plain.get_by_label("Code of your app").fill(fresh_code_of(secret, plain))
    plain.get_by_role("button", name="Sign in", exact=True).click()
    plain.wait_for_url("**/calendar/**")
    quiet.close()
