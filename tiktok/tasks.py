"""Background work on connections: renew what is about to expire, end what nobody confirmed, tell TikTok and owners.

Beat wakes `look_after_connections` each minute; it finds the rows that are due and does nothing twice, because
every row is locked or claimed by whoever works on it.
"""

from __future__ import annotations

import logging

from celery import shared_task
from django.db.models import Q
from django.utils import timezone

from accounts.tasks import Queue, SweepTask, WorkspaceTask
from accounts.tenancy import CrossTenant, cross_tenant, workspace_scope
from tiktok import (
    alarms,
    connect_links,
    connections,
    notices,
    removals,
    revocations,
    tokens,
    trips,
    webhook_handling,
    webhooks,
    wiring,
)
from tiktok.client import TikTokError
from tiktok.models import AccountStatus, PendingConnection, Revocation, TikTokAccount, WebhookEvent

RENEWALS_AT_ONCE = 500
ENDINGS_AT_ONCE = 20

logger = logging.getLogger(__name__)


@shared_task(base=SweepTask, waits_in=Queue.UPKEEP, name="tiktok.look_after_connections")
def look_after_connections() -> None:
    """One round over all workspaces."""
    webhooks.forget_old()
    with cross_tenant(CrossTenant.TOKEN_REFRESH):
        trips.forget_old()
        connect_links.forget_old()
    _discard_unconfirmed()
    if wiring.is_configured():
        _end_grants()
        _wake_renewals()
    notices.tell_waiting()


@shared_task(base=WorkspaceTask, waits_in=Queue.UPKEEP, name="tiktok.renew_account")
def renew_account(*, workspace_id: str, account_id: str) -> None:
    """Renew one account's tokens, if their time has come. What fails is due again on its own."""
    account = TikTokAccount.objects.filter(workspace_id=workspace_id, pk=account_id).first()
    if account is None:
        return
    try:
        tokens.renew_ahead(account)
    except tokens.NeedsReconnect as lost:
        logger.info("%s", lost)
    except TikTokError as error:
        logger.warning("Renewing TikTok account %s: %s", account_id, error)
        alarms.note(error)


@shared_task(base=SweepTask, waits_in=Queue.UPKEEP, name="tiktok.process_webhooks")
def process_webhooks() -> None:
    """Act on the events that came; woken by each of them, and by beat for those whose message was lost."""
    for removal in webhook_handling.handle_due():
        look_into_removal.delay(
            workspace_id=str(removal.workspace_id),
            account_id=str(removal.account_id),
            event_id=str(removal.event_id),
        )


@shared_task(base=WorkspaceTask, waits_in=Queue.UPKEEP, name="tiktok.look_into_removal")
def look_into_removal(*, workspace_id: str, account_id: str, event_id: str) -> None:
    """Ask TikTok whether a creator really removed us. What fails is due again on its own."""
    account = TikTokAccount.objects.filter(workspace_id=workspace_id, pk=account_id).first()
    event = WebhookEvent.objects.filter(pk=event_id, next_try_at__isnull=False).first()
    if account is not None and event is not None:
        removals.look_into(event, account)


def _discard_unconfirmed() -> None:
    with cross_tenant(CrossTenant.TOKEN_REFRESH):
        late = list(PendingConnection.objects.filter(expires_at__lte=timezone.now())[:ENDINGS_AT_ONCE])
    for pending in late:
        with workspace_scope(pending.workspace_id):
            connections.discard(pending)


def _end_grants() -> None:
    """Across workspaces, because a grant may be ended only while none of them uses the creator."""
    with cross_tenant(CrossTenant.TOKEN_REFRESH):
        due = Revocation.objects.filter(next_try_at__lte=timezone.now()).order_by("next_try_at")
        for outgoing in list(due[:ENDINGS_AT_ONCE]):
            revocations.try_once(outgoing)


def _wake_renewals() -> None:
    with cross_tenant(CrossTenant.TOKEN_REFRESH):
        active = TikTokAccount.objects.filter(status=AccountStatus.ACTIVE)
        due = active.filter(Q(refresh_due_at__lte=timezone.now()) | Q(refresh_due_at=None))
        ids = list(due.order_by("refresh_due_at").values_list("workspace_id", "id")[:RENEWALS_AT_ONCE])
    for workspace_id, account_id in ids:
        renew_account.delay(workspace_id=str(workspace_id), account_id=str(account_id))
