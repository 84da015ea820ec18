"""A worker's hold on one post: taken for a short time, renewed while it works, worthless once the fence moves.

The fence is the number under which a worker may write. Whoever claims the row, or changes it as a person, raises
it; a worker that was paused, cut off or overtaken then matches no row and must stop.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import F

from scheduler.models import ClockTimestamp, Post
from scheduler.schedule import LEASE, RENEW_EVERY
from scheduler.transitions import LostRace


@dataclass
class Lease:
    """The right to take steps for one post. `fence` is what every write must still find in the row."""

    post_id: UUID
    fence: int
    renewed_at: float = field(default_factory=time.monotonic)

    @classmethod
    def take(cls, post_id: UUID, fence: int) -> Lease | None:
        """Turn a wake-up into a hold; None where the wake-up was doubled, late or overtaken."""
        taken = Post.objects.filter(pk=post_id, fence=fence, next_step_at__isnull=False).update(
            fence=F("fence") + 1, next_step_at=ClockTimestamp() + LEASE
        )
        return cls(post_id, fence + 1) if taken else None

    def renew(self) -> None:
        """Hold on for another lease. Raises LostRace where somebody else has the row."""
        if not Post.objects.filter(pk=self.post_id, fence=self.fence).update(
            next_step_at=ClockTimestamp() + LEASE
        ):
            raise LostRace(f"the lease on post {self.post_id} is gone")
        self.renewed_at = time.monotonic()

    def keep_alive(self) -> None:
        """Renew if it is time; cheap enough to call for every block of a file."""
        if time.monotonic() - self.renewed_at > RENEW_EVERY:
            self.renew()
