"""No owner is left untold of a lost connection: the message, the sweep behind it, and a mail server that is down."""

from __future__ import annotations

import smtplib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import Settings

from accounts.models import AuditEvent, Membership, Workspace
from accounts.once import alone
from accounts.tenancy import workspace_scope
from tests.factories import make_account
from tests.sandbox_process import Sandbox
from tiktok import health, notices, tasks
from tiktok.models import StatusReason, TikTokAccount

pytestmark = pytest.mark.django_db(transaction=True)


class Away(BaseEmailBackend):
    """A mail server that nobody reaches."""

    def send_messages(self, messages: list[EmailMessage]) -> int:
        raise ConnectionRefusedError("nobody listens")


class Picky(EmailBackend):
    """Takes no mail for Bob."""

    def send_messages(self, messages: list[EmailMessage]) -> int:
        if "bob" in messages[0].to[0]:
            raise smtplib.SMTPRecipientsRefused({messages[0].to[0]: (550, b"unknown")})
        return super().send_messages(messages)


@pytest.fixture(autouse=True)
def a_little_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the message of the change had had its time."""
    monkeypatch.setattr(notices, "LEFT_TO_THE_MESSAGE", timedelta(0))


@pytest.fixture
def broker_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: str) -> None:
        raise ConnectionError("nobody listens")

    monkeypatch.setattr(notices.mail_owners, "delay", refuse)


@pytest.fixture
def luna(harbour: Workspace, tiktok: Sandbox) -> TikTokAccount:
    return make_account(harbour, tiktok)


def lose(account: TikTokAccount, reason: StatusReason = StatusReason.REFRESH_REFUSED) -> None:
    with workspace_scope(account.workspace_id):
        assert health.mark_lost(account, reason=reason)


def status(account: TikTokAccount) -> str:
    with workspace_scope(account.workspace_id):
        account.refresh_from_db()
    return str(account.status)


def told(account: TikTokAccount) -> int:
    with workspace_scope(account.workspace_id):
        return int(AuditEvent.objects.filter(action=notices.TOLD, target_id=str(account.pk)).count())


def test_the_message_tells_each_owner_and_the_sweep_repeats_nothing(
    luna, harbour, bob, mailoutbox: Any
) -> None:
    Membership.objects.filter(workspace=harbour, user=bob).update(role="owner")
    lose(luna)
    assert len(mailoutbox) == 2
    assert notices.tell_waiting() == 0
    assert (len(mailoutbox), told(luna)) == (2, 2)


def test_a_loss_without_a_broker_stands_and_is_told_by_the_round(
    luna, broker_away: None, mailoutbox: Any
) -> None:
    lose(luna)
    assert (status(luna), mailoutbox) == ("needs_reconnect", [])
    tasks.look_after_connections()
    [letter] = mailoutbox
    assert luna.display_name in letter.subject
    tasks.look_after_connections()
    assert len(mailoutbox) == 1


def test_while_no_mail_is_taken_the_news_waits_and_the_loss_stands(
    luna, settings: Settings, mailoutbox: Any
) -> None:
    backend, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, f"{__name__}.Away"
    lose(luna)
    assert status(luna) == "needs_reconnect"
    assert notices.tell_waiting() == 0
    settings.EMAIL_BACKEND = backend
    assert notices.tell_waiting() == 1
    assert (len(mailoutbox), told(luna)) == (1, 1)


def test_a_take_over_is_told_though_the_mail_server_was_away(
    luna, settings: Settings, mailoutbox: Any
) -> None:
    backend, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, f"{__name__}.Away"
    with workspace_scope(luna.workspace_id), transaction.atomic():
        health.end(luna, reason=StatusReason.TAKEN_OVER, by=None)
    assert notices.tell_waiting() == 0
    settings.EMAIL_BACKEND = backend
    assert notices.tell_waiting() == 1
    [letter] = mailoutbox
    assert "another workspace" in letter.subject


def test_one_refused_address_keeps_nobody_else_untold_nor_tells_them_twice(
    luna, harbour, alice, bob, elsewhere, tiktok, broker_away: None, settings: Settings, mailoutbox: Any
) -> None:
    Membership.objects.filter(workspace=harbour, user=bob).update(role="owner")
    fern = make_account(elsewhere, tiktok, "fernandfold")
    lose(luna)
    lose(fern)
    settings.EMAIL_BACKEND = f"{__name__}.Picky"
    for _ in range(3):
        notices.tell_waiting()
    readers = [address for letter in mailoutbox for address in letter.to]
    assert sorted(readers) == sorted({*readers})
    assert alice.email in readers
    assert told(fern) == 1


def test_who_was_lost_and_then_ended_is_told_of_once(luna, mailoutbox: Any) -> None:
    lose(luna)
    with workspace_scope(luna.workspace_id):
        luna.refresh_from_db()
        with transaction.atomic():
            health.end(luna, reason=StatusReason.ACCOUNT_GONE, by=None)
    assert notices.tell_waiting() == 0
    assert len(mailoutbox) == 1


def test_a_second_loss_after_a_reconnect_is_news(luna, mailoutbox: Any) -> None:
    lose(luna)
    with workspace_scope(luna.workspace_id):
        TikTokAccount.objects.filter(pk=luna.pk).update(
            status="active", status_reason="", generation=luna.generation + 1
        )
        luna.refresh_from_db()
    lose(luna)
    assert len(mailoutbox) == 2


def test_who_is_connected_again_is_told_nothing(luna, broker_away: None, mailoutbox: Any) -> None:
    lose(luna)
    with workspace_scope(luna.workspace_id):
        TikTokAccount.objects.filter(pk=luna.pk).update(status="active", status_reason="")
    assert notices.tell_waiting() == 0
    assert mailoutbox == []


def test_old_news_is_left_to_the_page(luna, broker_away: None, mailoutbox: Any) -> None:
    lose(luna)
    with workspace_scope(luna.workspace_id):
        TikTokAccount.objects.filter(pk=luna.pk).update(status_since=timezone.now() - timedelta(days=4))
    assert notices.tell_waiting() == 0
    assert mailoutbox == []


def test_a_person_who_disconnects_is_not_told_of_it(luna, alice, mailoutbox: Any) -> None:
    with workspace_scope(luna.workspace_id), transaction.atomic():
        health.end(luna, reason=StatusReason.BY_PERSON, by=alice)
    assert notices.tell_waiting() == 0
    assert mailoutbox == []


def another_round() -> int:
    """By a connection of its own: the name is lent to a session."""
    try:
        return notices.tell_waiting()
    finally:
        connection.close()


def test_two_at_once_tell_once(luna, broker_away: None, mailoutbox: Any) -> None:
    lose(luna)
    with workspace_scope(luna.workspace_id), alone(f"tell_owners {luna.pk}"), ThreadPoolExecutor(1) as pool:
        assert pool.submit(another_round).result(60) == 0
    assert mailoutbox == []
