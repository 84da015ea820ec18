"""Thin Celery wrappers: a tick that claims what is due, and a step that is taken under the claim's fence.

A message may be lost or doubled without harm: the row is due again when its lease ends, and a fence is used once.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from uuid import UUID

from celery import shared_task

from accounts.crashpoints import crashpoint
from accounts.tasks import Queue, SweepTask, WorkspaceTask
from scheduler import dispatch, notices, publishing
from scheduler.clock import Clock
from scheduler.lease import Lease
from scheduler.media_tasks import check_media, look_after_media
from scheduler.recovery import after_crash
from scheduler.transitions import LostRace

__all__ = ["check_media", "dispatch_due", "look_after_media", "take_step", "tell_owner", "wake_post"]

logger = logging.getLogger(__name__)


@shared_task(base=SweepTask, waits_in=Queue.DISPATCH, name="scheduler.dispatch_due")
def dispatch_due() -> None:
    """Claim what is due and wake a worker for each."""
    for wake_up in dispatch.claim_due():
        _enqueue(wake_up)


@shared_task(base=SweepTask, waits_in=Queue.DISPATCH, name="scheduler.wake_post")
def wake_post(post_id: str) -> None:
    """Wake one post now, if it is due: a click need not wait for the next tick."""
    if wake_up := dispatch.claim_post(UUID(post_id)):
        _enqueue(wake_up)


@shared_task(base=WorkspaceTask, waits_in=Queue.PUBLISH, name="scheduler.take_step")
def take_step(*, workspace_id: str, post_id: str, fence: int) -> None:
    """Take the next step of one post."""
    lease = Lease.take(UUID(post_id), fence)
    if lease is None:
        return  # delivered twice, or overtaken: whoever has the row does the work
    crashpoint("claimed")
    try:
        publishing.take_step(lease, Clock.measure())
    except LostRace as lost:
        logger.info("step given up: %s", lost)
        return
    except Exception:
        after_crash(lease)
        raise
    wake_post.delay(post_id)


@shared_task(base=WorkspaceTask, waits_in=Queue.UPKEEP, name="scheduler.tell_owner")
def tell_owner(*, workspace_id: str, event_id: str) -> None:
    """Mail the person who agreed to a post about a change that needs them."""
    notices.tell_owner(UUID(event_id))


def _enqueue(wake_up: dispatch.WakeUp) -> None:
    take_step.apply_async(
        kwargs={
            "workspace_id": str(wake_up.workspace_id),
            "post_id": str(wake_up.post_id),
            "fence": wake_up.fence,
        },
        queue=Queue.UPLOAD if wake_up.uploads else Queue.PUBLISH,
        expires=timedelta(minutes=10).total_seconds(),
    )
