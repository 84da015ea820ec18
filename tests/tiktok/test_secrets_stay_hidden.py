"""The canary sweep of connections: tokens, codes and the client secret reach no log, page, mail or row (R-26)."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest
from django.core import mail
from django.core.serializers import serialize
from django.db import connection
from django.urls import reverse

from accounts.tenancy import CrossTenant, cross_tenant
from tests.people import client_of, make_person
from tests.tiktok.journey import Traveller, page, query_of
from tiktok import tokens, vault
from tiktok.models import OAuthState, PendingConnection, Revocation, TikTokAccount
from tiktok.tasks import look_after_connections

ROOT = Path(__file__).resolve().parents[2]


def tables() -> str:
    """Every row of every table, as a dump would show it."""
    with connection.cursor() as cursor:
        texts = []
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            texts += [row[0] for row in cursor.fetchall()]
    return "\n".join(texts)


def hex_of(secrets: set[str]) -> set[str]:
    return {secret.encode().hex() for secret in secrets}


@pytest.mark.django_db(transaction=True)
def test_nothing_of_a_connections_life_shows_a_secret(alice, harbour, tiktok, caplog):
    caplog.set_level(logging.DEBUG)
    shown: list[str] = []
    browser, staff = client_of(alice), client_of(make_person("Sam", staff=True))
    traveller = Traveller(browser, harbour)
    callback = traveller.consent(traveller.leave())
    caplog.clear()  # so far it was the browser's own log
    asked = query_of(callback)
    secrets = {asked["code"], asked["state"], tiktok.client_secret}
    arrived = browser.get(callback)
    with cross_tenant(CrossTenant.ADMIN):
        pending = PendingConnection.objects.get()
        secrets |= {vault.open_on(pending, name).reveal() for name in ("access_token", "refresh_token")}
    shown += [browser.get(arrived["Location"]).content.decode(), repr(pending), str(vars(pending))]
    browser.post(arrived["Location"])

    with cross_tenant(CrossTenant.ADMIN):
        account = TikTokAccount.objects.get()
        tokens.fresh(account, refused=account.generation)
        account = TikTokAccount.objects.get()
        secrets |= {vault.open_on(account, name).reveal() for name in ("access_token", "refresh_token")}
        ciphertext = {bytes(account.access_token).hex(), bytes(account.refresh_token).hex()}
        shown += [repr(account), str(vars(account)), serialize("json", [account])]
    shown += [browser.get(page("accounts", harbour)).content.decode()]
    shown += admin_pages(staff)
    tiktok.fault("http", endpoint="revoke", http_status=503)
    browser.post(page("account_disconnect", harbour, account_id=account.pk))
    look_after_connections()
    shown += admin_pages(staff)
    shown += [message.subject + message.body for message in mail.outbox]

    assert len(secrets) == 7
    everything = "\n".join(shown) + caplog.text
    assert not [secret for secret in secrets if secret in everything]
    assert not [value for value in ciphertext if value in everything]
    dump = tables()
    assert not [secret for secret in secrets | hex_of(secrets) if secret in dump]


def admin_pages(staff) -> list[str]:
    """The list and every row's page, of each of our models."""
    pages = []
    with cross_tenant(CrossTenant.ADMIN):
        rows = {
            model: list(model.objects.all())
            for model in (TikTokAccount, OAuthState, PendingConnection, Revocation)
        }
    for model, found in rows.items():
        name = f"admin:tiktok_{model._meta.model_name}"
        addresses = [reverse(f"{name}_changelist")]
        addresses += [reverse(f"{name}_change", args=[row.pk]) for row in found]
        for address in addresses:
            answer = staff.get(address)
            assert answer.status_code == 200, address
            pages.append(answer.content.decode())
    return pages


@pytest.mark.django_db(transaction=True)
def test_the_admin_shows_an_account_and_changes_nothing(alice, harbour, tiktok):
    Traveller(client_of(alice), harbour).connect()
    with cross_tenant(CrossTenant.ADMIN):
        account = TikTokAccount.objects.get()
    staff = client_of(make_person("Sam", staff=True))
    address = reverse("admin:tiktok_tiktokaccount_change", args=[account.pk])
    shown = staff.get(address).content.decode()
    assert "luna.bakes" in shown
    assert "sealed," not in shown
    assert staff.post(address, {"nickname": "Changed"}).status_code == 403
    assert client_of(alice).get(address).status_code == 403


def production_files() -> list[Path]:
    folders = ("accounts", "config", "scheduler", "tiktok")
    return [path for folder in folders for path in (ROOT / folder).rglob("*.py")]


def test_only_the_vault_decrypts():
    """AES and `_open` live there; whoever needs a secret asks the vault for one row's field (R-24)."""
    imports = re.compile(r"^\s*(from|import) cryptography", re.MULTILINE)
    importers = {
        path.relative_to(ROOT).as_posix() for path in production_files() if imports.search(path.read_text())
    }
    assert importers == {"tiktok/vault.py", "tiktok/keyring.py"}


def test_tokens_are_opened_only_where_they_are_renewed_confirmed_revoked_or_rotated():
    opened = re.compile(r"open_on\([^)]*_token|open_on\(\w+, name\)")
    users = {
        path.relative_to(ROOT).as_posix() for path in production_files() if opened.search(path.read_text())
    }
    assert users == {
        "tiktok/tokens.py",
        "tiktok/confirmations.py",
        "tiktok/revocations.py",
        "tiktok/rotation.py",
    }


def test_a_token_is_renewed_in_one_module():
    users = {
        path.relative_to(ROOT).as_posix()
        for path in production_files()
        if re.search(r"renewal_client\(\)|\.refresh\(", path.read_text())
        and not path.is_relative_to(ROOT / "tiktok" / "client")
    }
    assert users == {"tiktok/tokens.py", "tiktok/wiring.py", "tiktok/revocations.py"}
