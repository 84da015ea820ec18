"""Two-step verification: set up, asked for, recovered from, taken away (R-03), and told of by mail (R-09)."""

from __future__ import annotations

import json
import re
import time

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from fido2.utils import websafe_encode

from accounts.models import User
from tests.accounts.pages import only_link, subjects
from tests.accounts.second_steps import begin_sign_in, code_of, is_in, recovery_codes, secure
from tests.people import PASSWORD, age_proof, client_of, prove

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("one_period")]
SIGN_IN, SECOND = "/me/sign-in/", "/login/second-step/"
ADD_APP, REMOVE_APP = "/me/sign-in/app/", "/me/sign-in/app/remove/"
ADD_PASSKEY = "/me/sign-in/passkeys/add/"
CODES, NEW_CODES = "/me/sign-in/codes/", "/me/sign-in/codes/new/"


def key_on(page: str) -> str:
    found = re.search(r'id="secret"[^>]*>([A-Z2-7]+)<', page)
    assert found
    return found[1]


def shown_codes(page: str) -> list[str]:
    return re.findall(r"<li>(\d{8})</li>", page)


def unknown_passkey() -> dict[str, object]:
    """What a device answers whose passkey is not of this account."""
    client = {"type": "webauthn.get", "challenge": "YQ", "origin": "http://testserver"}
    response = {
        "clientDataJSON": websafe_encode(json.dumps(client).encode()),
        "authenticatorData": websafe_encode(bytes(37)),
        "signature": websafe_encode(b"signed"),
    }
    return {"id": "YQ", "rawId": "YQ", "type": "public-key", "response": response}


@pytest.fixture
def browser(alice: User) -> Client:
    """Alice has just given her password again."""
    return prove(client_of(alice))


class TestSettingUp:
    def test_an_app_is_added_with_a_code_of_its_own_and_recovery_codes_are_shown_once(
        self, browser: Client, alice: User
    ) -> None:
        page = browser.get(ADD_APP).content.decode()
        assert '<svg class="qr"' in page
        assert "data:" not in page
        assert "style=" not in page

        added = browser.post(ADD_APP, {"code": code_of(key_on(page))})
        assert added["Location"] == CODES
        first = browser.get(CODES).content.decode()
        assert len(shown_codes(first)) == 10
        again = browser.get(CODES).content.decode()
        assert shown_codes(again) == []
        assert "10 of 10 are left" in again
        assert subjects() == ["An authenticator app was added"]
        assert "10 recovery codes left" in browser.get(SIGN_IN).content.decode()

    def test_a_wrong_code_adds_nothing_and_keeps_the_key(self, browser: Client) -> None:
        key = key_on(browser.get(ADD_APP).content.decode())
        refused = browser.post(ADD_APP, {"code": "000000"}).content.decode()
        assert "This is not the code that counts now" in refused
        assert key_on(refused) == key
        assert not Authenticator.objects.exists()

    def test_every_other_device_is_signed_out(self, browser: Client, alice: User) -> None:
        there = begin_sign_in(alice)
        assert is_in(there)
        browser.post(ADD_APP, {"code": code_of(key_on(browser.get(ADD_APP).content.decode()))})
        assert not is_in(there)
        assert is_in(browser)

    @pytest.mark.parametrize("address", [ADD_APP, REMOVE_APP, NEW_CODES, ADD_PASSKEY])
    def test_that_is_said_before(self, address: str, browser: Client, alice: User) -> None:
        if address != ADD_APP:
            secure(alice)
        assert "Your other devices are signed out." in browser.get(address).content.decode()

    @pytest.mark.parametrize("address", [ADD_APP, REMOVE_APP, CODES, NEW_CODES, ADD_PASSKEY])
    def test_it_needs_the_password_within_five_minutes(self, address: str, alice: User) -> None:
        secure(alice)
        if address == ADD_APP:
            Authenticator.objects.all().delete()
        browser = prove(client_of(alice))
        assert browser.get(address).status_code == 200
        age_proof(browser, 301)
        for method in (browser.get, browser.post) if address != CODES else (browser.get,):
            assert method(address)["Location"].startswith("/reauthenticate/")


class TestAtRest:
    def test_neither_key_nor_seed_is_in_the_database(self, alice: User) -> None:
        secret = secure(alice)
        with connection.cursor() as cursor:
            cursor.execute("SELECT string_agg(data::text, ' ') FROM mfa_authenticator")
            (kept,) = cursor.fetchone()
        assert secret not in kept
        for code in recovery_codes(alice):
            assert code not in kept
        assert all(len(json.loads(row)["secret"]) > 40 for row in re.findall(r'\{"secret[^}]*\}', kept))

    def test_one_that_was_put_there_in_the_clear_opens_nothing(self, alice: User) -> None:
        secret = secure(alice)
        Authenticator.objects.filter(type="totp").update(data={"secret": secret})
        browser = begin_sign_in(alice)
        browser.raise_request_exception = False
        assert browser.post(SECOND, {"code": code_of(secret)}).status_code == 500
        assert not is_in(browser)


class TestSigningIn:
    def test_asks_for_the_code_after_the_password(self, alice: User) -> None:
        secret = secure(alice)
        browser = begin_sign_in(alice)
        assert browser.led_to == SECOND  # type: ignore[attr-defined]
        assert not is_in(browser)
        assert browser.post(SECOND, {"code": code_of(secret)})["Location"] == "/"
        assert is_in(browser)

    def test_offers_a_passkey_to_whoever_has_one(self, alice: User) -> None:
        secure(alice)
        page = begin_sign_in(alice).get(SECOND).content.decode()
        assert "passkey" not in re.sub(r"<script.*?</script>", "", page)
        assert re.search(r'<input[^>]*name="code"[^>]* autofocus', page)

    def test_takes_a_code_once(self, alice: User) -> None:
        secret = secure(alice)
        code = code_of(secret)
        assert begin_sign_in(alice).post(SECOND, {"code": code}).status_code == 302
        second = begin_sign_in(alice)
        answer = second.post(SECOND, {"code": code})
        assert "This is not the code that counts now" in answer.content.decode()
        assert not is_in(second)
        assert code == code_of(secret)  # it is used, not over

    def test_says_beside_the_button_that_a_passkey_was_refused(self, alice: User) -> None:
        secure(alice)
        browser = begin_sign_in(alice)
        assert "was refused" not in browser.get(SECOND).content.decode()
        page = browser.post(SECOND, {"credential": json.dumps(unknown_passkey())}).content.decode()
        refusal = page.index("This passkey was refused. Try again, or go another way.")
        assert page.index('role="alert"') < refusal < page.index("Use a passkey")
        assert not is_in(browser)

    @pytest.mark.parametrize("lacking", ["id", "rawId", "response"])
    def test_refuses_a_crafted_passkey_that_lacks_a_part(self, alice: User, lacking: str) -> None:
        secure(alice)
        crafted = unknown_passkey()
        del crafted[lacking]
        sent = {"credential": json.dumps(crafted)}
        second = begin_sign_in(alice)
        assert second.post(SECOND, sent).status_code in {200, 302}
        assert Client().post(reverse("mfa_login_webauthn"), sent).status_code in {200, 302}
        assert not is_in(second)

    def test_takes_no_code_of_another_time(self, alice: User) -> None:
        secret = secure(alice)
        with time_machine.travel(time.time() - 90):
            old = code_of(secret)
        browser = begin_sign_in(alice)
        browser.post(SECOND, {"code": old})
        assert not is_in(browser)

    def test_takes_each_recovery_code_once(self, alice: User) -> None:
        secure(alice)
        code, other = recovery_codes(alice)[:2]
        assert begin_sign_in(alice).post(SECOND, {"code": code}).status_code == 302
        again = begin_sign_in(alice)
        again.post(SECOND, {"code": code})
        assert not is_in(again)
        again.post(SECOND, {"code": other})
        assert is_in(again)
        assert len(recovery_codes(alice)) == 8

    def test_is_not_shortened_by_a_new_password(self, alice: User) -> None:
        secure(alice)
        Client().post("/password/reset/", {"email": alice.email})
        browser, new = Client(), "a whole new phrase to type"
        form = browser.get(only_link())["Location"]
        browser.post(form, {"password1": new, "password2": new})
        assert not is_in(browser)
        assert begin_sign_in(alice, new).led_to == SECOND  # type: ignore[attr-defined]

    def test_has_no_second_step_without_a_first(self, alice: User) -> None:
        secret = secure(alice)
        stranger = Client()
        assert stranger.get(SECOND)["Location"].startswith("/login/")
        assert stranger.post(SECOND, {"code": code_of(secret)})["Location"].startswith("/login/")
        assert not is_in(stranger)

    def test_to_the_admin_goes_the_same_way(self, alice: User) -> None:
        secure(alice)
        User.objects.filter(pk=alice.pk).update(is_staff=True)
        browser = begin_sign_in(alice)
        assert browser.get("/admin/")["Location"].startswith("/login/")


class TestProving:
    def test_a_code_proves_as_a_password_does(self, alice: User) -> None:
        secret = secure(alice)
        browser = client_of(alice)
        asked = browser.get(CODES)["Location"]
        page = browser.get(asked).content.decode()
        assert "Use a code" in page
        answer = browser.post(f"/reauthenticate/code/?next={CODES}", {"code": code_of(secret), "next": CODES})
        assert answer["Location"] == CODES
        assert browser.get(CODES).status_code == 200

    def test_signing_in_proves_for_five_minutes(self, alice: User) -> None:
        secret = secure(alice)
        browser = begin_sign_in(alice)
        browser.post(SECOND, {"code": code_of(secret)})
        assert browser.get(CODES).status_code == 200
        age_proof(browser, 301)
        assert browser.get(CODES)["Location"].startswith("/reauthenticate/")


class TestTakingAway:
    def test_the_last_way_takes_the_recovery_codes_with_it(self, browser: Client, alice: User) -> None:
        secure(alice)
        assert "Remove the authenticator app?" in browser.get(REMOVE_APP).content.decode()
        assert browser.post(REMOVE_APP)["Location"] == SIGN_IN
        assert not Authenticator.objects.exists()
        assert subjects() == ["The authenticator app was removed"]
        assert begin_sign_in(alice).led_to == "/"  # type: ignore[attr-defined]

    def test_new_recovery_codes_replace_the_old_and_are_told_of(self, browser: Client, alice: User) -> None:
        secure(alice)
        old = recovery_codes(alice)
        assert "10 that are left stop working" in browser.get(NEW_CODES).content.decode()
        assert browser.post(NEW_CODES)["Location"] == CODES
        new = shown_codes(browser.get(CODES).content.decode())
        assert len(new) == 10
        assert not set(new) & set(old)
        assert subjects() == ["New recovery codes were made"]

    def test_other_people_keep_theirs(self, browser: Client, alice: User, bob: User) -> None:
        secure(bob)
        assert browser.post(REMOVE_APP).status_code == 404
        assert browser.get(CODES).status_code == 404
        assert Authenticator.objects.filter(user=bob).count() == 2


def test_whoever_has_a_second_step_may_change_their_address(browser: Client, alice: User) -> None:
    secure(alice)
    browser.post("/email/", {"email": "alice@harbour.example", "action_add": ""})
    browser.post(only_link())
    alice.refresh_from_db()
    assert alice.email == "alice@harbour.example"


def test_the_mails_lead_to_a_new_password(browser: Client, alice: User) -> None:
    secure(alice)
    browser.post(REMOVE_APP)
    assert "reset your password at once: http" in str(mail.outbox[0].body)
    assert PASSWORD not in str(mail.outbox[0].body)
