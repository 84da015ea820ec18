"""TikTok is still at it: the answer to nearly every question, saved for many posts in one statement.

With thousands in flight everything else about an answer is rare (`confirm`), and this must cost next to nothing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import connection

from scheduler import schedule
from scheduler.states import EventKind, PostStatus, Stage, Way
from scheduler.work import WORD

if TYPE_CHECKING:
    from scheduler.work import Work
    from tiktok.client.types import PublishStatus

PROCESSING = frozenset({"PROCESSING_UPLOAD", "PROCESSING_DOWNLOAD"})

KEEP = """
WITH mine AS (
    SELECT * FROM unnest(
        %(posts)s::uuid[], %(fences)s::bigint[], %(attempts)s::uuid[], %(statuses)s::text[], %(bytes)s::bigint[],
        %(nexts)s::timestamptz[], %(news)s::boolean[], %(details)s::jsonb[]
    ) AS answer (post, fence, attempt, status, bytes, next, news, detail)
), standing AS (
    SELECT post.id FROM scheduler_post AS post JOIN mine ON mine.post = post.id AND mine.fence = post.fence
    ORDER BY post.id FOR UPDATE OF post
), saved AS (
    UPDATE scheduler_publishattempt AS attempt
    SET polls = attempt.polls + 1, tiktok_status = mine.status, tiktok_bytes = mine.bytes
    FROM mine JOIN standing ON standing.id = mine.post WHERE attempt.id = mine.attempt
), told AS (
    INSERT INTO scheduler_postevent
        (id, workspace_id, post_id, attempt_id, kind, status_from, status_to, reason, code, log_id, detail)
    SELECT gen_random_uuid(), post.workspace_id, post.id, mine.attempt, %(kind)s, '', '', '', '', '', mine.detail
    FROM mine JOIN standing ON standing.id = mine.post JOIN scheduler_post AS post ON post.id = mine.post
    WHERE mine.news
)
UPDATE scheduler_post AS post SET next_step_at = mine.next, next_step = 'ask', troubles = 0
FROM mine JOIN standing ON standing.id = mine.post WHERE post.id = mine.post
"""


def is_unsettled(work: Work, told: PublishStatus) -> bool:
    """Whether there is nothing to do but ask again: no byte is missing, and nobody has waited too long."""
    attempt = work.attempt
    if attempt is None or attempt.commit_intent_at is None or told.status not in PROCESSING:
        return False
    if work.post.status != PostStatus.PUBLISHING:
        return False
    has_all = attempt.stage == Stage.COMMITTED or attempt.way == Way.PULL
    return has_all and work.clock.now() - attempt.commit_intent_at < schedule.POLL_SLOWLY_AFTER / 2


def keep_all(answers: Sequence[tuple[Work, PublishStatus]]) -> None:
    """Save the answers and set the next questions; posts that were overtaken are left alone."""
    if not answers:
        return
    names = ("posts", "fences", "attempts", "statuses", "bytes", "nexts", "news", "details")
    columns = map(list, zip(*(_row(work, told) for work, told in answers), strict=True))
    with connection.cursor() as cursor:
        cursor.execute(KEEP, dict(zip(names, columns, strict=True)) | {"kind": EventKind.STATUS_READ})


def _row(work: Work, told: PublishStatus) -> tuple[Any, ...]:
    attempt = work.attempt
    assert attempt is not None
    assert attempt.commit_intent_at is not None
    waited = work.clock.now() - attempt.commit_intent_at
    size = told.uploaded_bytes if told.uploaded_bytes is not None else told.downloaded_bytes
    return (
        work.post.pk,
        work.fence,
        attempt.pk,
        told.status[:WORD],
        size,
        work.later(schedule.poll_delay(attempt.polls + 1, waited)),
        told.status != attempt.tiktok_status,
        json.dumps({"status": told.status[:WORD], "log_id": told.log_id[:WORD]}),
    )
