"""TikTok has published: the happy end, saved for many posts in a few statements.

Next to `unsettled` the other answer that comes for thousands at once: after a burst, or for what a dead worker left.
It writes what `confirm.hear` would for each of them; every other answer is rare and goes there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection, transaction

from accounts.crashpoints import crashpoint
from scheduler import schedule
from scheduler.links import all_ids, wants_more
from scheduler.models import Post, PublishAttempt
from scheduler.states import NextStep, PostStatus, Stage
from scheduler.transitions import move_all
from scheduler.work import WORD

if TYPE_CHECKING:
    from scheduler.work import Work
    from tiktok.client.types import PublishStatus

COMPLETE = "PUBLISH_COMPLETE"

# In order of ids, as everybody locks who changes many.
LOCK = """
SELECT post.id FROM scheduler_post AS post
JOIN unnest(%(posts)s::uuid[], %(fences)s::bigint[]) AS mine (id, fence)
    ON mine.id = post.id AND mine.fence = post.fence
ORDER BY post.id FOR UPDATE OF post
"""


def is_settled(work: Work, told: PublishStatus) -> bool:
    """Whether this answer ends a publish that was on its way."""
    return work.post.status == PostStatus.PUBLISHING and told.status == COMPLETE


def publish_all(answers: Sequence[tuple[Work, PublishStatus]]) -> set[UUID]:
    """Save these ends, all or none of them; returns the posts that still stood under their fence."""
    if not answers:
        return set()
    crashpoint("complete_seen")
    fences = {work.post.pk: work.fence for work, _ in answers}
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(LOCK, {"posts": list(fences), "fences": list(fences.values())})
        pairs = [(work.post, work.attempt) for work, _ in answers if work.attempt]
        moved = move_all(pairs, PostStatus.PUBLISHED, fences=fences)
        mine = [(work, told) for work, told in answers if work.post.pk in moved]
        attempts = [_ended(work, told) for work, told in mine]
        PublishAttempt.objects.bulk_update(
            attempts, ["stage", "ended_at", "tiktok_status", "post_ids", "log_id", "polls"]
        )
        posts = [_published(work, told) for work, told in mine]
        Post.objects.bulk_update(posts, ["published_at", "next_step", "next_step_at"])
    return moved


def _ended(work: Work, told: PublishStatus) -> PublishAttempt:
    attempt = work.attempt
    assert attempt is not None
    attempt.stage, attempt.ended_at, attempt.polls = Stage.LIVE, work.clock.now(), 0
    attempt.tiktok_status, attempt.log_id = told.status, told.log_id[:WORD]
    attempt.post_ids = all_ids(attempt, told.post_ids)
    return attempt


def _published(work: Work, told: PublishStatus) -> Post:
    post, attempt, now = work.post, work.attempt, work.clock.now()
    assert attempt is not None
    wants_link = wants_more(post, attempt, attempt.post_ids)
    post.published_at, post.next_step = now, NextStep.ASK
    post.next_step_at = now + schedule.link_delay(0) if wants_link else None
    return post
