"""Renewing tokens: when, by whom, and what each answer of TikTok's does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import AuditEvent
from tests.factories import make_account
from tiktok import tokens, vault
from tiktok.client import NoAnswer, Secret, ServerTrouble, TikTokError, UnreadableAnswer
from tiktok.models import AccountStatus, TikTokAccount
from tiktok.sessions import client_for
from tiktok.signals import account_needs_reconnect

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def luna(harbour, tiktok, in_harbour):
    return make_account(harbour, tiktok)


@pytest.fixture
def expired(luna, tiktok):
    """Luna Bakes, some hours later: the access token has run out, here and there."""
    tiktok.control(tokens=[{"creator": "luna.bakes", "do": "expire_access"}])
    TikTokAccount.objects.update(access_expires_at=timezone.now() - timedelta(seconds=1))
    luna.refresh_from_db()
    return luna


def stored(account) -> TikTokAccount:
    return TikTokAccount.objects.get(pk=account.pk)


def due_again(account) -> None:
    """The time of the next renewal has come."""
    TikTokAccount.objects.filter(pk=account.pk).update(refresh_due_at=timezone.now())


def secrets_of(account) -> tuple[str, str]:
    row = stored(account)
    return vault.open_on(row, "access_token").reveal(), vault.open_on(row, "refresh_token").reveal()


def test_a_token_with_life_in_it_is_used_as_it_is(luna, refresh_calls):
    token = tokens.fresh(luna)
    assert token.secret.reveal() == secrets_of(luna)[0]
    assert refresh_calls() == 0


def test_an_expired_token_is_renewed_and_both_are_stored(expired, refresh_calls):
    old = secrets_of(expired)
    token = tokens.fresh(expired)
    new = secrets_of(expired)
    assert refresh_calls() == 1
    assert token.secret.reveal() == new[0]
    assert not set(old) & set(new)
    assert stored(expired).generation == expired.generation + 1


def test_a_step_that_needs_longer_than_is_left_renews_first(luna, refresh_calls):
    tokens.fresh(luna, needed=timedelta(hours=3))
    assert refresh_calls() == 1


def test_a_refused_pair_is_renewed_whatever_its_expiry_says(luna, refresh_calls):
    token = tokens.fresh(luna, refused=luna.generation)
    assert refresh_calls() == 1
    assert token.generation == luna.generation + 1


@pytest.mark.parametrize("life", [60, 2 * 3600, 24 * 3600])
def test_the_expiry_is_tiktoks_word(expired, tiktok, life):
    tiktok.control(settings={"access_seconds": life})
    before = timezone.now()
    tokens.fresh(expired)
    row = stored(expired)
    assert before <= row.access_expires_at - timedelta(seconds=life) <= timezone.now()
    half = (row.refresh_due_at - before).total_seconds()
    assert 0.44 * life < half < 0.56 * life + 1
    assert tokens.fresh(row).generation == row.generation, "and even the shortest is used, not renewed again"


def test_a_dead_grant_needs_a_person_at_once(expired, tiktok, refresh_calls):
    heard = []
    account_needs_reconnect.connect(
        lambda account, **_: heard.append(account.status), weak=False, dispatch_uid="t"
    )
    tiktok.control(tokens=[{"creator": "luna.bakes", "do": "revoke"}])
    try:
        with pytest.raises(tokens.NeedsReconnect) as caught:
            tokens.fresh(expired)
    finally:
        account_needs_reconnect.disconnect(dispatch_uid="t")
    row = stored(expired)
    assert (row.status, row.status_reason, row.status_code) == (
        "needs_reconnect",
        "refresh_refused",
        "invalid_grant",
    )
    assert caught.value.code == "invalid_grant"
    assert heard == ["needs_reconnect"]
    assert AuditEvent.objects.filter(action="account.lost", target_id=str(row.pk)).count() == 1
    [letter] = mail.outbox
    assert letter.subject == f"Luna Bakes disconnected us from TikTok – {row.workspace.name}"
    assert "Our access was removed or has ended." in letter.body
    assert f"/accounts/#account-{row.pk}" in letter.body.split("Reconnect: ")[1]
    assert f"/w/{row.workspace.slug}/accounts/" in letter.body


def test_a_lost_connection_is_not_asked_about_again(expired, tiktok, refresh_calls):
    tiktok.control(tokens=[{"creator": "luna.bakes", "do": "revoke"}])
    for _ in range(3):
        with pytest.raises(tokens.NeedsReconnect):
            tokens.fresh(expired)
    assert refresh_calls() == 1
    assert len(mail.outbox) == 1


def test_what_is_left_of_a_lost_connections_token_may_be_used_up(luna, tiktok):
    tiktok.control(tokens=[{"creator": "luna.bakes", "do": "expire_refresh"}])
    with pytest.raises(tokens.NeedsReconnect):
        tokens.fresh(luna, needed=timedelta(hours=3))
    assert tokens.fresh(stored(luna)).secret.reveal() == secrets_of(luna)[0]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "http", "http_status": 503}, ServerTrouble),
        ({"kind": "error", "code": "temporarily_unavailable"}, ServerTrouble),
        ({"kind": "html", "effect": False}, TikTokError),
        ({"kind": "malformed", "effect": False}, UnreadableAnswer),
        ({"kind": "lose", "effect": False}, NoAnswer),
        ({"kind": "error", "code": "invalid_client"}, TikTokError),
    ],
    ids=lambda value: value.get("code") or value["kind"] if isinstance(value, dict) else "",
)
def test_trouble_changes_no_token_and_may_be_tried_again(expired, tiktok, fault, error):
    before = secrets_of(expired)
    tiktok.fault(endpoint="token", **fault)
    with pytest.raises(error):
        tokens.fresh(expired)
    row = stored(expired)
    assert secrets_of(expired) == before
    assert (row.status, row.generation, row.refresh_failures) == ("active", expired.generation, 1)
    assert row.refresh_due_at > timezone.now()
    due_again(expired)
    assert tokens.fresh(expired).generation == expired.generation + 1
    assert stored(expired).refresh_failures == 0


def test_an_answer_lost_after_the_rotation_ends_in_reconnect(expired, tiktok):
    tiktok.fault("lose", endpoint="token")
    with pytest.raises(NoAnswer):
        tokens.fresh(expired)
    due_again(expired)
    with pytest.raises(tokens.NeedsReconnect):
        tokens.fresh(expired)
    assert stored(expired).status == AccountStatus.NEEDS_RECONNECT


def test_failed_renewals_are_tried_ever_later_but_never_given_up(expired, tiktok):
    tiktok.fault("http", endpoint="token", http_status=503, times=12)
    waits = []
    for _ in range(12):
        with pytest.raises(ServerTrouble):
            tokens.fresh(expired)
        waits.append(stored(expired).refresh_due_at - timezone.now())
        due_again(expired)
    assert waits[0] < timedelta(seconds=40)
    assert waits[3] > waits[0]
    assert max(waits) < timedelta(minutes=20)


def test_between_two_tries_tiktok_is_left_alone(expired, tiktok, refresh_calls):
    """Five hundred posts of a creator do not hammer a server that has trouble (F-24)."""
    tiktok.fault("http", endpoint="token", http_status=503)
    with pytest.raises(ServerTrouble):
        tokens.fresh(expired)
    for _ in range(3):
        with pytest.raises(NoAnswer) as caught:
            tokens.fresh(expired)
        assert not caught.value.request_sent
        assert 20 <= caught.value.retry_after <= 40
    assert refresh_calls() == 1
    assert stored(expired).refresh_failures == 1


def test_a_person_who_waits_may_try_before_the_time(expired, tiktok, refresh_calls):
    tiktok.fault("http", endpoint="token", http_status=503)
    with pytest.raises(ServerTrouble):
        tokens.fresh(expired)
    assert client_for(expired, someone_waits=True).creator_info().username == "luna.bakes"
    assert refresh_calls() == 2


def test_a_pair_that_still_lives_is_used_while_renewing_it_has_trouble(luna, tiktok, refresh_calls):
    tiktok.fault("http", endpoint="token", http_status=503)
    with pytest.raises(ServerTrouble):
        tokens.fresh(luna, needed=timedelta(hours=3))
    assert tokens.fresh(luna).generation == luna.generation
    assert refresh_calls() == 1


def test_tokens_of_another_creator_are_not_kept(expired, tiktok):
    TikTokAccount.objects.update(open_id="-000somebody-else")
    row = stored(expired)
    row.refresh_token = vault.seal_on(
        row, "refresh_token", Secret(tiktok.grant("luna.bakes")["refresh_token"])
    )
    row.save()
    with pytest.raises(UnreadableAnswer, match="another creator"):
        tokens.fresh(row)
    assert stored(row).generation == row.generation


def test_a_moved_ciphertext_is_never_sent_and_needs_attention(luna, harbour, tiktok, refresh_calls):
    fern = make_account(harbour, tiktok, "fernandfold")
    TikTokAccount.objects.filter(pk=luna.pk).update(access_token=bytes(fern.access_token))
    with pytest.raises(tokens.NeedsReconnect):
        tokens.fresh(luna)
    assert stored(luna).status_reason == "unreadable"
    assert refresh_calls() == 0


def test_a_disconnected_account_has_no_token(luna):
    TikTokAccount.objects.update(
        status="disconnected", status_reason="by_person", access_token=None, refresh_token=None
    )
    with pytest.raises(tokens.NeedsReconnect):
        tokens.fresh(luna)


def test_renewing_ahead_waits_for_its_time(luna, refresh_calls):
    TikTokAccount.objects.update(refresh_due_at=timezone.now() + timedelta(minutes=1))
    tokens.renew_ahead(luna)
    assert refresh_calls() == 0
    TikTokAccount.objects.update(refresh_due_at=timezone.now())
    tokens.renew_ahead(luna)
    tokens.renew_ahead(luna)
    assert refresh_calls() == 1


def test_loading_and_listing_accounts_opens_nothing(luna, monkeypatch):
    def refuse(*args: object) -> None:
        raise AssertionError("a row was decrypted")

    monkeypatch.setattr(vault, "_open", refuse)
    [account] = TikTokAccount.objects.all()
    assert str(account.access_token).startswith("<sealed, ")
    assert "act." not in repr(vars(account))
