"""TikTok says that a creator removed us (`authorization.removed`): is it so? Only TikTok's answer to a token counts.

The event may be days late, a copy, or from before the creator came back; so it ends nothing by itself (R-43). Where
TikTok refuses the token as well, the connection is over: it is lost as it would have been at its next call, which its
owners are told, and then it ends, with its tokens and its picture gone (`tiktok-api.md` section 12.4).
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import transaction

from tiktok import health, webhooks
from tiktok.client import AuthRefusal, Surface, TikTokError
from tiktok.models import AccountStatus, StatusReason, TikTokAccount
from tiktok.sessions import client_for
from tiktok.tokens import NeedsReconnect
from tiktok.webhook_models import Outcome, WebhookEvent

GONE_FOR_GOOD = {"2", "4"}
"""The account was deleted, or banned (`tiktok-api.md` section 12.4): not even connecting again helps."""

REFUSED_BY_TIKTOK = {StatusReason.REFRESH_REFUSED, StatusReason.TOKEN_REFUSED}

logger = logging.getLogger(__name__)


def concerns(event: WebhookEvent, account: TikTokAccount) -> bool:
    """Whether the event can be about this connection: a live one that is not younger. TikTok counts whole seconds."""
    is_live = account.status != AccountStatus.DISCONNECTED
    return is_live and event.created_at >= account.connected_at.replace(microsecond=0)


def look_into(event: WebhookEvent, account: TikTokAccount) -> None:
    """Ask TikTok, unless it has said so already; without a usable answer the event stays due."""
    if not concerns(event, account):
        webhooks.finish(event.pk, Outcome.OUTDATED)
        return
    try:
        accepted = not _was_refused(account) and _is_accepted(account)
    except TikTokError as error:
        logger.info("Asking about the removal of account %s: %s", account.pk, error)
        return
    if not accepted:
        _end(account, gone_for_good=event.reason in GONE_FOR_GOOD)
    webhooks.finish(event.pk, Outcome.STILL_GOOD if accepted else Outcome.LOST)


def probe(account: TikTokAccount) -> bool:
    """Whether TikTok still accepts the connection; if not it is marked as lost. Raises `TikTokError` without an answer.

    For a removal that TikTok told of otherwise: as the reason why a post failed (section 9.1).
    """
    return _is_accepted(account)


def _was_refused(account: TikTokAccount) -> bool:
    return account.status_reason in REFUSED_BY_TIKTOK


def _is_accepted(account: TikTokAccount) -> bool:
    """Whether any call is. One may be refused for its scope alone, so the other is asked too (section 17, quirk 20)."""
    session = client_for(account)
    asks: tuple[Callable[[], object], ...] = (session.user_info, session.creator_info)
    refusals = []
    for ask in asks:
        try:
            ask()
        except NeedsReconnect:
            return False
        except AuthRefusal as refusal:
            if refusal.surface is Surface.OAUTH:  # about our app; nothing is known of the creator
                raise
            refusals.append(refusal)
        else:
            return True
    _note_loss(account, refusals[-1])
    return False


def _note_loss(account: TikTokAccount, refusal: AuthRefusal) -> None:
    with transaction.atomic():
        if row := _still(account):
            health.mark_lost(row, reason=StatusReason.TOKEN_REFUSED, code=refusal.code, log_id=refusal.log_id)


def _end(account: TikTokAccount, *, gone_for_good: bool) -> None:
    """Forget the tokens of a creator who removed us; what TikTok refused them with stays the reason."""
    with transaction.atomic():
        row = _still(account)
        if row and row.status == AccountStatus.NEEDS_RECONNECT and _was_refused(row):
            reason = StatusReason.ACCOUNT_GONE if gone_for_good else StatusReason(row.status_reason)
            health.end(row, reason=reason, by=None)


def _still(account: TikTokAccount) -> TikTokAccount | None:
    """The row, locked, if it is still the connection that was asked about; somebody may have renewed it meanwhile."""
    rows = TikTokAccount.objects.select_for_update(of=("self",), no_key=True)
    found: TikTokAccount | None = rows.filter(
        workspace_id=account.workspace_id, pk=account.pk, connected_at=account.connected_at
    ).first()
    return found
