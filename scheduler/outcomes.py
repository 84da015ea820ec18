"""What an answer of TikTok's, or its absence, means for the post before its commit.

The client classifies, the engine alone decides: wait, hold with a reason, fail with a sentence, or try again.
Nothing here is ever more hopeful than the evidence, and nothing here sends anything.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max, Q

from scheduler import caps, lateness, pacing, schedule
from scheduler.clock import Clock
from scheduler.content import SCOPES, scope_granted
from scheduler.models import PublishAttempt
from scheduler.pulls import files_of
from scheduler.states import EventKind, PostMode, PostStatus, Reason, Stage
from scheduler.transitions import NOTHING, LostRace, Said, move, note
from scheduler.work import Work, clipped
from tiktok import alarms, health, removals, tokens
from tiktok.client.codes import SCOPE_CODES, Remedy, Surface
from tiktok.client.errors import TikTokError
from tiktok.models import AccountStatus
from tiktok.sessions import TOKEN_INVALID
from tiktok.tokens import NeedsReconnect

if TYPE_CHECKING:
    from datetime import datetime

    from scheduler.lease import Lease
    from scheduler.policies import Problem


logger = logging.getLogger(__name__)

CAP_LOOKS_AGAIN = timedelta(hours=1)
RATE_LIMIT_WAITS = timedelta(seconds=65)
"""A minute's window and a little (tiktok-api.md 6.5: 60 to 90 s)."""

AUTH_REMOVED = "auth_removed"
"""The fail reason of a creator who removed us while TikTok was at work."""

UNTIL_A_PERSON_ACTS = frozenset({AUTH_REMOVED, caps.BANNED})
"""What TikTok said of a held post that no time undoes: TikTok is not asked to post it again by itself (F-18)."""

RATE_LIMITED = frozenset({"rate_limit_exceeded", "429"})

MAX_OPENED = 10
"""Publish ids one agreement may use up before a person has to look."""


def meet(work: Work, error: TikTokError | NeedsReconnect | pacing.Paced) -> None:
    """Decide what follows an error met before the commit."""
    if isinstance(error, pacing.Paced):
        work.keep(next_step_at=error.until)
        return
    if isinstance(error, NeedsReconnect):
        hold(work, Reason.NEEDS_RECONNECT, said=said_by(error))
        return
    if wait := caps.told(work.post, said_by(error), work.clock.now()):
        hold(work, wait.reason, said=wait.said, again=_advised(work, wait.until - work.clock.now(), error))
        return
    match error.remedy:
        case Remedy.RETRY:
            try_later(work, error)
        case Remedy.RETRY_AFTER if error.code in RATE_LIMITED:
            work.keep(next_step_at=work.later(_advised(work, RATE_LIMIT_WAITS, error)))
        case Remedy.RETRY_AFTER:
            reason = Reason.APP_CAP if error.row.also == Remedy.APP_CONFIG else Reason.DAILY_CAP
            hold(work, reason, said=said_by(error), again=_advised(work, CAP_LOOKS_AGAIN, error))
        case Remedy.RECONNECT if error.code in SCOPE_CODES:
            hold(work, Reason.SCOPE_MISSING, said=said_by(error))
            limit_account(work, error)
        case Remedy.RECONNECT:
            hold(work, Reason.NEEDS_RECONNECT, said=said_by(error))
            lose_account(work, error)
        case Remedy.APP_CONFIG:
            hold(work, Reason.APP_CONFIGURATION, said=said_by(error))
        case Remedy.USER_FIX | Remedy.TERMINAL:
            fail(work, Reason.TIKTOK_REFUSED, said=said_by(error))
    alarms.note(error)  # calls the broker, so only once the post is where it belongs


def refused_at_commit(lease: Lease, attempt: PublishAttempt, error: TikTokError, *, generation: int) -> None:
    """The init that was to post was refused: nothing was posted, so the post is scheduled again, and met like any.

    In one transaction: between the two, another worker would send it again.
    Where TikTok refused the access token of that `generation`, the next step renews it, once (tiktok-api.md 6.4).
    """
    post = attempt.post
    assert post.account is not None
    work = Work(lease, Clock.measure(), post, files_of(post)[0], attempt)
    try:
        with transaction.atomic():
            end_attempt(work, Stage.ABANDONED, Reason.TIKTOK_REFUSED, code=error.code, log_id=error.log_id)
            move(
                post, PostStatus.SCHEDULED, fence=lease.fence, next_step_at=work.clock.now(), attempt=attempt
            )
            work.attempt = None
            if error.code == TOKEN_INVALID and not _was_refused_before(work):
                tokens.give_up(post.account, generation=generation)
            else:
                meet(work, error)
    except LostRace:
        return  # overtaken: whoever has the post asks TikTok about it


def _was_refused_before(work: Work) -> bool:
    """Whether an earlier init of this agreement met the same: its token was new."""
    told = work.post.attempts.filter(workspace_id=work.post.workspace_id, code=TOKEN_INVALID)
    return told.filter(started_at__gte=work.post.consent_at).count() > 1


def lose_account(work: Work, error: TikTokError) -> None:
    """The refusal is about the account, so it is marked and its owners are told; its other posts wait too."""
    account = work.post.account
    assert account is not None
    health.refuse_access(account, code=error.code, log_id=error.log_id, generation=account.generation)


def limit_account(work: Work, error: TikTokError) -> None:
    """The connection is good, and not for this: it goes on without the scope, and posts that need it wait (R-34).

    Creator info and init need the scope of the post's mode; a status is told to either (tiktok-api.md 3, 9).
    """
    account = work.post.account
    assert account is not None
    refused = SCOPES.values() if error.surface is Surface.STATUS else [SCOPES[PostMode(work.post.mode)]]
    health.limit(account, scopes=[*refused], code=error.code, log_id=error.log_id)


def _advised(work: Work, delay: timedelta, error: TikTokError) -> timedelta:
    """`delay`, or as long as TikTok asks to wait; but nobody waits past the moment of being missed (`caps`).

    What was not sent has no advice of TikTok's: another process may renew the account's token any moment.
    """
    longer = schedule.no_sooner(delay, error.retry_after if error.request_sent else None)
    if longer == delay:
        return delay
    limit = lateness.limit_of(work.post.workspace_id)
    missed = lateness.deadline(work.post, limit) + lateness.GRACE - work.clock.now()
    return max(delay, min(longer, missed))


def try_later(work: Work, error: TikTokError) -> None:
    """Trouble that may pass by itself: again after a growing delay, a bounded number of times."""
    troubles = work.post.troubles + 1
    if troubles > schedule.MAX_TROUBLES:
        fail(work, Reason.TIKTOK_TROUBLE, said=said_by(error))
        return
    again = work.later(_advised(work, schedule.trouble_delay(troubles - 1), error))
    with transaction.atomic():
        work.keep(troubles=troubles, next_step_at=again)
        note(
            work.post, EventKind.RETRYING, attempt=work.attempt, again=again.isoformat(), said=said_by(error)
        )


def hold(
    work: Work, reason: Reason, *, said: Said = NOTHING, again: timedelta = schedule.HOLD_LOOKS_AGAIN
) -> None:
    """Keep the post scheduled, with the reason why it waits; it is looked at again all the same."""
    news = work.post.hold != reason
    with transaction.atomic():
        work.keep(hold=reason, next_step_at=work.later(again), **said.columns)
        if news:
            note(work.post, EventKind.HELD, attempt=work.attempt, reason=reason, said=said)


def release(work: Work) -> None:
    """The reason to wait is gone: go on at once."""
    with transaction.atomic():
        was = work.post.hold
        work.keep(hold="", next_step_at=work.clock.now(), **NOTHING.columns)
        note(work.post, EventKind.RELEASED, reason=was)


def look_at_hold(work: Work) -> None:
    """Whether a held post may go on: a reconnected account, a permission given, a cap that may have rolled over."""
    account = work.post.account
    assert account is not None
    still_lacking = work.post.hold == Reason.SCOPE_MISSING and not scope_granted(work.post)
    banned = work.post.code == caps.BANNED
    if work.post.code == AUTH_REMOVED and not _connected_since(work):
        _look_at_removal(work)
    elif account.status == AccountStatus.ACTIVE and not still_lacking and not banned:
        release(work)
    else:
        work.keep(next_step_at=work.later(schedule.HOLD_LOOKS_AGAIN))


def _connected_since(work: Work) -> bool:
    """Whether the creator has connected again since the attempt during which they removed us."""
    post, account = work.post, work.post.account
    assert account is not None
    attempts = post.attempts.filter(workspace_id=post.workspace_id)
    removed_after: datetime | None = attempts.aggregate(last=Max("commit_intent_at"))["last"]
    return removed_after is not None and account.connected_at > removed_after


def _look_at_removal(work: Work) -> None:
    """TikTok said that the creator removed us: it is not sent again before they connect anew (tiktok-api.md 9.1).

    Whether the connection is lost is asked of TikTok; if so it is marked, its owners are told, its other posts wait.
    """
    account = work.post.account
    assert account is not None
    work.keep(next_step_at=work.later(schedule.HOLD_LOOKS_AGAIN))
    try:
        pacing.take(account, pacing.Call.INFO, leave=pacing.FOR_POSTS)
        removals.probe(account)
    except (TikTokError, pacing.Paced) as error:
        logger.info("Asking about the removal of account %s: %s", account.pk, error)


def fail(work: Work, reason: Reason, *, said: Said = NOTHING, problem: Problem | None = None) -> None:
    """It is certain that nothing was posted, and trying the same again cannot help."""
    with transaction.atomic():
        end_attempt(work, Stage.ABANDONED, reason)
        move(
            work.post,
            PostStatus.FAILED,
            fence=work.fence,
            next_step_at=None,
            reason=reason,
            said=said,
            attempt=work.attempt,
            detail={"sentence": problem.sentence} if problem else {},
        )


def miss(work: Work, reason: Reason) -> None:
    """Too late by the late policy; `reason` is what kept the post, or lateness itself."""
    said = Said(work.post.code, work.post.surface, work.post.log_id)
    with transaction.atomic():
        end_attempt(work, Stage.ABANDONED, Reason.LATE)
        move(work.post, PostStatus.MISSED, fence=work.fence, next_step_at=None, reason=reason, said=said)


def abandon(work: Work, reason: Reason) -> None:
    """Close an attempt that can provably never become a post, and let the post begin again at once."""
    with transaction.atomic():
        end_attempt(work, Stage.ABANDONED, reason)
        work.keep(next_step_at=work.clock.now())


def end_attempt(work: Work, stage: Stage, reason: Reason | None = None, **evidence: Any) -> None:
    """Write the end of the open attempt, if there is one. Call inside the transaction that draws the conclusion."""
    if work.attempt is None:
        return
    work.lock()
    PublishAttempt.objects.filter(workspace_id=work.post.workspace_id, pk=work.attempt.pk).update(
        stage=stage, ended_at=work.clock.now(), **clipped(evidence)
    )
    work.attempt.stage = stage
    if stage != Stage.LIVE:  # the post's own line says it better
        note(work.post, EventKind.ATTEMPT_ENDED, attempt=work.attempt, reason=reason or "", stage=stage)


def out_of_attempts(work: Work) -> bool:
    """Whether too many ids were opened since a person last agreed; refused inits opened none.

    An init whose files were closed because its answer was lost may have opened one.
    """
    since = work.post.attempts.filter(
        workspace_id=work.post.workspace_id, started_at__gte=work.post.consent_at
    )
    opened = since.filter(~Q(publish_id="") | Q(pulls__revoked_at__isnull=False))
    return opened.distinct().count() >= MAX_OPENED


def said_by(error: TikTokError | NeedsReconnect) -> Said:
    """What to keep of an error: TikTok's word, where it was met, and the log id."""
    if isinstance(error, NeedsReconnect):
        return Said(error.code, Surface.OAUTH if error.code else "", error.log_id)
    row = error.row
    return Said(row.code, row.surface, error.log_id, error.http_status)
