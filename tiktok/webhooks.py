"""Webhooks in: is it TikTok's, and is it kept? Then TikTok gets its 200 and will not send it again (R-40 to R-45).

Taking an event in and acting on it are two stories: this one ends with the row, `webhook_handling` begins with it.
Also here: looking an event up, and letting old ones go.
"""

from __future__ import annotations

import hashlib
import logging
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Min
from django.utils import timezone

from tiktok import tallies, wiring
from tiktok.client import webhooks as contract
from tiktok.models import AccountStatus, TikTokAccount
from tiktok.webhook_models import Outcome, WebhookEvent

if TYPE_CHECKING:
    from uuid import UUID

KEPT_FOR = timedelta(days=7)
LARGEST_BODY = 64 * 1024
PUBLISH_EVENTS = "post.publish."
FAILED_EVENT = "post.publish.failed"
REMOVED_EVENT = "authorization.removed"
REFUSALS = ("header", "signature", "future", "too old", "unreadable", "client_key")

logger = logging.getLogger(__name__)


class NotGenuine(Exception):
    """Not an event for our app: nothing of it is kept, and TikTok's own would be sent again."""


def accept(*, header: str, body: bytes) -> None:
    """Keep the event, durably and once, however many copies come. Raises `NotGenuine`, or Django's `DatabaseError`."""
    try:
        contract.check_signature(header, body, wiring.webhook_secrets(), now=time.time())
        event = contract.parse_event(body)
    except contract.BadSignature as error:
        raise _refusal(str(error)) from error
    except contract.UnreadableEvent as error:
        raise _refusal("unreadable") from error
    if event.client_key != settings.TIKTOK_CLIENT_KEY:
        raise _refusal("client_key")
    WebhookEvent.objects.bulk_create([_row(event)], ignore_conflicts=True)


def unclaimed_publish_ids(
    account: TikTokAccount, since: datetime, until: datetime, *, failed_too: bool = True
) -> list[str]:
    """The publishes of this creator that TikTok told of in a window (its clock), and that no post has claimed.

    Oldest first; without `failed_too` only those that TikTok told something else of than that they failed. "Claimed"
    is what the listeners of `publish_news` said; an event that just came was not offered to them yet, so the caller
    still leaves out the ids that its own rows know.
    """
    if account.status == AccountStatus.DISCONNECTED:
        until = min(until, account.status_since)
    told = WebhookEvent.objects.filter(
        client_key=account.client_key, open_id=account.open_id, event__startswith=PUBLISH_EVENTS
    ).exclude(publish_id="")
    claimed = told.filter(outcome=Outcome.CLAIMED).values("publish_id")
    within = told.filter(created_at__gte=since.replace(microsecond=0), created_at__lte=until)
    if not failed_too:
        within = within.exclude(event=FAILED_EVENT)
    first = within.exclude(publish_id__in=claimed).values("publish_id").annotate(first=Min("created_at"))
    return list(first.order_by("first", "publish_id").values_list("publish_id", flat=True))


def finish(event_id: UUID, outcome: Outcome) -> None:
    """The event needs no further look."""
    WebhookEvent.objects.filter(pk=event_id).update(outcome=outcome, next_try_at=None)


def refused_today() -> dict[str, int]:
    """How many were refused since midnight, UTC, by reason; reasons without any are left out."""
    counts = {why: tallies.of_today(f"webhooks refused: {why}") for why in REFUSALS}
    return {why: count for why, count in counts.items() if count}


def forget_old() -> None:
    """Drop what was kept for its time: longer than any copy of it could still be on its way."""
    WebhookEvent.objects.filter(received_at__lt=timezone.now() - KEPT_FOR).delete()


def _refusal(why: str) -> NotGenuine:
    logger.warning("A webhook was refused: %s", why)
    tallies.count(f"webhooks refused: {why}")
    return NotGenuine(why)


def _row(event: contract.WebhookEvent) -> WebhookEvent:
    return WebhookEvent(
        digest=_digest(event),
        client_key=event.client_key,
        event=event.event,
        open_id=event.open_id,
        created_at=datetime.fromtimestamp(event.create_time, UTC),
        publish_id=event.publish_id,
        post_id=event.post_id,
        reason=event.reason,
    )


def _digest(event: contract.WebhookEvent) -> str:
    """Each part with its length before it, so no two events read alike."""
    parts = (event.client_key, event.event, event.open_id, str(event.create_time), event.content)
    whole = hashlib.sha256()
    for part in (text.encode(errors="surrogatepass") for text in parts):
        whole.update(len(part).to_bytes(4, "big") + part)
    return whole.hexdigest()
