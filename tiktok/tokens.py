"""The only place where a token is renewed (R-36 to R-38).

TikTok kills a refresh token as it answers with the next, so a renewal is one call per account at a time: lock
the row, read it again, ask, store both tokens, commit at once. Who waited for the lock reads what was stored.
TikTok's refusal ends the connection; silence, trouble or nonsense changes no token and may be tried again, ever
later (F-24); only where a person waits for the answer is TikTok asked before that time. Between TikTok's answer and
our commit the new pair stands in `escrow`, from where the next renewal takes it (F-22).
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.db import transaction
from django.utils import timezone

from accounts.crashpoints import crashpoint
from tiktok import escrow, health, vault
from tiktok.client import NoAnswer, Secret, TikTokError, TokenPair, UnreadableAnswer
from tiktok.models import AccountStatus, Grant, StatusReason, TikTokAccount
from tiktok.wiring import renewal_client

CALL_NEEDS = timedelta(seconds=30)
"""What a token must still have for one call: its deadline, and room for clocks that differ."""

INVALID_GRANT = "invalid_grant"
FIRST_RETRY = timedelta(seconds=30)
LONGEST_RETRY = timedelta(minutes=15)

IsGood = Callable[[TikTokAccount], bool]


class NeedsReconnect(Exception):
    """No token can be had: a person has to connect the account again. `code` and `log_id` are TikTok's."""

    def __init__(self, account: TikTokAccount, code: str = "", log_id: str = "") -> None:
        super().__init__(f"TikTok account {account.pk} has to be connected again.")
        self.account = account
        self.code = code
        self.log_id = log_id


@dataclass(frozen=True)
class AccessToken:
    """A token that can be sent now, and which pair of the account it belongs to."""

    secret: Secret
    generation: int


def fresh(
    account: TikTokAccount,
    *,
    needed: timedelta = CALL_NEEDS,
    refused: int | None = None,
    someone_waits: bool = False,
) -> AccessToken:
    """An access token that lives for `needed`, renewed where that takes it; not the pair that was `refused`.

    Raises `NeedsReconnect`, or a `TikTokError` where a renewal got no usable answer. After such a one the next is
    not asked for until its time has come (`NoAnswer` with `retry_after` seconds), unless `someone_waits`.
    """

    def is_good(row: TikTokAccount) -> bool:
        return row.generation != refused and row.has_access_for(needed, now=timezone.now())

    return _token(account, is_good, impatient=someone_waits)


def at_hand(account: TikTokAccount) -> AccessToken | None:
    """The stored token if it can be sent now; TikTok is asked for nothing. Raises `NeedsReconnect`."""

    def is_good(row: TikTokAccount) -> bool:
        return row.has_access_for(CALL_NEEDS, now=timezone.now())

    try:
        return _stored(_row(account), is_good)
    except vault.VaultError as error:
        health.mark_lost(account, reason=StatusReason.UNREADABLE)
        raise NeedsReconnect(account) from error


def renew_ahead(account: TikTokAccount) -> None:
    """Renew a pair whose time has come, so that idle accounts stay connected. Raises like `fresh`."""

    def is_good(row: TikTokAccount) -> bool:
        return row.refresh_due_at is not None and row.refresh_due_at > timezone.now()

    _token(account, is_good, impatient=False)


def give_up(account: TikTokAccount, *, generation: int) -> None:
    """TikTok refused the access token of that pair: whoever needs one next renews it, if nobody has."""
    rows = TikTokAccount.objects.filter(
        workspace_id=account.workspace_id, pk=account.pk, generation=generation
    )
    rows.filter(status=AccountStatus.ACTIVE).update(access_expires_at=timezone.now())


def put_pair(row: Grant, pair: TokenPair, *, asked_at: datetime) -> None:
    """Seal a pair on an unsaved row. Lifetimes are TikTok's word, counted from before the question (R-37)."""
    if pair.expires_in <= 0 or pair.refresh_expires_in <= 0:
        raise UnreadableAnswer("The new tokens are already at their end.")
    row.access_token = vault.seal_on(row, "access_token", pair.access_token)
    row.refresh_token = vault.seal_on(row, "refresh_token", pair.refresh_token)
    row.access_expires_at = asked_at + timedelta(seconds=pair.expires_in)
    row.refresh_expires_at = asked_at + timedelta(seconds=pair.refresh_expires_in)
    row.scopes = sorted(pair.scopes) or row.scopes


def half_life(row: Grant, *, now: datetime) -> datetime:
    """When to renew ahead: about half-way, at a moment of its own for each account."""
    assert row.access_expires_at is not None
    return now + (row.access_expires_at - now) * random.uniform(0.45, 0.55)


def _token(account: TikTokAccount, is_good: IsGood, *, impatient: bool) -> AccessToken:
    try:
        return _stored(_row(account), is_good) or _renewed(account, is_good, impatient=impatient)
    except vault.VaultError as error:
        health.mark_lost(account, reason=StatusReason.UNREADABLE)
        raise NeedsReconnect(account) from error


def _row(account: TikTokAccount, *, lock: bool = False) -> TikTokAccount:
    """The row as it is now. The lock leaves new posts alone, whose foreign key only shares it."""
    rows = TikTokAccount.objects.filter(workspace_id=account.workspace_id)
    found: TikTokAccount = (rows.select_for_update(of=("self",), no_key=True) if lock else rows).get(
        pk=account.pk
    )
    return found


def _stored(row: TikTokAccount, is_good: IsGood) -> AccessToken | None:
    """The stored token, if it will do. What is left of a lost connection's access token may be used up (F-22)."""
    if row.status == AccountStatus.DISCONNECTED:
        raise NeedsReconnect(row, row.status_code, row.status_log_id)
    if not is_good(row):
        return None
    return AccessToken(vault.open_on(row, "access_token"), row.generation)


def _renewed(account: TikTokAccount, is_good: IsGood, *, impatient: bool) -> AccessToken:
    waiting_since = timezone.now()
    with transaction.atomic(durable=True):
        row = _row(account, lock=True)
        _restore(row)
        if token := _stored(row, is_good):
            return token
        _check_renewable(row, waiting_since, impatient=impatient)
        error = _renew(row)
    if error is None:
        return AccessToken(vault.open_on(row, "access_token"), row.generation)
    if error.code == INVALID_GRANT:
        raise NeedsReconnect(row, error.code, error.log_id)
    raise error


def _restore(row: TikTokAccount) -> None:
    """Store the pair that somebody got for this one and could not store: they died in between."""
    while row.status == AccountStatus.ACTIVE and (found := escrow.find(row)):
        _store(row, found.pair, asked_at=found.asked_at)


def _check_renewable(row: TikTokAccount, waiting_since: datetime, *, impatient: bool) -> None:
    """Who lost the connection asks TikTok no more, and who waited behind a failed renewal does not repeat it."""
    if row.status != AccountStatus.ACTIVE:
        raise NeedsReconnect(row, row.status_code, row.status_log_id)
    if row.refresh_failed_at is None or row.refresh_due_at is None:
        return
    wait = (row.refresh_due_at - timezone.now()).total_seconds()
    if row.refresh_failed_at > waiting_since or (wait > 0 and not impatient):
        raise NoAnswer(
            "The last renewal got no usable answer; the next is not due yet.",
            request_sent=False,
            retry_after=max(1, ceil(wait)),
        )


def _renew(row: TikTokAccount) -> TikTokError | None:
    """Ask, and save what came: the new pair, its refusal, or that there was none. Returns the error.

    The row is locked and was just read, so a refusal is about the pair that the account has (R-38).
    """
    asked_at = timezone.now()
    try:
        pair = renewal_client().refresh(vault.open_on(row, "refresh_token"))
        if pair.open_id != row.open_id:
            raise UnreadableAnswer("The new tokens belong to another creator.")
        escrow.keep(row, pair, asked_at=asked_at)
        crashpoint("refresh_answered")
        _store(row, pair, asked_at=asked_at)
    except TikTokError as error:
        _note_failure(row, error)
        return error
    return None


def _store(row: TikTokAccount, pair: TokenPair, *, asked_at: datetime) -> None:
    put_pair(row, pair, asked_at=asked_at)
    replaced = row.generation
    row.generation += 1
    row.refresh_due_at = half_life(row, now=asked_at)
    row.refresh_failed_at, row.refresh_failures = None, 0
    row.save()
    transaction.on_commit(lambda: escrow.drop(row, generation=replaced), robust=True)


def _note_failure(row: TikTokAccount, error: TikTokError) -> None:
    if error.code == INVALID_GRANT:
        health.mark_lost(row, reason=StatusReason.REFRESH_REFUSED, code=error.code, log_id=error.log_id)
        return
    now = timezone.now()
    wait = min(FIRST_RETRY * 2 ** min(row.refresh_failures, 10), LONGEST_RETRY) * random.uniform(0.8, 1.2)
    row.refresh_failed_at, row.refresh_failures = now, row.refresh_failures + 1
    row.refresh_due_at = now + wait
    row.save(update_fields=["refresh_failed_at", "refresh_failures", "refresh_due_at"])
