"""Which due posts start now: claimed in batches, returned as wake-ups, enqueued by `tasks`.

Commits are claimed by their own clock and wait for nobody: the claim raises the fence and moves `next_step_at` one
lease ahead. Everything else goes through the account's lane (`lanes`), and no more of it than the workers begin
within a lease (`congestion`). Either way a wake-up that is lost is due again, one that is delivered twice finds the
fence gone, and any number of dispatchers may run at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from accounts.tenancy import CrossTenant, cross_tenant
from scheduler import lanes
from scheduler.congestion import Window
from scheduler.lanes import WakeUp
from scheduler.schedule import LEASE
from scheduler.states import LaneKind, NextStep

BATCH = 500
"""Rows claimed by one statement."""

LOOK = """
SELECT
    EXISTS (SELECT FROM scheduler_post WHERE next_step = 'commit' AND next_step_at <= statement_timestamp()),
    EXISTS (
        SELECT FROM scheduler_lane WHERE kind = 'calls' AND next_at <= statement_timestamp()
        AND (busy_until IS NULL OR busy_until <= statement_timestamp())
    ),
    EXISTS (
        SELECT FROM scheduler_lane WHERE kind = 'sends' AND next_at <= statement_timestamp()
        AND (busy_until IS NULL OR busy_until <= statement_timestamp())
    )
"""

LOOK_AT_POST = """
SELECT mine.account_id, COALESCE(mine.next_step = 'commit' AND mine.next_step_at <= statement_timestamp(), false),
    ARRAY(
        SELECT lane.kind FROM scheduler_lane AS lane
        WHERE lane.account_id = mine.account_id AND lane.next_at <= statement_timestamp()
        AND (lane.busy_until IS NULL OR lane.busy_until <= statement_timestamp())
    )
FROM scheduler_post AS mine WHERE mine.id = %s
"""

CLAIM_COMMITS = """
WITH due AS (
    SELECT id FROM scheduler_post
    WHERE next_step = 'commit' AND next_step_at <= statement_timestamp()
    ORDER BY next_step_at LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
)
UPDATE scheduler_post AS post
SET fence = post.fence + 1, next_step_at = clock_timestamp() + %(lease)s
FROM due WHERE post.id = due.id
RETURNING post.workspace_id, post.id, post.fence
"""

CLAIM_COMMIT_OF_POST = """
UPDATE scheduler_post SET fence = fence + 1, next_step_at = clock_timestamp() + %(lease)s
WHERE id = %(post)s AND next_step = 'commit' AND next_step_at <= statement_timestamp()
RETURNING workspace_id, id, fence
"""


@dataclass(frozen=True)
class Due:
    """What a tick has to claim."""

    commits: bool
    lanes: tuple[LaneKind, ...]


def look() -> Due:
    """Whether anything is due at all: nearly always nothing is, so this one query is all that an idle tick costs."""
    with connection.cursor() as cursor:
        cursor.execute(LOOK)
        commits, calls, sends = cursor.fetchone()
    due = {LaneKind.CALLS: calls, LaneKind.SENDS: sends}
    return Due(commits, tuple(kind for kind, is_due in due.items() if is_due))


def claim_commits() -> list[WakeUp]:
    """Claim staged posts whose instant is near, across all workspaces."""
    with cross_tenant(CrossTenant.DISPATCH):
        return _commits(CLAIM_COMMITS, {"limit": BATCH, "lease": LEASE})


def claim_lanes(kind: LaneKind) -> list[WakeUp]:
    """Claim the first due post of free lanes, as many as may run beside those that do."""
    with cross_tenant(CrossTenant.DISPATCH):
        room = _room(kind)
        claimed = lanes.claim(kind, room) if room > 0 else []
    if claimed:
        _window(kind).note(again=sum(wake_up.again for wake_up in claimed))
    return claimed


def claim_post(post_id: UUID) -> list[WakeUp]:
    """Claim what is next for this post's account, if anything is due: a click need not wait for the next tick.

    Only its bytes may have to: no more uploads are woken than can begin, and those without room come by their turn.
    After each step somebody asks, and nearly always nothing is: so one query is all that it costs then.
    """
    with cross_tenant(CrossTenant.DISPATCH):
        with connection.cursor() as cursor:
            cursor.execute(LOOK_AT_POST, [post_id])
            found = cursor.fetchone()
        if found is None:
            return []
        account_id, commit, kinds = found
        claimed = _commits(CLAIM_COMMIT_OF_POST, {"post": post_id, "lease": LEASE}) if commit else []
        if LaneKind.CALLS in kinds:
            claimed += lanes.claim_of_account(LaneKind.CALLS, account_id)
        if LaneKind.SENDS in kinds and _room(LaneKind.SENDS) > 0:
            claimed += lanes.claim_of_account(LaneKind.SENDS, account_id)
        return claimed


def _room(kind: LaneKind) -> int:
    return min(BATCH, _window(kind).size - lanes.running(kind))


def _window(kind: LaneKind) -> Window:
    return _window_of(kind, settings.STEPS_AT_ONCE if kind == LaneKind.CALLS else settings.UPLOADS_AT_ONCE)


@cache
def _window_of(kind: LaneKind, most: int) -> Window:
    """One for each kind in this process."""
    return Window(most)


def _commits(statement: str, parameters: dict[str, Any]) -> list[WakeUp]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [WakeUp(workspace, post, fence, NextStep.COMMIT) for workspace, post, fence in cursor]
