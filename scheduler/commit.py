"""The one time-critical path: hold to the due instant, record the intent, send the last chunk, record the answer.

Until the intent's transaction ends, an edit, a cancel, a hold or a disconnect wins. After it, the post may be live
whatever else is known, and only TikTok's word about this `publish_id` says more.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from accounts.crashpoints import crashpoint
from scheduler import policies, schedule
from scheduler.models import PublishAttempt
from scheduler.outcomes import abandon, hold, said_by
from scheduler.staging import send_chunk
from scheduler.states import EventKind, PostStatus, Reason, Stage
from scheduler.transitions import move, note
from tiktok.client.errors import TikTokError
from tiktok.models import AccountStatus, TikTokAccount
from tiktok.tokens import NeedsReconnect

if TYPE_CHECKING:
    from scheduler.models import Post
    from scheduler.work import Work


def commit(work: Work) -> None:
    """Publish the staged post at its instant. Raises LostRace where a person or another worker was first."""
    work.lease.renew()
    work.clock.hold_until(work.due_at - schedule.INTENT_LEAD)
    if not _intend(work):
        return
    crashpoint("commit_intent")
    work.clock.hold_until(work.due_at)
    send_last_chunk(work)


def send_last_chunk(work: Work) -> None:
    """Send the byte that posts, and keep whatever TikTok answers. The status fetch decides, not this answer."""
    attempt = work.attempt
    assert attempt is not None
    try:
        reply = send_chunk(work, attempt.chunk_count - 1)
    except (TikTokError, NeedsReconnect) as error:
        _answer_missing(work, error)
        return
    crashpoint("last_chunk_sent")
    sent_at = work.clock.now()
    with transaction.atomic():
        work.record(
            stage=Stage.COMMITTED if reply.complete else Stage.COMMITTING,
            chunks_sent=attempt.chunk_count if reply.complete else attempt.chunks_sent,
            last_byte_at=sent_at,
            commits=attempt.commits + 1,
            next_step_at=work.later(schedule.poll_delay(0, timedelta(0))),
        )
        note(work.post, EventKind.LAST_BYTE_SENT, attempt=attempt, complete=reply.complete)


def _intend(work: Work) -> bool:
    """Re-check everything under the lock and write the intent in the same transaction."""
    post, attempt = work.post, work.attempt
    assert attempt is not None
    with transaction.atomic():
        work.lock()
        post.refresh_from_db()
        now = work.clock.now()
        # Read, not locked: a refresh keeps that lock over a call to TikTok, and a disconnect raises our fence.
        if not _connected(post):
            hold(work, Reason.NEEDS_RECONNECT)
            return False
        try:
            policies.check_can_commit(post, content_digest=attempt.content_digest, now=now)
        except policies.NotPossible:
            abandon(work, Reason.EDITED_MEANWHILE)
            return False
        move(
            post,
            PostStatus.PUBLISHING,
            fence=work.fence,
            next_step_at=work.later(schedule.LEASE),
            attempt=attempt,
        )
        PublishAttempt.objects.filter(workspace_id=post.workspace_id, pk=attempt.pk).update(
            stage=Stage.COMMITTING, commit_intent_at=now
        )
    attempt.stage, attempt.commit_intent_at = Stage.COMMITTING, now
    return True


def _connected(post: Post) -> bool:
    connected: bool = TikTokAccount.objects.filter(
        workspace_id=post.workspace_id, pk=post.account_id, status=AccountStatus.ACTIVE
    ).exists()
    return connected


def _answer_missing(work: Work, error: TikTokError | NeedsReconnect) -> None:
    """No usable answer: nothing is known, so nothing is repeated; TikTok is asked about the `publish_id` soon."""
    attempt = work.attempt
    assert attempt is not None
    with transaction.atomic():
        work.record(
            code=error.code,
            log_id=error.log_id,
            commits=attempt.commits + 1,
            next_step_at=work.later(schedule.trouble_delay(attempt.commits)),
        )
        note(work.post, EventKind.ANSWER_LOST, attempt=attempt, said=said_by(error))
