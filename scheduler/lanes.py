"""The queue of one account: which post is next in it, one running step at a time.

A claim writes the lane and not the post: while its lane is busy nobody else takes the post, and a lane whose worker
died is simply due again. It takes two statements of one transaction. The first locks lanes that are due, a fair turn
for each workspace: who has least running goes first, then age. The second looks at the posts with a snapshot taken
after the locks, so that a post put into a lane meanwhile is either seen, or pulls `next_at` forward after us. Between
them lanes are named by their place in the table (`ctid`): a locked row keeps it, and it needs no index.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from scheduler.models import ClockTimestamp, Lane
from scheduler.schedule import LEASE
from scheduler.states import LaneKind, NextStep

WINDOW = 2000
"""How many due lanes one claim looks at to be fair among their workspaces."""

# The conditions stand twice: only the outer ones are looked at again on a row that changed while it was waited for.
PICK = """
WITH running AS (
    SELECT workspace_id, count(*) AS steps FROM scheduler_lane
    WHERE kind = %(kind)s AND busy_until > statement_timestamp() GROUP BY workspace_id
), due AS (
    SELECT ctid AS place, workspace_id, next_at FROM scheduler_lane
    WHERE kind = %(kind)s AND next_at <= statement_timestamp()
    AND (busy_until IS NULL OR busy_until <= statement_timestamp())
    ORDER BY next_at LIMIT %(window)s
), fair AS (
    SELECT due.place, due.next_at,
        row_number() OVER (PARTITION BY due.workspace_id ORDER BY due.next_at) + COALESCE(steps, 0) AS turn
    FROM due LEFT JOIN running USING (workspace_id)
)
SELECT lane.ctid::text FROM fair JOIN scheduler_lane AS lane ON lane.ctid = fair.place
WHERE lane.next_at <= statement_timestamp() AND (lane.busy_until IS NULL OR lane.busy_until <= statement_timestamp())
ORDER BY fair.turn, fair.next_at LIMIT %(limit)s
FOR UPDATE OF lane SKIP LOCKED
"""

PICK_OF_ACCOUNT = """
SELECT ctid::text FROM scheduler_lane
WHERE account_id = %(account)s AND kind = %(kind)s AND next_at <= statement_timestamp()
AND (busy_until IS NULL OR busy_until <= statement_timestamp())
FOR UPDATE SKIP LOCKED
"""

# What waits in a lane; where TikTok takes no more inits this minute, the rest of the lane goes on without them.
IN_LANE = {
    LaneKind.CALLS: "post.next_step IN ('ask', 'check', 'start')",
    LaneKind.SENDS: "post.next_step = 'send'",
}
FITS = "(post.next_step <> 'start' OR lane.starts_at IS NULL OR lane.starts_at <= statement_timestamp())"

CLAIM = """
WITH picked AS (
    SELECT lane.ctid AS place, lane.busy_post IS NOT NULL AS again, mine.*
    FROM scheduler_lane AS lane
    LEFT JOIN LATERAL (
        SELECT post.id AS post_id, post.workspace_id, post.fence, post.next_step FROM scheduler_post AS post
        WHERE post.account_id = lane.account_id AND {waits} AND post.next_step_at <= statement_timestamp()
        AND {fits}
        ORDER BY post.next_step_at LIMIT 1
    ) AS mine ON true
    WHERE lane.ctid = ANY(%(places)s::tid[])
)
UPDATE scheduler_lane AS lane
SET busy_fence = lane.busy_fence + 1, busy_post = picked.post_id,
busy_until = CASE WHEN picked.post_id IS NOT NULL THEN clock_timestamp() + %(lease)s END,
next_at = LEAST(
    CASE WHEN picked.post_id IS NOT NULL THEN clock_timestamp() + %(lease)s END,
    CASE WHEN lane.starts_at > statement_timestamp() THEN LEAST(
        ({first} AND post.next_step <> 'start' ORDER BY post.next_step_at LIMIT 1),
        (SELECT GREATEST(lane.starts_at, ({first} AND post.next_step = 'start' ORDER BY post.next_step_at LIMIT 1))
        WHERE EXISTS ({first} AND post.next_step = 'start'))
    ) ELSE ({first} ORDER BY post.next_step_at LIMIT 1) END)
FROM picked WHERE lane.ctid = picked.place
RETURNING picked.place::text, picked.workspace_id, picked.post_id, picked.fence, picked.next_step, lane.id,
    lane.busy_fence, picked.again
"""

FIRST = """SELECT post.next_step_at FROM scheduler_post AS post
        WHERE post.account_id = lane.account_id AND {waits} AND post.next_step_at IS NOT NULL
        AND post.id IS DISTINCT FROM picked.post_id"""


def _claim_statement(kind: LaneKind) -> str:
    waits = IN_LANE[kind]
    return CLAIM.format(waits=waits, fits=FITS, first=FIRST.format(waits=waits))


CLAIM_OF = {kind: _claim_statement(kind) for kind in LaneKind}


TAKE = """
UPDATE scheduler_lane AS lane SET busy_fence = lane.busy_fence + 1, busy_until = clock_timestamp() + %(lease)s
FROM (
    SELECT taken.id FROM scheduler_lane AS taken
    JOIN unnest(%(lanes)s::uuid[], %(posts)s::uuid[], %(fences)s::bigint[]) AS hold (lane, post, fence)
        ON taken.id = hold.lane AND taken.busy_post = hold.post AND taken.busy_fence = hold.fence
    ORDER BY taken.id FOR UPDATE OF taken
) AS mine
WHERE lane.id = mine.id
RETURNING lane.id, lane.busy_post, lane.busy_fence
"""

RELEASE = """
UPDATE scheduler_lane AS lane SET busy_until = NULL, busy_post = NULL
FROM (
    SELECT held.id FROM scheduler_lane AS held
    JOIN unnest(%(lanes)s::uuid[], %(posts)s::uuid[], %(fences)s::bigint[]) AS hold (lane, post, fence)
        ON held.id = hold.lane AND held.busy_post = hold.post AND held.busy_fence = hold.fence
    ORDER BY held.id FOR UPDATE OF held
) AS mine
WHERE lane.id = mine.id
"""


@dataclass(frozen=True)
class Hold:
    """A running step's right to its lane, by the lane's own counter: no other step of the account begins meanwhile."""

    lane_id: UUID
    post_id: UUID
    fence: int


@dataclass(frozen=True)
class WakeUp:
    """One claimed post that somebody should look at; `hold` is the lane it keeps busy, None for a commit.

    `again`: the lane's last lease ran out, because its worker died or its message waited too long.
    """

    workspace_id: UUID
    post_id: UUID
    fence: int
    step: NextStep
    hold: Hold | None = None
    again: bool = False


def claim(kind: LaneKind, limit: int) -> list[WakeUp]:
    """Claim the first due post of up to `limit` free lanes, in turn. Call under a cross-tenant reason."""
    return _claim(kind, PICK, {"kind": kind, "limit": limit, "window": max(WINDOW, limit)})


def claim_of_account(kind: LaneKind, account_id: UUID) -> list[WakeUp]:
    """Claim what is next in one account's lane, if it is free and anything is due."""
    return _claim(kind, PICK_OF_ACCOUNT, {"kind": kind, "account": account_id})


def running(kind: LaneKind) -> int:
    """How many steps of this kind are running, or queued to run."""
    return Lane.objects.filter(kind=kind, busy_until__gt=ClockTimestamp()).count()


def take(holds: Sequence[Hold]) -> dict[UUID, Hold]:
    """Begin the steps that these lanes were claimed for, by post. A wake-up that comes twice begins only once."""
    if not holds:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(TAKE, _columns(holds) | {"lease": LEASE})
        return {post: Hold(lane, post, fence) for lane, post, fence in cursor}


def renew(hold: Hold) -> bool:
    """Keep the lane for another lease; False where it was given to somebody else."""
    mine = Lane.objects.filter(pk=hold.lane_id, busy_post=hold.post_id, busy_fence=hold.fence)
    return bool(mine.update(busy_until=ClockTimestamp() + LEASE))


def release(holds: Sequence[Hold]) -> None:
    """Free the lanes that these steps keep busy; one that was given to another step meanwhile is left alone."""
    with connection.cursor() as cursor:
        cursor.execute(RELEASE, _columns(holds))


def _columns(holds: Sequence[Hold]) -> dict[str, Any]:
    return {
        "lanes": [hold.lane_id for hold in holds],
        "posts": [hold.post_id for hold in holds],
        "fences": [hold.fence for hold in holds],
    }


def _claim(kind: LaneKind, pick: str, parameters: dict[str, Any]) -> list[WakeUp]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(pick, parameters)
        places = [row[0] for row in cursor.fetchall()]
        if not places:
            return []
        claimed: dict[str, Any] = {"places": places, "lease": LEASE}
        cursor.execute(CLAIM_OF[kind], claimed)
        wake_ups = {
            place: WakeUp(workspace, post, fence, NextStep(step), Hold(lane, post, lane_fence), again)
            for place, workspace, post, fence, step, lane, lane_fence, again in cursor
            if post
        }
        return [wake_ups[place] for place in places if place in wake_ups]
