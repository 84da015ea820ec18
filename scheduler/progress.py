"""How much of an upload TikTok has, saved chunk by chunk: written 760 times for one large file, so one statement.

A hint, not evidence. A server that falls within half a second may forget the last of it, and a chunk is offered a
second time; TikTok refuses that with 416 and says how far it is (tiktok-api.md 7.2). So nobody waits for a disk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from scheduler.transitions import LostRace

if TYPE_CHECKING:
    from scheduler.work import Work

# A setting made local lasts until the transaction ends, which is when it is looked at; here, the statement's own.
SAVE = """
WITH mine AS (
    SELECT id FROM scheduler_post
    WHERE workspace_id = %(workspace)s AND id = %(post)s AND fence = %(fence)s FOR UPDATE
)
UPDATE scheduler_publishattempt AS attempt SET chunks_sent = %(chunks)s
FROM mine, set_config('synchronous_commit', 'off', true)
WHERE attempt.id = %(attempt)s AND attempt.workspace_id = %(workspace)s AND attempt.post_id = mine.id
"""


def save(work: Work, chunks: int) -> None:
    """So many chunks are there. Raises LostRace, with nothing written, where the lease was overtaken."""
    attempt = work.attempt
    assert attempt is not None
    with connection.cursor() as cursor:
        cursor.execute(
            SAVE,
            {
                "workspace": work.post.workspace_id,
                "post": work.post.pk,
                "fence": work.fence,
                "attempt": attempt.pk,
                "chunks": chunks,
            },
        )
        if not cursor.rowcount:
            raise LostRace(f"post {work.post.pk} was overtaken")
    attempt.chunks_sent = chunks
