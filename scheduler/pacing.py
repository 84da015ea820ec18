"""TikTok's limits by the minute, counted in the account's lane before each call: waited for, and never hit.

An exact sliding log, not a bucket: a bucket of six would let eleven inits into one minute (performance.md C4).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection, transaction

from scheduler.clock import database_now
from scheduler.models import Lane
from scheduler.states import LaneKind
from tiktok import limits

if TYPE_CHECKING:
    from tiktok.models import TikTokAccount

WINDOW = timedelta(seconds=62)
"""TikTok's minute, and room for a call that travels longer than the one that follows it."""


class Call(StrEnum):
    """The calls that TikTok counts; the value is the lane's column."""

    INIT = "inits"
    INFO = "infos"
    STATUS = "statuses"


LIMITS = {
    Call.INIT: limits.VIDEO_INITS,
    Call.INFO: limits.CREATOR_INFOS,
    Call.STATUS: limits.STATUS_FETCHES,
}
"""By access token and minute (tiktok-api.md 14). All inits are counted together, which is the stricter reading."""


class Paced(Exception):
    """TikTok would refuse this call now: again at `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"paced until {until.isoformat()}")
        self.until = until


FOR_POSTS = 1
"""Of a minute's questions, pages leave the last to a post. Posts ask ahead of their time, so the others can wait; who
plans many posts of one creator in a minute draws nearly as many pages.
"""


def take(account: TikTokAccount, call: Call, *, at: datetime | None = None, leave: int = 0) -> None:
    """Count one call that is about to be made, now or `at` a later instant. Raises Paced, with nothing counted.

    With `leave`, only where so many more would fit besides. Nearly always there is room, and one statement does; at
    the edge the exact log is read under the lane's lock.
    """
    if at is None and take_all([account.pk], call, leave=1 if call == Call.INIT else leave):
        return
    with transaction.atomic():
        lane = _lane(account)
        now = database_now()
        when = at or now
        known = sorted(each for each in getattr(lane, call) if each > min(now, when) - WINDOW)
        near = [each for each in known if abs(each - when) < WINDOW]
        room = LIMITS[call] - leave
        if len(near) >= room:
            raise Paced(near[-room] + WINDOW)
        known = sorted([*known, when])
        columns: dict[str, Any] = {call.value: known}
        if call == Call.INIT:
            full = len(near) + 1 >= LIMITS[call]
            columns["starts_at"] = sorted([*near, when])[0] + WINDOW if full else None
        Lane.objects.filter(workspace_id=account.workspace_id, pk=lane.pk).update(**columns)


TAKE_ALL = """
UPDATE scheduler_lane AS lane SET {log} = recent.kept || clock_timestamp()
FROM (
    SELECT own.id, ARRAY(
        SELECT each FROM unnest(own.{log}) AS each WHERE each > clock_timestamp() - %(window)s ORDER BY each
    ) AS kept
    FROM scheduler_lane AS own WHERE own.kind = 'calls' AND own.account_id = ANY(%(accounts)s)
    ORDER BY own.id FOR UPDATE OF own
) AS recent
WHERE lane.id = recent.id AND cardinality(recent.kept) < %(limit)s
RETURNING lane.account_id
"""


def take_all(account_ids: Collection[UUID], call: Call, *, leave: int = 0) -> set[UUID]:
    """Count one call that is about to be made for each of these accounts; returns those for whom there was room.

    With `leave`, only where so many more would fit besides: the last init of a minute makes its lane wait (`take`).
    """
    parameters: dict[str, Any] = {
        "window": WINDOW,
        "accounts": list(account_ids),
        "limit": LIMITS[call] - leave,
    }
    with connection.cursor() as cursor:
        cursor.execute(TAKE_ALL.format(log=call.value), parameters)
        return {row[0] for row in cursor}


def _lane(account: TikTokAccount) -> Lane:
    """The account's lane, locked. A refused page call may come before any post made it."""
    lanes = Lane.objects.filter(workspace_id=account.workspace_id, account=account, kind=LaneKind.CALLS)
    lane: Lane | None = lanes.select_for_update(of=("self",)).first()
    if lane is None:
        Lane.objects.bulk_create(
            [Lane(workspace_id=account.workspace_id, account=account, kind=LaneKind.CALLS)],
            ignore_conflicts=True,
        )
        lane = lanes.select_for_update(of=("self",)).get()
    return lane
