"""Everything short of the init of a post that TikTok fetches, about a minute before it is due.

That init commits, so `commit` sends it at the due instant and nothing leaves before; an upload is opened ahead of time
by `starting`. What is made ready here is the attempt, with an address for each file.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from scheduler import files, pulls, schedule
from scheduler.content import is_draft_for_app, is_photos
from scheduler.models import PublishAttempt
from scheduler.outcomes import abandon, fail, meet, out_of_attempts
from scheduler.standing import was_kept_waiting
from scheduler.starting import may_go_out
from scheduler.states import EventKind, NextStep, Reason, Stage, Way
from scheduler.transitions import note
from tiktok import tokens
from tiktok.client.errors import TikTokError
from tiktok.tokens import NeedsReconnect

if TYPE_CHECKING:
    from datetime import datetime

    from scheduler.models import Post
    from scheduler.work import Work

PULL_FROM_URL = "pull_from_url"
"""The value of TIKTOK_VIDEO_SOURCE by which videos are fetched too (tiktok-api.md 7.3)."""

TOKEN_NEEDS = 2 * tokens.CALL_NEEDS
"""What a token must have left at the due time: enough that the clock finds it still good."""


def way_of(post: Post) -> Way:
    """How the post's bytes will get to TikTok: photos are always fetched, videos where this install says so."""
    fetched = is_photos(post) or settings.TIKTOK_VIDEO_SOURCE == PULL_FROM_URL
    return Way.PULL if fetched else Way.UPLOAD


def first_step_at(post: Post) -> datetime:
    """When the engine begins: in time to send a file ahead, to check once more, or at the due time."""
    assert post.due_at is not None
    if way_of(post) == Way.PULL:
        size = post.media.size if post.media else 0
        return post.due_at - schedule.RECHECK_LEAD - files.time_to_read(size)
    if is_draft_for_app(post):  # design 4.3: not staged
        return schedule.commit_at(post.due_at)
    assert post.media is not None
    return schedule.first_step_at(post.due_at, post.media.size)


def prepare(work: Work) -> None:
    """Check files, consent and creator once more; then the attempt, its addresses, and the wait for the instant."""
    if not may_go_out(work):
        return
    if out_of_attempts(work):
        fail(work, Reason.TOO_MANY_ATTEMPTS)
        return
    now = work.clock.now()
    with transaction.atomic():
        work.lock()
        work.attempt = _attempt(work.post, checked_at=now)
        pulls.open_for(work.attempt, pulls.files_of(work.post))
        note(work.post, EventKind.ATTEMPT_STARTED, attempt=work.attempt, number=work.attempt.number)
        work.keep(
            next_step_at=max(schedule.commit_at(work.due_at), now),
            next_step=NextStep.COMMIT,
            troubles=0,
        )


def has_token(work: Work) -> bool:
    """Renew the token where it would not last until the init; decides what follows if that can't be done."""
    assert work.post.account is not None
    left = max(work.due_at - work.clock.now(), timedelta(0))
    try:
        tokens.fresh(work.post.account, needed=left + TOKEN_NEEDS)
    except (TikTokError, NeedsReconnect) as error:
        meet(work, error)
        return False
    return True


def is_stale(post: Post, attempt: PublishAttempt, now: datetime) -> bool:
    """Whether a prepared attempt is no longer this post, or was checked too long before the post goes out."""
    too_early = attempt.checked_at is None or attempt.checked_at < first_step_at(post)
    return too_early or was_kept_waiting(attempt, now) or attempt.content_digest != post.consent_digest


def drop(work: Work) -> None:
    """Nothing was sent for a prepared attempt, and its addresses were never open: begin again."""
    abandon(work, Reason.EDITED_MEANWHILE)


def _attempt(post: Post, *, checked_at: datetime) -> PublishAttempt:
    rows = PublishAttempt.objects.filter(workspace_id=post.workspace_id, post=post)
    return PublishAttempt.objects.create(
        workspace_id=post.workspace_id,
        post=post,
        account_id=post.account_id,
        number=(rows.aggregate(last=Max("number"))["last"] or 0) + 1,
        way=Way.PULL,
        stage=Stage.STAGED,
        content_digest=post.consent_digest,
        checked_at=checked_at,
    )
