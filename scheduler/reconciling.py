"""An init that posts, and whose answer never came: has TikTok got it, and under which `publish_id`? (design 4.2)

There is nothing to ask about, so the files decide. Were they never fetched, they are closed, and nothing can come of
that init: a new one is safe. Were they, only TikTok's own event may name the `publish_id`; by a deadline a person
decides. A second init is never sent on a guess.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction

from scheduler import pulls
from scheduler.asking import ask_again
from scheduler.models import PublishAttempt
from scheduler.outcomes import end_attempt
from scheduler.states import EventKind, PostStatus, Reason, Stage
from scheduler.transitions import move, note
from tiktok.webhooks import unclaimed_publish_ids

if TYPE_CHECKING:
    from scheduler.work import Work

CLOCKS_DIFFER = timedelta(seconds=5)
NAMED_WITHIN = timedelta(minutes=10)
"""From the intent, by TikTok's clock: an event in this window may be about the lost init."""

EVENTS_LATE = timedelta(hours=1)
"""How long after that window an event may still be on its way before a person is asked."""

RIVALS_WITHIN = timedelta(hours=3)
"""Another init of the account without a known id, this near, could be what an event is about."""


def reconcile(work: Work) -> None:
    """Begin again, adopt the id that TikTok named, or look again later."""
    attempt = work.attempt
    assert attempt is not None
    assert attempt.commit_intent_at is not None
    # After a restore the rows may have forgotten a fetch, so a post that waits for a person proves nothing by them.
    if work.post.status == PostStatus.PUBLISHING and pulls.revoke(attempt):
        _begin_again(work)
    elif publish_id := _named(attempt):
        _adopt(work, publish_id)
    else:
        ask_again(work, Reason.OUTCOME_UNKNOWN, patience=NAMED_WITHIN + EVENTS_LATE)


def _begin_again(work: Work) -> None:
    with transaction.atomic():
        end_attempt(work, Stage.ABANDONED, Reason.NEVER_FETCHED)
        move(
            work.post,
            PostStatus.SCHEDULED,
            fence=work.fence,
            next_step_at=work.clock.now(),
            attempt=work.attempt,
        )


def _named(attempt: PublishAttempt) -> str:
    """The one `publish_id` that an event of this creator named, and that nothing else here could own; else nothing."""
    intent = attempt.commit_intent_at
    assert intent is not None
    mine = PublishAttempt.objects.filter(workspace_id=attempt.workspace_id, account_id=attempt.account_id)
    rivals = _rivals(attempt, mine, intent)
    fenced = set(pulls.fenced(rivals).values_list("pk", flat=True))
    if rivals.exclude(pk__in=fenced).exists():
        return ""
    # TikTok may have got the init of a fenced one, and then tells that it failed; anything better is not about it.
    told = unclaimed_publish_ids(
        attempt.account, intent - CLOCKS_DIFFER, intent + NAMED_WITHIN, failed_too=not fenced
    )
    known = set(mine.filter(publish_id__in=told).values_list("publish_id", flat=True))
    unknown = [publish_id for publish_id in told if publish_id not in known]
    return unknown[0] if len(unknown) == 1 else ""


def _rivals(attempt: PublishAttempt, mine: Any, intent: datetime) -> Any:
    """The account's other attempts without a known id that an event near this intent could be about."""
    near = mine.filter(
        publish_id="",
        started_at__gte=intent - RIVALS_WITHIN,
        started_at__lte=intent + NAMED_WITHIN,
    )
    return near.exclude(pk=attempt.pk)


def _adopt(work: Work, publish_id: str) -> None:
    with transaction.atomic():
        work.record(publish_id=publish_id, stage=Stage.COMMITTED, polls=0, next_step_at=work.clock.now())
        note(work.post, EventKind.LINK_FOUND, attempt=work.attempt, publish_id=publish_id)
