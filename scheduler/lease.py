"""A worker's hold on one post: taken for a short time, renewed while it works, worthless once the fence moves.

The fence is the number under which a worker may write. Whoever claims the row, or changes it as a person, raises
it; a worker that was paused, cut off or overtaken then matches no row and must stop. Where the step runs in an
account's lane, the lane is held with it.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection

from scheduler import lanes
from scheduler.lanes import Hold, WakeUp
from scheduler.models import ClockTimestamp, Post
from scheduler.schedule import LEASE, RENEW_EVERY
from scheduler.transitions import LostRace

# Locked in order of ids, as everybody does who changes many, so that no two wait for each other in a circle.
TAKE_ALL = """
UPDATE scheduler_post AS post SET fence = post.fence + 1, next_step_at = clock_timestamp() + %(lease)s
FROM (
    SELECT claimed.id FROM scheduler_post AS claimed
    JOIN unnest(%(posts)s::uuid[], %(fences)s::bigint[]) AS wake_up (id, fence)
        ON claimed.id = wake_up.id AND claimed.fence = wake_up.fence AND claimed.next_step_at IS NOT NULL
    ORDER BY claimed.id FOR UPDATE OF claimed
) AS mine
WHERE post.id = mine.id
RETURNING post.id
"""

RENEW_ALL = """
UPDATE scheduler_post AS post SET next_step_at = clock_timestamp() + %(lease)s
FROM (
    SELECT held.id FROM scheduler_post AS held
    JOIN unnest(%(posts)s::uuid[], %(fences)s::bigint[]) AS lease (id, fence)
        ON held.id = lease.id AND held.fence = lease.fence AND held.next_step = 'commit'
    ORDER BY held.id FOR UPDATE OF held
) AS mine
WHERE post.id = mine.id
"""


@dataclass
class Lease:
    """The right to take steps for one post. `fence` is what every write must still find in the row."""

    post_id: UUID
    fence: int
    lane: Hold | None = None
    renewed_at: float = field(default_factory=time.monotonic)

    @classmethod
    def take(cls, wake_up: WakeUp) -> Lease | None:
        """Turn a wake-up into a hold; None where the wake-up was doubled, late or overtaken."""
        return cls.take_all([wake_up]).get(wake_up.post_id)

    @classmethod
    def take_all(cls, wake_ups: Sequence[WakeUp]) -> dict[UUID, Lease]:
        """The same for a chunk, in one statement, by post; those that were overtaken are missing, their lanes free."""
        holds = lanes.take([wake_up.hold for wake_up in wake_ups if wake_up.hold])
        ours = [wake_up for wake_up in wake_ups if not wake_up.hold or wake_up.post_id in holds]
        parameters: dict[str, Any] = {
            "posts": [wake_up.post_id for wake_up in ours],
            "fences": [wake_up.fence for wake_up in ours],
            "lease": LEASE,
        }
        with connection.cursor() as cursor:
            cursor.execute(TAKE_ALL, parameters)
            taken = {row[0] for row in cursor}
        if left := [hold for post_id, hold in holds.items() if post_id not in taken]:
            lanes.release(left)
        return {
            wake_up.post_id: cls(wake_up.post_id, wake_up.fence + 1, holds.get(wake_up.post_id))
            for wake_up in ours
            if wake_up.post_id in taken
        }

    @classmethod
    def renew_all(cls, leases: Sequence[Lease]) -> None:
        """Hold on to many, in one statement. Those that were overtaken, or have ended, are left alone."""
        parameters: dict[str, Any] = {
            "posts": [lease.post_id for lease in leases],
            "fences": [lease.fence for lease in leases],
            "lease": LEASE,
        }
        with connection.cursor() as cursor:
            cursor.execute(RENEW_ALL, parameters)

    def renew(self) -> None:
        """Hold on for another lease. Raises LostRace where somebody else has the row, or its lane."""
        if not Post.objects.filter(pk=self.post_id, fence=self.fence).update(
            next_step_at=ClockTimestamp() + LEASE
        ):
            raise LostRace(f"the lease on post {self.post_id} is gone")
        if self.lane and not lanes.renew(self.lane):
            raise LostRace(f"the lane of post {self.post_id} is gone")
        self.renewed_at = time.monotonic()

    def keep_alive(self) -> None:
        """Renew if it is time; cheap enough to call for every block of a file."""
        if time.monotonic() - self.renewed_at > RENEW_EVERY:
            self.renew()

    def leave_lane(self) -> None:
        """Let the next post of the account go on."""
        if self.lane:
            lanes.release([self.lane])
