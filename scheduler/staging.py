"""Sending ahead: every chunk but the last goes up before the due time; the last one posts (design 4.3).

Nothing can be published by this step, so trouble here costs time only: it goes on at the chunk TikTok wants next.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from accounts.crashpoints import crashpoint
from accounts.shutdown import stopping
from scheduler import progress, schedule, switches
from scheduler.files import part
from scheduler.outcomes import abandon, fail, hold, meet, said_by, try_later
from scheduler.pacing import Call, Paced
from scheduler.standing import next_look
from scheduler.states import EventKind, NextStep, Reason, Stage
from scheduler.transitions import Said, note
from tiktok.client.chunks import ChunkPlan
from tiktok.client.codes import Remedy, Surface, row_for
from tiktok.client.errors import TikTokError
from tiktok.tokens import NeedsReconnect
from tiktok.vault import open_on

if TYPE_CHECKING:
    from scheduler.models import PublishAttempt
    from scheduler.work import Work
    from tiktok.client.types import ChunkReply, PublishStatus

URL_IS_DEAD = frozenset({403, 404})
OUT_OF_STEP = 416
"""Answers to a chunk (tiktok-api.md 7.2)."""

NO_SUCH_ID = "invalid_publish_id"

HOLD_BY_REMEDY = {Remedy.RETRY_AFTER: Reason.DAILY_CAP, Remedy.RECONNECT: Reason.NEEDS_RECONNECT}
"""Why a post waits after TikTok's FAILED, where that may pass."""


def send_ahead(work: Work) -> None:
    """Send the chunks up to the last one; each acknowledged chunk is saved before the next is sent."""
    attempt = work.attempt
    assert attempt is not None
    ends_at = time.monotonic() + schedule.SEND_SLICE
    while attempt.chunks_sent < attempt.chunk_count - 1:
        if time.monotonic() > ends_at or stopping():
            work.keep(next_step_at=work.clock.now(), next_step=NextStep.SEND)
            return
        if switches.paused(work.post.workspace_id):
            work.keep(next_step_at=work.clock.now())
            return
        try:
            send_chunk(work, attempt.chunks_sent)
        except (TikTokError, NeedsReconnect) as error:
            _meet(work, error)
            return
        progress.save(work, attempt.chunks_sent + 1)
        if work.post.troubles:
            work.keep(troubles=0)
        work.lease.keep_alive()
        crashpoint("chunk_sent")
    with transaction.atomic():
        next_step, at = next_look(work.post, attempt, work.clock.now())
        work.record(stage=Stage.STAGED, next_step_at=at, next_step=next_step)
        note(
            work.post,
            EventKind.SENT_AHEAD,
            attempt=attempt,
            chunks=attempt.chunks_sent,
            of=attempt.chunk_count,
        )


def send_chunk(work: Work, index: int) -> ChunkReply:
    """PUT one chunk of the open attempt, from storage, under the lease. Raises TikTokError, LostRace."""
    attempt = work.attempt
    assert attempt is not None
    plan = plan_of(attempt)
    first, last = plan.span(index)
    work.lease.keep_alive()
    return work.tiktok.send_chunk(
        open_on(attempt, "upload_url"),
        plan,
        index,
        part(work.media.storage_key, first, last, on_block=work.lease.keep_alive),
        work.media.content_type,
    )


def send_last_chunk(work: Work) -> None:
    """Offer the byte that posts to the same `publish_id` once more, because TikTok says that it is missing."""
    attempt = work.attempt
    assert attempt is not None
    try:
        reply = send_chunk(work, attempt.chunk_count - 1)
    except (TikTokError, NeedsReconnect) as error:
        with transaction.atomic():
            work.record(
                code=error.code,
                log_id=error.log_id,
                commits=attempt.commits + 1,
                next_step_at=work.later(_pause(attempt, error)),
            )
            note(work.post, EventKind.ANSWER_LOST, attempt=attempt, said=said_by(error))
        return
    crashpoint("last_chunk_sent")
    with transaction.atomic():
        work.record(
            stage=Stage.COMMITTED if reply.complete else Stage.COMMITTING,
            chunks_sent=attempt.chunk_count if reply.complete else attempt.chunks_sent,
            last_byte_at=work.clock.now(),
            commits=attempt.commits + 1,
            next_step_at=work.later(schedule.poll_delay(0, timedelta(0))),
        )
        note(work.post, EventKind.LAST_BYTE_SENT, attempt=attempt, complete=reply.complete)


def _pause(attempt: PublishAttempt, error: TikTokError | NeedsReconnect) -> timedelta:
    advice = error.retry_after if isinstance(error, TikTokError) else None
    return schedule.no_sooner(schedule.trouble_delay(attempt.commits), advice)


def plan_of(attempt: PublishAttempt) -> ChunkPlan:
    return ChunkPlan(attempt.video_size, attempt.chunk_size, attempt.chunk_count)


def _meet(work: Work, error: TikTokError | NeedsReconnect) -> None:
    """After trouble with a chunk: a new upload where the URL is dead, on from TikTok's count where it may be alive."""
    if isinstance(error, NeedsReconnect):
        meet(work, error)
    elif error.http_status in URL_IS_DEAD:
        abandon(work, Reason.UPLOAD_EXPIRED)
    elif error.http_status == OUT_OF_STEP or error.remedy == Remedy.RETRY:
        _resynchronise(work, error)
    else:
        meet(work, error)


def _resynchronise(work: Work, error: TikTokError) -> None:
    """Take TikTok's word for how far the upload is, and go on a little later; a bounded number of times in a row."""
    attempt = work.attempt
    assert attempt is not None
    try:
        told = work.paced(Call.STATUS).publish_status(attempt.publish_id)
    except (TikTokError, NeedsReconnect, Paced) as unanswered:
        if isinstance(unanswered, TikTokError) and unanswered.code == NO_SUCH_ID:
            abandon(work, Reason.UPLOAD_EXPIRED)
        else:
            meet(work, unanswered)
        return
    if told.status == "FAILED":
        _meet_failure(work, told)
        return
    if told.uploaded_bytes is not None:
        done = min(plan_of(attempt).chunks_within(told.uploaded_bytes), attempt.chunk_count - 1)
        work.record(chunks_sent=done, tiktok_bytes=told.uploaded_bytes)
        note(work.post, EventKind.RESUMED, attempt=attempt, at_chunk=done)
    try_later(work, error)


def _meet_failure(work: Work, told: PublishStatus) -> None:
    """TikTok gave the upload up before its last byte, so nothing was posted; why says what may follow."""
    row = row_for(told.fail_reason, Surface.FAIL_REASON)
    said = Said(told.fail_reason, Surface.FAIL_REASON, told.log_id)
    if row.remedy not in {Remedy.RETRY, *HOLD_BY_REMEDY}:
        fail(work, Reason.TIKTOK_REFUSED, said=said)
        return
    abandon(work, Reason.TIKTOK_REFUSED)
    if reason := HOLD_BY_REMEDY.get(row.remedy):
        hold(work, reason, said=said)
