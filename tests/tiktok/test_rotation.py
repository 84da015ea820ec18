"""Changing the key of stored secrets while the install runs (R-23)."""

from __future__ import annotations

import base64
import secrets
import time
from io import StringIO

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command

from accounts.tenancy import CrossTenant, cross_tenant
from tests.accounts.second_steps import code_of, recovery_codes, secure
from tests.factories import make_account
from tiktok import rotation, vault
from tiktok.client import Secret
from tiktok.models import TikTokAccount

pytestmark = pytest.mark.django_db(transaction=True)


def new_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


@pytest.fixture
def old_key(settings) -> str:
    settings.TOKEN_ENCRYPTION_KEYS = [new_key()]
    return settings.TOKEN_ENCRYPTION_KEYS[0]


@pytest.fixture
def accounts(old_key, harbour, elsewhere, tiktok):
    """Three creators in two workspaces, sealed with the old key."""
    return [
        make_account(harbour, tiktok, "luna.bakes"),
        make_account(harbour, tiktok, "fernandfold"),
        make_account(elsewhere, tiktok, "northpeak.run"),
    ]


@pytest.fixture
def added_key(accounts, old_key, settings) -> str:
    settings.TOKEN_ENCRYPTION_KEYS = [new_key(), old_key]
    return settings.TOKEN_ENCRYPTION_KEYS[0]


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("reencrypt_tokens", *arguments, stdout=out)
    return out.getvalue()


def stored() -> list[TikTokAccount]:
    with cross_tenant(CrossTenant.ADMIN):
        return list(TikTokAccount.objects.all())


def all_tokens() -> set[str]:
    columns = ("access_token", "refresh_token")
    return {vault.open_on(row, name).reveal() for row in stored() for name in columns}


def test_every_sealed_column_is_found_by_its_class():
    found = {f"{model._meta.label}.{name}" for model, name in rotation.sealed_columns()}
    assert {
        "tiktok.TikTokAccount.access_token",
        "tiktok.PendingConnection.refresh_token",
        "tiktok.Revocation.access_token",
        "scheduler.PublishAttempt.upload_url",
    } <= found


@pytest.mark.parametrize("batch", ["1", "2", "200"])
def test_afterwards_the_old_key_can_be_dropped(added_key, settings, batch):
    before = all_tokens()
    assert "6 sealed anew" in run("--batch", batch).splitlines()[-1]
    settings.TOKEN_ENCRYPTION_KEYS = [added_key]
    assert all_tokens() == before


def test_a_dry_run_counts_and_writes_nothing(added_key):
    before = [bytes(row.access_token) for row in stored()]
    assert "6 sealed anew" in run("--dry-run")
    assert [bytes(row.access_token) for row in stored()] == before


def test_a_second_run_finds_nothing_left(added_key):
    run()
    assert "All: 0 sealed anew, 6 current already" in run()


def test_an_interrupted_run_goes_on_where_it_ended(added_key, monkeypatch):
    real, calls = vault.seal_on, []

    def dies_at_the_fourth(row, name, secret):
        calls.append(row)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return real(row, name, secret)

    monkeypatch.setattr(vault, "seal_on", dies_at_the_fourth)
    with pytest.raises(KeyboardInterrupt):
        run()
    monkeypatch.setattr(vault, "seal_on", real)
    assert "All: 3 sealed anew, 3 current already" in run()


def test_a_token_renewed_meanwhile_is_never_overwritten(added_key, monkeypatch):
    real = vault.seal_on

    def renewed_meanwhile(row, name, secret):
        monkeypatch.setattr(vault, "seal_on", real)
        fresh = real(row, name, Secret("act.renewed-meanwhile"))
        type(row).objects.filter(pk=row.pk).update(**{name: fresh})
        return real(row, name, secret)

    monkeypatch.setattr(vault, "seal_on", renewed_meanwhile)
    assert "1 renewed meanwhile" in run()
    assert "act.renewed-meanwhile" in all_tokens()


def test_what_no_key_opens_is_reported_kept_and_fails_the_command(added_key, accounts):
    with cross_tenant(CrossTenant.ADMIN):
        TikTokAccount.objects.filter(pk=accounts[0].pk).update(access_token=b"\x01" + bytes(60))
    with pytest.raises(CommandError, match="1 values open with no key"):
        run()
    with cross_tenant(CrossTenant.ADMIN):
        assert bytes(TikTokAccount.objects.get(pk=accounts[0].pk).access_token) == b"\x01" + bytes(60)


def test_secrets_of_two_step_verification_move_too(old_key, settings, alice):
    secret = secure(alice)
    codes = recovery_codes(alice)
    settings.TOKEN_ENCRYPTION_KEYS = [new_key(), old_key]
    assert "Two-step verification: 2 sealed anew" in run("--dry-run")
    assert "Two-step verification: 2 sealed anew" in run()
    assert "Two-step verification: 0 sealed anew, 2 current" in run()

    settings.TOKEN_ENCRYPTION_KEYS = settings.TOKEN_ENCRYPTION_KEYS[:1]  # the old one is dropped
    app = Authenticator.objects.get(type="totp").wrap()
    with time_machine.travel(time.time(), tick=False):
        assert app.validate_code(code_of(secret))
    assert recovery_codes(alice) == codes


def test_a_second_step_that_opens_with_no_key_is_reported(old_key, settings, alice):
    secure(alice)
    settings.TOKEN_ENCRYPTION_KEYS = [new_key()]
    with pytest.raises(CommandError, match="2 values open with no key"):
        run()
