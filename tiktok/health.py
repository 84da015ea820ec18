"""The one writer of an account's health after it was connected: limited, lost, or ended. Each writes why, and says so.

The news goes out by signal inside the transaction of the change, so posts are held with it or not at all; the
mail to owners goes after the commit and cannot undo anything.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from tiktok import escrow, notices, pictures
from tiktok.models import AccountStatus, StatusReason, TikTokAccount
from tiktok.signals import account_disconnected, account_limited, account_needs_reconnect

if TYPE_CHECKING:
    from accounts.models import User


def mark_lost(
    account: TikTokAccount,
    *,
    reason: StatusReason,
    code: str = "",
    log_id: str = "",
    generation: int | None = None,
) -> bool:
    """The account needs a person: once, and only while it still has the pair that was refused.

    Returns False where somebody was first, or where `generation` is no longer the account's.
    """
    rows = TikTokAccount.objects.filter(workspace_id=account.workspace_id, pk=account.pk)
    rows = rows.filter(status=AccountStatus.ACTIVE)
    if generation is not None:
        rows = rows.filter(generation=generation)
    with transaction.atomic():
        changed = rows.update(
            status=AccountStatus.NEEDS_RECONNECT,
            status_reason=reason,
            status_since=timezone.now(),
            status_code=code[:64],
            status_log_id=log_id[:64],
            refresh_due_at=None,
        )
        if changed:
            account.refresh_from_db()
            record(action="account.lost", by=None, target=account, detail={"reason": reason, "code": code})
            account_needs_reconnect.send(sender=TikTokAccount, account=account)
            notices.tell_owners(account)
    return bool(changed)


def refuse_access(account: TikTokAccount, *, code: str, log_id: str, generation: int) -> None:
    """TikTok refused a pair that was just renewed: nothing of it may be used any more."""
    with transaction.atomic():
        lost = mark_lost(
            account, reason=StatusReason.TOKEN_REFUSED, code=code, log_id=log_id, generation=generation
        )
        if lost:
            rows = TikTokAccount.objects.filter(workspace_id=account.workspace_id, pk=account.pk)
            rows.update(access_expires_at=timezone.now())


def limit(account: TikTokAccount, *, scopes: Collection[str], code: str, log_id: str) -> bool:
    """TikTok refused a call for want of these scopes: the connection goes on without them (R-34).

    They come back with the pair that TikTok grants next. Returns False where the account lacked them already, or was
    lost or connected again meanwhile.
    """
    rows = TikTokAccount.objects.select_for_update(of=("self",), no_key=True)
    with transaction.atomic():
        row = rows.filter(
            workspace_id=account.workspace_id,
            pk=account.pk,
            status=AccountStatus.ACTIVE,
            connected_at=account.connected_at,
        ).first()
        gone = sorted(set(scopes) & set(row.scopes)) if row else []
        if row is None or not gone:
            return False
        row.scopes = [scope for scope in row.scopes if scope not in gone]
        row.save(update_fields=["scopes"])
        detail = {"scopes": gone, "code": code, "log_id": log_id}
        record(action="account.limited", by=None, target=row, detail=detail)
        account_limited.send(sender=TikTokAccount, account=row)
    account.scopes = row.scopes
    return True


def end(account: TikTokAccount, *, reason: StatusReason, by: User | None) -> None:
    """The connection is over: tokens and picture go, the name stays for the history of its posts.

    Runs in the caller's transaction, with the account's row locked.
    """
    picture, generation = account.avatar, account.generation
    account.status, account.status_reason = AccountStatus.DISCONNECTED, reason
    account.status_since, account.status_code, account.status_log_id = timezone.now(), "", ""
    account.access_token = account.refresh_token = None
    account.access_expires_at = account.refresh_expires_at = account.refresh_due_at = None
    account.avatar = ""
    account.save()
    transaction.on_commit(lambda: pictures.discard(picture), robust=True)
    transaction.on_commit(lambda: escrow.drop(account, generation=generation), robust=True)
    record(action="account.disconnected", by=by, target=account, detail={"reason": reason})
    account_disconnected.send(sender=TikTokAccount, account=account)
