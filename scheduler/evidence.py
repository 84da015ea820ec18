"""What TikTok answered to commits, written in groups: while a burst is going out, no answer costs a transaction."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import DataError, IntegrityError, InterfaceError, OperationalError, connection, transaction

from accounts.tenancy import CrossTenant, cross_tenant
from scheduler import pulls, schedule
from scheduler.outcomes import refused_at_commit, said_by
from scheduler.staged import Staged
from scheduler.states import EventKind, Stage
from scheduler.transitions import NOTHING
from scheduler.work import WORD
from tiktok.client.errors import Outcome, TikTokError
from tiktok.client.types import ChunkReply

if TYPE_CHECKING:
    from scheduler.clockwork import Clockwork

logger = logging.getLogger(__name__)

GROUP = 250
PATIENCE = 0.25
"""Answers written together, and seconds that one waits for others."""

PASSES = (OperationalError, InterfaceError)
TRIED_AGAIN_AFTER = (0.2, 0.5, 1.0, 2.0, 4.0, 4.0)
"""Seconds between tries where the database is away, or two groups met in a circle: within the posts' leases."""

RECORD = """
WITH mine AS (
    SELECT * FROM unnest(
        %(posts)s::uuid[], %(fences)s::bigint[], %(attempts)s::uuid[], %(stages)s::text[], %(chunks)s::int[],
        %(ats)s::timestamptz[], %(ids)s::text[], %(codes)s::text[], %(log_ids)s::text[], %(nexts)s::timestamptz[],
        %(kinds)s::text[], %(https)s::smallint[], %(details)s::jsonb[]
    ) AS answer (
        post, fence, attempt, stage, chunks, at, publish_id, code, log_id, next, kind, http_status, detail
    )
), standing AS (
    SELECT post.id FROM scheduler_post AS post JOIN mine ON mine.post = post.id AND mine.fence = post.fence
    ORDER BY post.id FOR UPDATE OF post
), saved AS (
    UPDATE scheduler_publishattempt AS attempt
    SET stage = mine.stage, chunks_sent = GREATEST(attempt.chunks_sent, mine.chunks), commits = attempt.commits + 1,
        last_byte_at = COALESCE(mine.at, attempt.last_byte_at), code = mine.code, log_id = mine.log_id,
        publish_id = CASE WHEN mine.publish_id <> '' THEN mine.publish_id ELSE attempt.publish_id END
    FROM mine JOIN standing ON standing.id = mine.post WHERE attempt.id = mine.attempt
), told AS (
    INSERT INTO scheduler_postevent (
        id, workspace_id, post_id, attempt_id, kind, status_from, status_to, reason, code, http_status, log_id, detail
    )
    SELECT gen_random_uuid(), post.workspace_id, post.id, mine.attempt, mine.kind, '', '', '',
        mine.code, mine.http_status, mine.log_id, mine.detail
    FROM mine JOIN standing ON standing.id = mine.post JOIN scheduler_post AS post ON post.id = mine.post
)
UPDATE scheduler_post AS post SET next_step_at = mine.next, next_step = 'ask'
FROM mine JOIN standing ON standing.id = mine.post WHERE post.id = mine.post
"""


@dataclass
class Answered:
    """What came back for one post: a reply, or the error that stands for its absence."""

    staged: Staged
    at: datetime
    reply: Any = None
    error: TikTokError | None = None

    @property
    def complete(self) -> bool:
        """TikTok acknowledged everything: the last byte, or the init of a pull."""
        return self.reply.complete if isinstance(self.reply, ChunkReply) else self.reply is not None

    @property
    def refused(self) -> bool:
        """It is certain that nothing was posted. A refused chunk leaves its upload open, a refused init nothing."""
        return (
            not self.staged.by_upload
            and self.error is not None
            and self.error.outcome not in {Outcome.AMBIGUOUS, Outcome.OK}
        )


async def keep(work: Clockwork, answers: asyncio.Queue[Answered], expected: int) -> None:
    """Save `expected` answers as they come, in groups."""
    while expected:
        group = [await answers.get()]
        ends_at = asyncio.get_running_loop().time() + PATIENCE
        while len(group) < min(GROUP, expected):
            try:
                async with asyncio.timeout_at(ends_at):
                    group.append(await answers.get())
            except TimeoutError:
                break
        expected -= len(group)
        for write in _writes(group):
            await _write_surely(work, write)


def _writes(group: Sequence[Answered]) -> Iterator[Callable[[], None]]:
    """What was answered, in one transaction; then each refusal in its own."""
    if told := [answered for answered in group if not answered.refused]:
        yield partial(save, told)
    for answered in group:
        if answered.refused:
            yield partial(_meet_refusal, answered)


async def _write_surely(work: Clockwork, write: Callable[[], None]) -> None:
    """A lost `publish_id` of a pull can't be asked for again, so it is worth some patience."""
    for pause in (*TRIED_AGAIN_AFTER, None):
        try:
            return await work.in_thread(write)
        except Exception as error:
            if pause is None or not isinstance(error, PASSES):
                logger.exception("answers were not written; TikTok is asked about their posts")
                return
            logger.warning("answers could not be written yet: %s", error)
            await asyncio.sleep(pause)


def save(told: Sequence[Answered]) -> None:
    """Write the answers of posts that still stand under our fence; the others were overtaken and are asked about."""
    with cross_tenant(CrossTenant.COMMIT):
        _save_apart(told)


def _save_apart(told: Sequence[Answered]) -> None:
    """Together, or where one of them fits no column, each alone."""
    try:
        with transaction.atomic():
            _save(told)
    except (DataError, IntegrityError):
        if len(told) == 1:
            logger.exception("TikTok's answer about post %s can't be written", told[0].staged.post.pk)
            return
        for answered in told:
            _save_apart([answered])


def _meet_refusal(answered: Answered) -> None:
    """A refusal in words that we don't know is believed where nothing was fetched; it is a lost answer elsewhere."""
    staged, error = answered.staged, answered.error
    assert error is not None
    with cross_tenant(CrossTenant.COMMIT):
        if error.row.known or pulls.revoke(staged.attempt):
            refused_at_commit(staged.lease, staged.attempt, error, generation=staged.generation)
        else:
            _save_apart([answered])


COLUMNS = (
    *("posts", "fences", "attempts", "stages", "chunks", "ats", "ids", "codes", "log_ids", "nexts"),
    *("kinds", "https", "details"),
)


def _save(told: Sequence[Answered]) -> None:
    values = zip(*(_row(answered) for answered in told), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(RECORD, dict(zip(COLUMNS, map(list, values), strict=True)))


def _row(answered: Answered) -> tuple[Any, ...]:
    staged, error = answered.staged, answered.error
    attempt = staged.attempt
    said = said_by(error) if error else NOTHING
    if error:
        delay = schedule.no_sooner(schedule.trouble_delay(attempt.commits), error.retry_after)
    else:
        delay = schedule.poll_delay(0, timedelta(0))
    return (
        staged.post.pk,
        staged.lease.fence,
        attempt.pk,
        Stage.COMMITTED if answered.complete else Stage.COMMITTING,
        attempt.chunk_count if answered.complete else 0,
        None if error else answered.at,
        answered.reply if isinstance(answered.reply, str) else "",
        said.code[:WORD],
        said.log_id[:WORD],
        answered.at + delay,
        EventKind.ANSWER_LOST if error else EventKind.LAST_BYTE_SENT,
        said.http_status,
        json.dumps({} if error else {"complete": answered.complete}),
    )
