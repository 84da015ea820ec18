"""What one step works on: the rows as read under the lease, and the database's clock.

Steps write through it, so that every write carries the lease's fence.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db import transaction

from scheduler import pacing
from scheduler.models import Post, PublishAttempt
from scheduler.transitions import LostRace, keep
from tiktok.sessions import AccountSession, client_for

if TYPE_CHECKING:
    from datetime import datetime

    from scheduler.clock import Clock
    from scheduler.lease import Lease
    from scheduler.models import Media
    from scheduler.pacing import Call
    from scheduler.states import NextStep


WORDS = frozenset({"code", "log_id", "tiktok_status"})
WORD = 64
"""The columns for a code, a status and a log id; TikTok promises no length for any of them."""


def clipped(evidence: dict[str, Any]) -> dict[str, Any]:
    """Evidence whose texts fit: a long log id must never keep a status from being saved."""
    return {name: value[:WORD] if name in WORDS else value for name, value in evidence.items()}


@dataclass
class Work:
    """A post under a lease. `attempt` is the one that may still become, or is, a TikTok post; else None."""

    lease: Lease
    clock: Clock
    post: Post
    media: Media
    attempt: PublishAttempt | None

    @property
    def fence(self) -> int:
        return self.lease.fence

    @cached_property
    def tiktok(self) -> AccountSession:
        assert self.post.account is not None
        return client_for(self.post.account)

    @property
    def due_at(self) -> datetime:
        assert self.post.due_at is not None
        return self.post.due_at

    def later(self, delay: timedelta) -> datetime:
        return self.clock.now() + delay

    def keep(self, **columns: Any) -> None:
        """Write the post's columns under the fence. Raises LostRace."""
        keep(self.post, fence=self.fence, **columns)

    def record(
        self,
        *,
        next_step_at: datetime | None = None,
        next_step: NextStep | None = None,
        **evidence: Any,
    ) -> None:
        """Save what is now known of the attempt, under the post's fence, in one transaction.

        Raises LostRace, with nothing written, where the lease was overtaken.
        """
        assert self.attempt is not None
        evidence = clipped(evidence)
        with transaction.atomic():
            if next_step_at is None:
                self.lock()
            else:
                self.keep(
                    next_step_at=next_step_at, troubles=0, **{"next_step": next_step} if next_step else {}
                )
            PublishAttempt.objects.filter(workspace_id=self.post.workspace_id, pk=self.attempt.pk).update(
                **evidence
            )
        for name, value in evidence.items():
            setattr(self.attempt, name, value)

    def paced(self, call: Call, *, at: datetime | None = None) -> AccountSession:
        """The account's session, with one call counted against TikTok's limits. Raises Paced."""
        assert self.post.account is not None
        pacing.take(self.post.account, call, at=at)
        return self.tiktok

    def lock(self) -> None:
        """Hold the post's row until the transaction ends, if it still stands under our fence."""
        mine = Post.objects.select_for_update(of=("self",)).filter(
            workspace_id=self.post.workspace_id, pk=self.post.pk, fence=self.fence
        )
        if not mine.exists():
            raise LostRace(f"post {self.post.pk} was overtaken")
