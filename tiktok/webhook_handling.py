"""Acting on events that were taken in: tell whoever knows the publish, look into a removal (R-43, R-45).

The rows are the queue: a message only wakes. Each look is claimed first, with the time of the next one, so a worker
that dies leaves its event due again; an event is looked at a bounded number of times, ever later. Many may look at
once, since every event wakes somebody: each claims what no other has, and who finds nothing is done at once.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.shutdown import stopping
from accounts.tenancy import CrossTenant, cross_tenant, workspace_scope
from tiktok import removals
from tiktok.models import TikTokAccount
from tiktok.signals import publish_news
from tiktok.webhook_models import Outcome, WebhookEvent
from tiktok.webhooks import PUBLISH_EVENTS, REMOVED_EVENT, finish

AT_ONCE = 50
FIRST_RETRY = timedelta(seconds=15)
LONGEST_RETRY = timedelta(hours=1)
MOST_TRIES = 12
TRIES_UNCLAIMED = 6
"""An event may be here before the record of its publish is (F-27): it is offered again for some minutes."""

logger = logging.getLogger(__name__)


class Removal(NamedTuple):
    """A connection that TikTok says is over, and the event that says so: to be looked into by `removals`."""

    workspace_id: UUID
    account_id: UUID
    event_id: UUID


def handle_due() -> list[Removal]:
    """Look at every event whose time has come; returns whom TikTok must be asked about, which takes its time.

    An event that cannot be handled stops no other.
    """
    found: list[Removal] = []
    while not stopping() and (events := _claim_due()):
        for event in events:
            try:
                found += _handle(event)
            except Exception:
                logger.exception("Handling webhook event %s", event.pk)
    return found


def accounts_of(event: WebhookEvent) -> list[TikTokAccount]:
    """Every connection to the creator, past ones too: their posts may still be on the way."""
    with cross_tenant(CrossTenant.WEBHOOK_LOOKUP):
        mine = TikTokAccount.objects.filter(client_key=event.client_key, open_id=event.open_id)
        return list(mine.select_related("workspace").order_by("connected_at"))


@transaction.atomic
def _claim_due() -> list[WebhookEvent]:
    """Some events whose time has come, ours to look at now and nobody else's until their next try."""
    now = timezone.now()
    due = WebhookEvent.objects.select_for_update(skip_locked=True).filter(next_try_at__lte=now)
    events = list(due.order_by("next_try_at")[:AT_ONCE])
    for event in events:
        event.next_try_at = now + min(FIRST_RETRY * 2**event.tries, LONGEST_RETRY)
        event.tries += 1
    WebhookEvent.objects.bulk_update(events, ["tries", "next_try_at"])
    return events


def _handle(event: WebhookEvent) -> list[Removal]:
    if event.tries > MOST_TRIES:
        finish(event.pk, Outcome.GIVEN_UP)
    elif event.event.startswith(PUBLISH_EVENTS) and event.publish_id:
        _announce(event)
    elif event.event == REMOVED_EVENT:
        return _removals(event)
    else:
        finish(event.pk, Outcome.UNKNOWN)
    return []


def _announce(event: WebhookEvent) -> None:
    """Tell of the publish, and note that it was told, in one transaction: both or neither."""
    accounts = accounts_of(event)
    with transaction.atomic():
        row = WebhookEvent.objects.select_for_update().get(pk=event.pk)
        if row.next_try_at is None:
            return
        claimed = [account for account in accounts if _tell(account, row)]
        if claimed or not accounts:
            finish(row.pk, Outcome.CLAIMED if claimed else Outcome.NOBODYS)
        elif row.tries >= TRIES_UNCLAIMED:
            finish(row.pk, Outcome.UNCLAIMED)
        else:
            WebhookEvent.objects.filter(pk=row.pk).update(outcome=Outcome.UNCLAIMED)


def _tell(account: TikTokAccount, event: WebhookEvent) -> bool:
    """Whether a listener knows this publish."""
    with workspace_scope(account.workspace_id):
        answers = publish_news.send(
            sender=TikTokAccount,
            account=account,
            event=event.event,
            publish_id=event.publish_id,
            post_ids=(event.post_id,) if event.post_id else (),
            reason=event.reason,
            at=event.created_at,
        )
    return any(answer for _, answer in answers)


def _removals(event: WebhookEvent) -> list[Removal]:
    """A creator is live in one workspace at most; what became of connections that are over does not matter."""
    accounts = accounts_of(event)
    concerned = [account for account in accounts if removals.concerns(event, account)]
    if not concerned:
        finish(event.pk, Outcome.OUTDATED if accounts else Outcome.NOBODYS)
    return [Removal(account.workspace_id, account.pk, event.pk) for account in concerned]
