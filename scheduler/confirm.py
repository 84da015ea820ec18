"""After the commit intent: only TikTok's word about this `publish_id` moves the post on.

A lost answer, a crash and an ordinary poll all end here. Nothing new is ever opened while the old id could still
become a post; the last chunk may be sent again, to the same id, when TikTok says that bytes are missing. An init
without an id is for `reconciling`; a day without a word asks a person (`asking`).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from accounts.crashpoints import crashpoint
from accounts.shutdown import stopping
from scheduler import caps, schedule, switches
from scheduler.asking import WATCH_EVERY, ask_again
from scheduler.links import all_ids, look_for_link, note_public, wants_more
from scheduler.models import PostEvent
from scheduler.outcomes import end_attempt, said_by
from scheduler.pacing import Call, Paced
from scheduler.reconciling import reconcile
from scheduler.staging import HOLD_BY_REMEDY, plan_of, send_chunk, send_last_chunk
from scheduler.states import EventKind, PostStatus, Reason, Stage, Way
from scheduler.transitions import NOTHING, Said, move, note
from tiktok import alarms
from tiktok.client.codes import CodeRow, Remedy, Surface, row_for
from tiktok.client.errors import TikTokError
from tiktok.tokens import NeedsReconnect

if TYPE_CHECKING:
    from datetime import datetime

    from scheduler.models import PublishAttempt
    from scheduler.work import Work
    from tiktok.client.types import PublishStatus

__all__ = [
    "ask",
    "bytes_missing",
    "hear",
    "hear_nothing",
    "lacks_only_the_last_chunk",
    "look_for_link",
    "note_public",
    "note_resumed",
]

MAX_COMMITS = 6
"""Times the last chunk goes to one id before we only watch."""

DEAD_URL = frozenset({403, 404})
"""What a chunk is answered once its upload can never be completed (tiktok-api.md 7.2)."""

FETCH_ENDS_AFTER = timedelta(minutes=70)
"""TikTok gives a download an hour (tiktok-api.md 7.3); one that goes on is asked to stop."""

STOPPED = "publish_cancelled"
"""The fail reason of a download that we asked TikTok to stop (tiktok-api.md 10)."""


def ask(work: Work) -> None:
    """Fetch the status of the open attempt and act on TikTok's word (tiktok-api.md 9)."""
    attempt = work.attempt
    if attempt is None or attempt.commit_intent_at is None:
        raise RuntimeError(f"post {work.post.pk} is publishing without a committed attempt")
    if not attempt.publish_id:
        reconcile(work)
        return
    try:
        told = work.paced(Call.STATUS).publish_status(attempt.publish_id)
    except Paced as paced:
        work.keep(next_step_at=paced.until)
    except (TikTokError, NeedsReconnect) as error:
        hear_nothing(work, error)
    else:
        hear(work, told)


def hear(work: Work, told: PublishStatus) -> None:
    """Act on TikTok's word about the open attempt; the one place for a single question and for a chunk of them."""
    match told.status:
        case "PUBLISH_COMPLETE":
            crashpoint("complete_seen")
            _published(work, told)
        case "FAILED":
            _refused(work, told)
        case "SEND_TO_USER_INBOX" if work.post.status != PostStatus.IN_INBOX:
            _delivered(work, told)
        case "PROCESSING_DOWNLOAD":
            _still_fetching(work, told)
        case _ if bytes_missing(work, told):
            _send_what_is_missing(work, told)
        case _:
            _still_processing(work, told)


def hear_nothing(work: Work, error: TikTokError | NeedsReconnect) -> None:
    """The question failed, not the post: ask again, more and more slowly."""
    advice = error.retry_after if isinstance(error, TikTokError) else None
    ask_again(work, Reason.OUTCOME_UNKNOWN, advice=advice, code=error.code, log_id=error.log_id)
    if isinstance(error, TikTokError):
        alarms.note(error)


def _published(work: Work, told: PublishStatus) -> None:
    attempt = work.attempt
    assert attempt is not None
    ids = all_ids(attempt, told.post_ids)
    wants_link = wants_more(work.post, attempt, ids)
    now = work.clock.now()
    with transaction.atomic():
        end_attempt(
            work,
            Stage.LIVE,
            tiktok_status=told.status,
            post_ids=ids,
            log_id=told.log_id,
            polls=0,
        )
        move(
            work.post,
            PostStatus.PUBLISHED,
            fence=work.fence,
            next_step_at=now + schedule.link_delay(0) if wants_link else None,
            attempt=attempt,
            published_at=now,
        )


def _delivered(work: Work, told: PublishStatus) -> None:
    """TikTok has told the creator of the draft: our part is done, and theirs may take days."""
    now = work.clock.now()
    with transaction.atomic():
        work.record(
            stage=Stage.COMMITTED, inbox_at=now, tiktok_status=told.status, log_id=told.log_id, polls=0
        )
        move(
            work.post,
            PostStatus.IN_INBOX,
            fence=work.fence,
            next_step_at=now + WATCH_EVERY,
            attempt=work.attempt,
        )


def _refused(work: Work, told: PublishStatus) -> None:
    """FAILED is final for this id (tiktok-api.md 9.1), so where the reason allows it a new one is safe."""
    row = row_for(told.fail_reason, Surface.FAIL_REASON)
    said = Said(told.fail_reason, Surface.FAIL_REASON, told.log_id)
    again = _tries_again(work, row) if work.post.status == PostStatus.PUBLISHING else None
    stopped = told.fail_reason == STOPPED and _is_fetched(work)
    reason = None if again else Reason.PULL_STUCK if stopped else Reason.TIKTOK_REFUSED
    hold = HOLD_BY_REMEDY.get(row.remedy) if again else None
    if (
        wait := caps.told(work.post, said, work.clock.now())
        if work.post.status == PostStatus.PUBLISHING
        else None
    ):
        again, hold, reason = wait.until, wait.reason, None
    with transaction.atomic():
        end_attempt(
            work,
            Stage.REFUSED,
            Reason.TIKTOK_REFUSED,
            tiktok_status=told.status,
            code=said.code[:64],
            log_id=said.log_id,
        )
        move(
            work.post,
            PostStatus.SCHEDULED if again else PostStatus.FAILED,
            fence=work.fence,
            next_step_at=again,
            reason=reason,
            said=NOTHING if stopped else said,
            attempt=work.attempt,
        )
        if hold:
            work.keep(hold=hold)
            note(work.post, EventKind.HELD, attempt=work.attempt, reason=hold, said=said)


def _tries_again(work: Work, row: CodeRow) -> datetime | None:
    """When a fresh attempt may follow a FAILED one; None where only a person can help."""
    match row.remedy:
        case Remedy.RETRY:
            attempts = work.post.attempts.filter(workspace_id=work.post.workspace_id).count()
            return work.later(schedule.trouble_delay(attempts)) if attempts < schedule.MAX_TROUBLES else None
        case Remedy.RETRY_AFTER:
            return work.later(timedelta(hours=1))
        case Remedy.RECONNECT:
            return work.clock.now()  # to look at the account; the hold keeps the post (outcomes.look_at_hold)
        case _:
            return None


def bytes_missing(work: Work, told: PublishStatus) -> bool:
    """Whether TikTok still waits for bytes, or may: without a count of its own, the last chunk can only be offered."""
    attempt = work.attempt
    assert attempt is not None
    if work.post.status != PostStatus.PUBLISHING:
        return False
    if told.status != "PROCESSING_UPLOAD" or attempt.stage == Stage.COMMITTED or _is_fetched(work):
        return False
    return (
        told.uploaded_bytes is None
        or plan_of(attempt).chunks_within(told.uploaded_bytes) < attempt.chunk_count
    )


def lacks_only_the_last_chunk(work: Work, told: PublishStatus) -> bool:
    """Whether all that is left to do is to offer the byte that posts once more, to an upload that still takes it."""
    attempt = work.attempt
    assert attempt is not None
    return (
        bytes_missing(work, told)
        and not _url_is_dead(work)
        and _may_be_offered(work)
        and _chunks_there(work, told) == attempt.chunk_count - 1
        and not switches.paused(work.post.workspace_id)
    )


def note_resumed(work: Work, told: PublishStatus) -> None:
    """On record: what TikTok lacks is about to be sent again.

    An intent whose worker died is counted as sent: nobody knows whether its byte arrived.
    """
    if work.attempt is not None and not work.attempt.commits:
        work.record(commits=1)
    done = _chunks_there(work, told)
    note(
        work.post,
        EventKind.RESUMED,
        attempt=work.attempt,
        at_chunk=done,
        tiktok_bytes=told.uploaded_bytes,
    )


def _send_what_is_missing(work: Work, told: PublishStatus) -> None:
    """Complete the same upload; or, once its URL is dead, begin again on proof that it never can be."""
    attempt = work.attempt
    assert attempt is not None
    if _url_is_dead(work) and told.uploaded_bytes is not None:
        _begin_again(work)
        return
    if not _may_be_offered(work) or switches.paused(work.post.workspace_id):
        _still_processing(work, told)
        return
    note_resumed(work, told)
    try:
        for index in range(_chunks_there(work, told), attempt.chunk_count - 1):
            if stopping() or switches.paused(work.post.workspace_id):
                work.keep(next_step_at=work.clock.now())
                return
            send_chunk(work, index)
    except (TikTokError, NeedsReconnect) as error:
        hear_nothing(work, error)
        return
    send_last_chunk(work)


def _url_is_dead(work: Work) -> bool:
    attempt = work.attempt
    assert attempt is not None
    assert attempt.upload_expires_at is not None
    if work.clock.now() > attempt.upload_expires_at + schedule.URL_MARGIN:
        return True
    return attempt.commits == 1 and _was_turned_away(attempt)


def _was_turned_away(attempt: PublishAttempt) -> bool:
    """Whether the one chunk that could have posted was refused because its upload is over.

    After a second one that proves nothing: an upload that the first completed is over, too (tiktok-api.md 7.2).
    """
    rows = PostEvent.objects.filter(workspace_id=attempt.workspace_id, post_id=attempt.post_id)
    return rows.filter(attempt=attempt, kind=EventKind.ANSWER_LOST, http_status__in=DEAD_URL).exists()


def _may_be_offered(work: Work) -> bool:
    attempt = work.attempt
    assert attempt is not None
    assert attempt.upload_expires_at is not None
    return attempt.commits < MAX_COMMITS and work.clock.now() <= attempt.upload_expires_at


def _chunks_there(work: Work, told: PublishStatus) -> int:
    """Chunks that TikTok has; where it does not count them, all but the last, which can only be offered."""
    attempt = work.attempt
    assert attempt is not None
    if told.uploaded_bytes is None:
        return attempt.chunk_count - 1
    return plan_of(attempt).chunks_within(told.uploaded_bytes)


def _begin_again(work: Work) -> None:
    """The URL has expired and TikTok reports missing bytes: this id can never become a post."""
    with transaction.atomic():
        end_attempt(work, Stage.ABANDONED, Reason.UPLOAD_EXPIRED)
        move(
            work.post,
            PostStatus.SCHEDULED,
            fence=work.fence,
            next_step_at=work.clock.now(),
            attempt=work.attempt,
        )


def _is_fetched(work: Work) -> bool:
    return work.attempt is not None and work.attempt.way == Way.PULL


def _still_fetching(work: Work, told: PublishStatus) -> None:
    """A download that never ends is stopped; whether that worked is in TikTok's next answer."""
    attempt = work.attempt
    assert attempt is not None
    assert attempt.commit_intent_at is not None
    if work.clock.now() - attempt.commit_intent_at > FETCH_ENDS_AFTER:
        try:
            work.tiktok.cancel(attempt.publish_id)
        except (TikTokError, NeedsReconnect) as error:
            note(work.post, EventKind.ANSWER_LOST, attempt=attempt, said=said_by(error))
    _still_processing(work, told)


def _still_processing(work: Work, told: PublishStatus) -> None:
    attempt = work.attempt
    assert attempt is not None
    if told.status != attempt.tiktok_status:
        note(work.post, EventKind.STATUS_READ, attempt=attempt, status=told.status, log_id=told.log_id)
    ask_again(
        work,
        Reason.STILL_PROCESSING,
        tiktok_status=told.status,
        tiktok_bytes=told.uploaded_bytes if told.uploaded_bytes is not None else told.downloaded_bytes,
    )
