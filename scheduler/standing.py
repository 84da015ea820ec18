"""Whether a post may be left to the clock: the record as it was read, before the last look under the lock."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from scheduler import lateness, schedule
from scheduler.states import NextStep, PostStatus, Stage, Way

if TYPE_CHECKING:
    from datetime import datetime

    from scheduler.models import Post, PublishAttempt


CHECK_HOLDS = timedelta(minutes=5)
"""How old creator info may be when an overdue post goes out. Less, and a backlog would ask again without end."""


def is_ready(post: Post, attempt: PublishAttempt, now: datetime) -> bool:
    """Whether everything is at hand but the byte, or the call, that posts."""
    return (
        post.status == PostStatus.SCHEDULED
        and not post.hold
        and attempt.stage == Stage.STAGED
        and attempt.content_digest == post.consent_digest
        and not needs_recheck(post, attempt, now)
        and not is_expired(post, attempt, now)
        and not _is_late(post, now)
    )


def _is_late(post: Post, now: datetime) -> bool:
    """Whether the ordinary steps have to look at how late it is; nothing is asked about a punctual post."""
    assert post.due_at is not None
    if now <= post.due_at + lateness.GRACE:
        return False
    if lateness.too_late(post, now, lateness.limit_of(post.workspace_id)):
        return True
    return lateness.not_before(post, now) is not None


def needs_recheck(post: Post, attempt: PublishAttempt, now: datetime) -> bool:
    """Whether the last creator info will be too old when the post goes out."""
    assert post.due_at is not None
    if attempt.checked_at is None or attempt.checked_at < post.due_at - 1.5 * schedule.RECHECK_LEAD:
        return True
    return was_kept_waiting(attempt, now)


def next_look(post: Post, attempt: PublishAttempt, now: datetime) -> tuple[NextStep, datetime]:
    """What a post waits for whose bytes are at TikTok, all but the last: creator info once more, or its instant."""
    assert post.due_at is not None
    if needs_recheck(post, attempt, now):
        return NextStep.START, max(post.due_at - schedule.RECHECK_LEAD, now)
    return NextStep.COMMIT, max(schedule.commit_at(post.due_at), now)


def was_kept_waiting(attempt: PublishAttempt, now: datetime) -> bool:
    """Whether the post was stopped, by a pause or a lost connection, since it was checked for its time."""
    return attempt.checked_at is not None and attempt.checked_at < now - CHECK_HOLDS


def is_expired(post: Post, attempt: PublishAttempt, now: datetime) -> bool:
    """Whether the upload's hour may be over when the post goes out (tiktok-api.md 6.3)."""
    if attempt.way == Way.PULL:
        return False
    assert attempt.upload_expires_at is not None
    assert post.due_at is not None
    return max(post.due_at, now) > attempt.upload_expires_at - schedule.URL_MARGIN
