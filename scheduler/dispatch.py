"""Which due posts start now: claimed in one statement, a fair share for each workspace, returned as wake-ups.

A claim raises the fence and moves `next_step_at` one lease ahead, so a wake-up that is lost is simply due again,
and one that is delivered twice finds the fence gone. Any number of dispatchers may run at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from accounts.tenancy import CrossTenant, cross_tenant
from scheduler.models import PublishAttempt
from scheduler.schedule import LEASE
from scheduler.states import Stage

BATCH = 500
SHARE = 50
"""Rows claimed by one tick, and at most how many of them for one workspace."""

CLAIM = """
WITH ready AS (
    SELECT mine.id
    FROM (SELECT DISTINCT workspace_id FROM scheduler_post WHERE next_step_at <= statement_timestamp()) AS waiting
    CROSS JOIN LATERAL (
        SELECT id, next_step_at FROM scheduler_post
        WHERE workspace_id = waiting.workspace_id AND next_step_at <= statement_timestamp()
        ORDER BY next_step_at LIMIT %(share)s
        FOR UPDATE SKIP LOCKED
    ) AS mine
    ORDER BY mine.next_step_at
    LIMIT %(batch)s
)
UPDATE scheduler_post AS post
SET fence = post.fence + 1, next_step_at = clock_timestamp() + %(lease)s
FROM ready WHERE post.id = ready.id
RETURNING post.id, post.workspace_id, post.fence
"""

CLAIM_ONE = """
UPDATE scheduler_post
SET fence = fence + 1, next_step_at = clock_timestamp() + %(lease)s
WHERE id = %(post)s AND next_step_at <= statement_timestamp()
RETURNING id, workspace_id, fence
"""


@dataclass(frozen=True)
class WakeUp:
    """One post that somebody should look at. `uploads` marks a long step for the upload workers."""

    workspace_id: UUID
    post_id: UUID
    fence: int
    uploads: bool


def claim_due() -> list[WakeUp]:
    """Claim what is due, across all workspaces."""
    with cross_tenant(CrossTenant.DISPATCH):
        return _claim(CLAIM, {"share": SHARE, "batch": BATCH, "lease": LEASE})


def claim_post(post_id: UUID) -> WakeUp | None:
    """Claim one post, if it is due."""
    with cross_tenant(CrossTenant.DISPATCH):
        return next(iter(_claim(CLAIM_ONE, {"post": post_id, "lease": LEASE})), None)


def _claim(statement: str, parameters: dict[str, Any]) -> list[WakeUp]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows = cursor.fetchall()
    uploading = set(
        PublishAttempt.objects.filter(
            post_id__in=[row[0] for row in rows], stage=Stage.STARTED, chunk_count__gt=1
        ).values_list("post_id", flat=True)
    )
    return [WakeUp(workspace, post, fence, post in uploading) for post, workspace, fence in rows]
