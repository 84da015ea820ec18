"""The first step at TikTok: check that the post may still go out, then open an upload for it.

Init of a FILE_UPLOAD posts nothing: a `publish_id` becomes a post only by its last byte (design 4.2). So a lost
answer costs an attempt and no more: without the upload URL no byte can ever follow it.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Max

from accounts.crashpoints import crashpoint
from scheduler import policies, switches
from scheduler.content import is_draft_for_app
from scheduler.files import blocks, keep_ahead
from scheduler.lookback import is_out_after_all
from scheduler.models import PublishAttempt
from scheduler.outcomes import end_attempt, fail, hold, meet, out_of_attempts
from scheduler.pacing import Call, Paced
from scheduler.pulls import files_of
from scheduler.requests import video_post
from scheduler.standing import next_look
from scheduler.states import EventKind, NextStep, PostMode, Reason, Stage
from scheduler.transitions import note
from tiktok.client.chunks import ChunkPlan, plan_staged, plan_upload
from tiktok.client.errors import Outcome, TikTokError
from tiktok.tokens import NeedsReconnect
from tiktok.vault import seal_on

if TYPE_CHECKING:
    from scheduler.models import Media
    from scheduler.work import Work
    from tiktok.client.types import Upload

UPLOAD_URL_LIVES = timedelta(hours=1)
"""From the init (tiktok-api.md 6.3)."""


def start(work: Work) -> None:
    """Check file, consent and creator; have the last chunk on this machine; write the intent; init; save the answer.

    The `publish_id` is saved before any byte.
    """
    if not may_go_out(work):
        return
    if out_of_attempts(work):
        fail(work, Reason.TOO_MANY_ATTEMPTS)
        return
    plan = _plan(work.media.size)
    keep_ahead(work.media.storage_key, *plan.span(plan.last_index))
    try:
        work.paced(Call.INIT)
    except Paced as paced:
        meet(work, paced)
        return
    if switches.paused(work.post.workspace_id):  # to read a large file takes longer than a pause may wait
        work.keep(next_step_at=work.clock.now())
        return
    _intend(work, plan)
    crashpoint("init_intent")
    try:
        upload = _open(work, plan)
    except (TikTokError, NeedsReconnect) as error:
        _close(work, error)
        meet(work, error)
        return
    crashpoint("init_answered")
    attempt = work.attempt
    assert attempt is not None
    attempt.publish_id = upload.publish_id
    attempt.checked_at = now = work.clock.now()
    staged = plan.total_chunk_count == 1
    next_step, at = next_look(work.post, attempt, now) if staged else (NextStep.SEND, now)
    work.record(
        publish_id=upload.publish_id,
        upload_url=seal_on(attempt, "upload_url", upload.upload_url),
        upload_expires_at=work.later(UPLOAD_URL_LIVES),
        stage=Stage.STAGED if staged else Stage.STARTED,
        checked_at=now,
        next_step_at=at,
        next_step=next_step,
    )
    crashpoint("init_saved")


def _open(work: Work, plan: ChunkPlan) -> Upload:
    if work.post.mode == PostMode.INBOX:
        return work.tiktok.start_inbox_video(plan)
    return work.tiktok.start_video(video_post(work.post), plan)


def _close(work: Work, error: TikTokError | NeedsReconnect) -> None:
    """An init that brought no upload URL: whatever it did, no byte can ever follow it."""
    lost = isinstance(error, TikTokError) and error.outcome in {Outcome.AMBIGUOUS, Outcome.NOT_SENT}
    with transaction.atomic():
        end_attempt(work, Stage.ABANDONED, Reason.ANSWER_NEVER_CAME if lost else Reason.TIKTOK_REFUSED)
    work.attempt = None


def may_go_out(work: Work) -> bool:
    """Whether files, consent and the creator's settings still allow this post; decides what follows if not."""
    files = files_of(work.post)
    for file in files:
        if problem := _file_problem(work, file):
            fail(work, problem)
            return False
    if policies.content_digest(work.post, work.post.media, files) != work.post.consent_digest:
        fail(work, Reason.CONTENT_CHANGED)
        return False
    return not is_out_after_all(work) and creator_allows(work)


def creator_allows(work: Work) -> bool:
    """Ask TikTok what this creator may post now (tiktok-api.md 5). A choice that is gone is never replaced.

    Drafts for the app ask nothing: their settings are the creator's, there.
    """
    try:
        creator = None if is_draft_for_app(work.post) else work.paced(Call.INFO).creator_info()
    except (TikTokError, NeedsReconnect, Paced) as error:
        meet(work, error)
        return False
    problems = policies.content_problems(work.post, creator, work.post.media, files_of(work.post))
    if not problems:
        return True
    if problems[0].reason == Reason.SCOPE_MISSING:
        hold(work, Reason.SCOPE_MISSING)
    else:
        fail(work, problems[0].reason or Reason.CONTENT_CHANGED, problem=problems[0])
    return False


def recheck(work: Work) -> None:
    """Read creator info once more, about a minute before the commit."""
    if creator_allows(work):
        assert work.attempt is not None
        work.attempt.checked_at = now = work.clock.now()
        next_step, at = next_look(work.post, work.attempt, now)
        work.record(checked_at=now, next_step_at=at, next_step=next_step)


def _intend(work: Work, plan: ChunkPlan) -> None:
    """Put on record that an upload is about to be opened, before it is."""
    post = work.post
    with transaction.atomic():
        work.lock()
        number = (
            post.attempts.filter(workspace_id=post.workspace_id).aggregate(last=Max("number"))["last"] or 0
        )
        work.attempt = PublishAttempt.objects.create(
            workspace_id=post.workspace_id,
            post=post,
            account_id=post.account_id,
            number=number + 1,
            content_digest=post.consent_digest,
            video_size=plan.video_size,
            chunk_size=plan.chunk_size,
            chunk_count=plan.total_chunk_count,
        )
        note(post, EventKind.ATTEMPT_STARTED, attempt=work.attempt, number=number + 1)


def _plan(size: int) -> ChunkPlan:
    return plan_staged(size) if settings.STAGE_UPLOADS else plan_upload(size)


def _file_problem(work: Work, media: Media) -> Reason | None:
    """Whether the stored file is still, byte for byte, the one that was agreed to (R-49)."""
    if not default_storage.exists(media.storage_key):
        return Reason.MEDIA_MISSING
    seen = hashlib.sha256()
    for block in blocks(media.storage_key, 0, media.size, on_block=work.lease.keep_alive):
        seen.update(block)
    return None if seen.hexdigest() == media.sha256 else Reason.MEDIA_CHANGED
