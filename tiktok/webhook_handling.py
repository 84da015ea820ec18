"""Acting on events that were taken in: tell whoever knows the publish, look into a removal (R-43, R-45).

The rows are the queue: a message only wakes. Each look is claimed first, with the time of the next one, so a worker
that dies leaves its event due again; an event is looked at a bounded number of times, ever later. Every event wakes
somebody, and after a burst thousands come at once: one handles them all, or the worker's threads would have no time
for the posts that still have to be asked about. Were two to look at once, each would claim what the other has not.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.once import alone
from accounts.shutdown import stopping
from accounts.tenancy import CrossTenant, cross_tenant, workspace_scope
from tiktok import removals
from tiktok.models import TikTokAccount
from tiktok.signals import publish_news, publish_sought
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


def handle_due() -> Iterator[Removal]:
    """Look at every event whose time has come; yields whom TikTok must be asked about, which takes its time.

    An event that cannot be handled stops no other. What comes while somebody else is at it is theirs: they look once
    more after they have let go.
    """
    at_work = True
    while at_work and not stopping() and _due().exists():
        at_work = False
        with alone("webhooks") as mine:
            while mine and not stopping() and (events := _claim_due()):
                at_work = True
                yield from _handle_all(events)


def _handle_all(events: Sequence[WebhookEvent]) -> Iterator[Removal]:
    known = _accounts_of_all(events)
    for event in events:
        try:
            yield from _handle(event, known[event.pk])
        except Exception:
            logger.exception("Handling webhook event %s", event.pk)


def _accounts_of_all(events: Sequence[WebhookEvent]) -> dict[UUID, list[TikTokAccount]]:
    """Of each event every connection to its creator, past ones too: their posts may still be on the way.

    An event may not name its creator (section 12.3); about a publish that somebody here knows, it is that one's.
    """
    named = {event.open_id for event in events} - {""}
    with cross_tenant(CrossTenant.WEBHOOK_LOOKUP):
        owners = _owners(events)
        rows = TikTokAccount.objects.filter(Q(open_id__in=named) | Q(pk__in=owners.values()))
        accounts = list(rows.select_related("workspace").order_by("connected_at"))
    return {
        event.pk: [account for account in accounts if _is_about(event, account, owners)] for event in events
    }


def _owners(events: Sequence[WebhookEvent]) -> dict[str, UUID]:
    """The accounts of the publishes that events without a creator are about."""
    sought = frozenset(
        event.publish_id
        for event in events
        if event.event.startswith(PUBLISH_EVENTS) and event.publish_id and not event.open_id
    )
    owners: dict[str, UUID] = {}
    if sought:
        answers: list[tuple[Any, Any]] = publish_sought.send(sender=TikTokAccount, publish_ids=sought)
        for _, known in answers:
            owners.update(known)
    return owners


def _is_about(event: WebhookEvent, account: TikTokAccount, owners: Mapping[str, UUID]) -> bool:
    if account.client_key != event.client_key:
        return False
    if event.open_id:
        return account.open_id == event.open_id
    return owners.get(event.publish_id) == account.pk


def _due() -> QuerySet[WebhookEvent]:
    return WebhookEvent.objects.filter(next_try_at__lte=timezone.now())


@transaction.atomic
def _claim_due() -> list[WebhookEvent]:
    """Some events whose time has come, ours to look at now and nobody else's until their next try."""
    now = timezone.now()
    events = list(_due().select_for_update(skip_locked=True).order_by("next_try_at")[:AT_ONCE])
    for event in events:
        event.next_try_at = now + min(FIRST_RETRY * 2**event.tries, LONGEST_RETRY)
        event.tries += 1
    WebhookEvent.objects.bulk_update(events, ["tries", "next_try_at"])
    return events


def _handle(event: WebhookEvent, accounts: Sequence[TikTokAccount]) -> list[Removal]:
    if event.tries > MOST_TRIES:
        finish(event.pk, Outcome.GIVEN_UP)
    elif event.event.startswith(PUBLISH_EVENTS) and event.publish_id:
        _announce(event, accounts)
    elif event.event == REMOVED_EVENT:
        return _removals(event, accounts)
    else:
        finish(event.pk, Outcome.UNKNOWN)
    return []


def _announce(event: WebhookEvent, accounts: Sequence[TikTokAccount]) -> None:
    """Tell of the publish, and note that it was told, in one transaction: both or neither."""
    with transaction.atomic():
        row = WebhookEvent.objects.select_for_update().get(pk=event.pk)
        if row.next_try_at is None:
            return
        claimed = [account for account in accounts if _tell(account, row)]
        if claimed or (not accounts and row.open_id):
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


def _removals(event: WebhookEvent, accounts: Sequence[TikTokAccount]) -> list[Removal]:
    """A creator is live in one workspace at most; what became of connections that are over does not matter."""
    concerned = [account for account in accounts if removals.concerns(event, account)]
    if not concerned:
        finish(event.pk, Outcome.OUTDATED if accounts else Outcome.NOBODYS)
    return [Removal(account.workspace_id, account.pk, event.pk) for account in concerned]
