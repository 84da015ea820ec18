"""A person's yes: a pending connection becomes an account, new or renewed (R-32, R-35).

One workspace at a time may hold a creator. A take-over ends the other connection here and never at TikTok, where
ending it would end the newcomer's as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.audit import record
from accounts.tenancy import CrossTenant, cross_tenant, workspace_scope
from tiktok import connect_links, health, notices, pictures, tokens, vault
from tiktok.models import AccountStatus, PendingConnection, StatusReason, TikTokAccount
from tiktok.refusals import HeldElsewhere, PendingGone
from tiktok.signals import account_connected

if TYPE_CHECKING:
    from accounts.models import User

ONE_LIVE_ACCOUNT = "tiktok_one_live_account_per_creator"
COPIED = ("username", "nickname", "avatar", "scopes", "access_expires_at", "refresh_expires_at")
SEALED = ("access_token", "refresh_token")


def confirm(*, pending: PendingConnection, by: User | None, take_over: bool = False) -> TikTokAccount:
    """Make a pending connection real: a new account, or the same one renewed with all its flags cleared.

    Raises `PendingGone` after fifteen minutes, and `HeldElsewhere` where another workspace has the creator and
    `take_over` was not chosen (R-35). Of two at once, one wins. `by` is None where the creator came by a link and says
    yes, which uses it up: raises `LinkGone` where it is no longer open.
    """
    try:
        with transaction.atomic():
            held = _lock_pending(pending)
            _make_room(held, take_over=take_over)
            return _activate(held, by=by)
    except IntegrityError as error:
        if ONE_LIVE_ACCOUNT not in str(error):
            raise
        raise HeldElsewhere from error


def is_held_elsewhere(pending: PendingConnection) -> bool:
    """Whether another workspace has a live connection to this creator."""
    with cross_tenant(CrossTenant.TAKE_OVER):
        return bool(_holders_elsewhere(pending).exists())


def _lock_pending(pending: PendingConnection) -> PendingConnection:
    row: PendingConnection | None = (
        PendingConnection.objects.select_for_update(of=("self",))
        .filter(workspace_id=pending.workspace_id, pk=pending.pk, expires_at__gt=timezone.now())
        .first()
    )
    if row is None:
        raise PendingGone
    return row


def _holders_elsewhere(pending: PendingConnection) -> Any:
    creator = TikTokAccount.objects.filter(client_key=pending.client_key, open_id=pending.open_id)
    return creator.exclude(status=AccountStatus.DISCONNECTED).exclude(workspace_id=pending.workspace_id)


def _make_room(pending: PendingConnection, *, take_over: bool) -> None:
    """End the connection that another workspace has. Not at TikTok: that would end the newcomer's too."""
    with cross_tenant(CrossTenant.TAKE_OVER):
        other = _holders_elsewhere(pending).select_for_update(of=("self",), no_key=True).first()
    if other is None:
        return
    if not take_over:
        raise HeldElsewhere
    with workspace_scope(other.workspace_id):
        health.end(other, reason=StatusReason.TAKEN_OVER, by=None)
        notices.tell_owners(other)


def _activate(pending: PendingConnection, *, by: User | None) -> TikTokAccount:
    account = _account_for(pending)
    old_picture = account.avatar
    _fill(account, pending, by=by)
    account.save()
    pending.delete()
    transaction.on_commit(lambda: pictures.discard(old_picture), robust=True)
    detail = {"handle": account.handle}
    if pending.link is not None:
        connect_links.use_up(pending.link, account)
        detail["link"] = str(pending.link.pk)
    record(action="account.connected", by=by, target=account, detail=detail)
    account_connected.send(sender=TikTokAccount, account=account)
    return account


def _account_for(pending: PendingConnection) -> TikTokAccount:
    """The workspace's row of this creator, also a disconnected one, whose waiting posts come back with it."""
    known: TikTokAccount | None = (
        TikTokAccount.objects.select_for_update(of=("self",), no_key=True)
        .filter(workspace_id=pending.workspace_id, client_key=pending.client_key, open_id=pending.open_id)
        .order_by("-status_since")
        .first()
    )
    return known or TikTokAccount(
        workspace_id=pending.workspace_id, client_key=pending.client_key, open_id=pending.open_id
    )


def _fill(account: TikTokAccount, pending: PendingConnection, *, by: User | None) -> None:
    now = timezone.now()
    for name in COPIED:
        setattr(account, name, getattr(pending, name))
    for name in SEALED:
        setattr(account, name, vault.seal_on(account, name, vault.open_on(pending, name)))
    account.status, account.status_reason, account.status_since = AccountStatus.ACTIVE, StatusReason.NONE, now
    account.status_code = account.status_log_id = ""
    account.refresh_due_at = tokens.half_life(account, now=now)
    account.refresh_failed_at, account.refresh_failures = None, 0
    account.generation += 1
    account.connected_at, account.connected_by = now, by
