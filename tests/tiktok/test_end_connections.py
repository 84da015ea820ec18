"""The operator's last resort: every token is gone at once, and TikTok is told (R-29)."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditEvent
from accounts.tenancy import CrossTenant, cross_tenant
from tests.factories import make_media, make_post
from tests.people import client_of
from tests.tiktok.journey import Traveller
from tests.tiktok.test_disconnect import due_again, is_alive, outbox
from tiktok.models import PendingConnection, TikTokAccount
from tiktok.tasks import look_after_connections
from tiktok.vault import open_on

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def connected(alice, harbour, charlie, elsewhere, tiktok):
    """Luna Bakes at Harbour, Fern at Elsewhere, and one at Harbour that waits for its last yes."""
    Traveller(client_of(alice), harbour).connect()
    Traveller(client_of(charlie), elsewhere).connect("fernandfold")
    Traveller(client_of(alice), harbour).arrive("northpeak.run")
    return {account.username: open_on(account, "access_token") for account in accounts()}


def accounts() -> list[TikTokAccount]:
    with cross_tenant(CrossTenant.ADMIN):
        return list(TikTokAccount.objects.order_by("username"))


def end(*options: str) -> str:
    said = StringIO()
    call_command("end_connections", "--yes", *options, stdout=said)
    return said.getvalue()


def test_every_token_of_every_workspace_is_deleted_and_revoked(connected):
    assert "3 connections of all workspaces ended" in end()

    assert [account.status_reason for account in accounts()] == ["by_operator", "by_operator"]
    assert [account.access_token for account in accounts()] == [None, None]
    with cross_tenant(CrossTenant.ADMIN):
        assert not PendingConnection.objects.exists()
        assert set(AuditEvent.objects.filter(action="account.disconnected").values_list("by", flat=True)) == {
            None
        }
    due_again()
    look_after_connections()
    assert outbox() == []
    assert not any(is_alive(token) for token in connected.values())


def test_one_workspace_can_be_ended_alone(connected, harbour):
    assert f"2 connections of {harbour.slug} ended" in end("--workspace", harbour.slug)
    assert [account.status for account in accounts()] == ["active", "disconnected"]
    assert is_alive(connected["fernandfold"])


def test_posts_wait_on_hold_with_the_reason(connected, alice, harbour):
    luna = next(account for account in accounts() if account.username == "luna.bakes")
    post = make_post(luna, make_media(harbour), alice)
    end()
    with cross_tenant(CrossTenant.ADMIN):
        post.refresh_from_db()
    assert post.hold == "account_disconnected"


def test_it_may_be_run_again(connected):
    end()
    assert "0 connections" in end()


def test_nothing_is_ended_without_a_yes(connected, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda asked: "no")
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("end_connections")
    assert [account.status for account in accounts()] == ["active", "active"]


def test_a_workspace_that_is_not_there_is_named(connected):
    with pytest.raises(CommandError, match="no workspace 'nowhere'"):
        end("--workspace", "nowhere")
