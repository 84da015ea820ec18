"""Thin Celery wrappers: a tick that claims what is due, and a step that is taken under the claim's fence.

A message may be lost or doubled without harm: the row is due again when its lease ends, and a fence is used once.
So none has Celery's `expires`, by which a worker whose clock is ahead throws good ones away: the fence tells. Steps,
which come one by one, say besides when their lease is over by the database's clock. Were workers behind by more than
a lease, and had they to ask the fence of each message that outlived its own, they would get to nothing else.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator, Sequence
from uuid import UUID

from celery import shared_task
from celery.contrib.django.task import DjangoTask

from accounts import clock
from accounts.crashpoints import crashpoint
from accounts.tasks import Queue, SweepTask, WorkspaceTask
from scheduler import commit, dispatch, notices, polling, publishing, restores
from scheduler.analytics.tasks import count_numbers
from scheduler.clock import Clock
from scheduler.lanes import Hold, WakeUp
from scheduler.lease import Lease
from scheduler.media_tasks import check_media, look_after_media
from scheduler.recovery import after_crash
from scheduler.schedule import LEASE
from scheduler.states import LaneKind, NextStep
from scheduler.transitions import LostRace
from scheduler.upkeep import look_after_publishing

__all__ = [
    "ask_about",
    "check_media",
    "commit_posts",
    "count_numbers",
    "dispatch_due",
    "look_after_media",
    "look_after_publishing",
    "take_step",
    "tell_owner",
    "wake_post",
]

logger = logging.getLogger(__name__)


COMMITS, QUESTIONS = 250, 100
"""Posts of one message, of the two kinds that go in chunks (design 4.4)."""


@shared_task(base=SweepTask, waits_in=Queue.DISPATCH, name="scheduler.dispatch_due")
def dispatch_due() -> None:
    """Claim what is due and wake somebody for each; again as long as there is more than one claim takes."""
    if not restores.check():
        return
    due = dispatch.look()
    while due.commits and (wake_ups := dispatch.claim_commits()):
        _enqueue(wake_ups)
    for kind in due.lanes:
        while wake_ups := dispatch.claim_lanes(kind):
            _enqueue(wake_ups)


@shared_task(base=SweepTask, waits_in=Queue.DISPATCH, name="scheduler.wake_post")
def wake_post(post_id: str) -> None:
    """Wake what is next for one post's account, if it is due: a click need not wait for the next tick."""
    if restores.check():
        _enqueue(dispatch.claim_post(UUID(post_id)))


@shared_task(base=WorkspaceTask, waits_in=Queue.PUBLISH, name="scheduler.take_step")
def take_step(*, workspace_id: str, wake_up: Told, lease_ends: float = math.inf) -> None:
    """Take the next step of one post, then let its account's next one go on; not after `lease_ends`, epoch seconds."""
    if clock.database_time() > lease_ends:
        return  # its lane is due again, and somebody woken anew
    woken = read(wake_up)
    lease = Lease.take(woken)
    if lease is None:
        return  # delivered twice, or overtaken: whoever has the row does the work
    crashpoint("claimed")
    try:
        publishing.take_step(lease, Clock.measure())
    except LostRace as lost:
        logger.info("step given up: %s", lost)
    except Exception:
        after_crash(lease)
        raise
    finally:
        lease.leave_lane()
    if restores.check():
        if woken.step == NextStep.SEND:
            _enqueue(dispatch.claim_lanes(LaneKind.SENDS))  # whose turn it is, before its own next slice
        _enqueue(dispatch.claim_post(woken.post_id))


@shared_task(base=DjangoTask, waits_in=Queue.COMMIT, name="scheduler.commit_posts")
def commit_posts(wake_ups: list[Told]) -> None:
    """Hold these posts to their instants and publish them, on the event loop of this process."""
    commit.begin([read(told) for told in wake_ups])


@shared_task(base=DjangoTask, waits_in=Queue.POLL, name="scheduler.ask_about")
def ask_about(wake_ups: list[Told]) -> None:
    """Ask TikTok about these posts, on the event loop of this process."""
    polling.begin([read(told) for told in wake_ups])


@shared_task(base=WorkspaceTask, waits_in=Queue.UPKEEP, name="scheduler.tell_owner")
def tell_owner(*, workspace_id: str, event_id: str) -> None:
    """Mail the person who agreed to a post about a change that needs them."""
    notices.tell_owner(UUID(event_id))


def _enqueue(wake_ups: Sequence[WakeUp]) -> None:
    commits = [wake_up for wake_up in wake_ups if wake_up.step == NextStep.COMMIT]
    questions = [wake_up for wake_up in wake_ups if wake_up.step == NextStep.ASK]
    for chunk in batched(commits, COMMITS):
        commit_posts.delay(chunk)
    for chunk in batched(questions, QUESTIONS):
        ask_about.delay(chunk)
    # May ask the database, so the commits are sent first.
    lease_ends = clock.database_time() + LEASE.total_seconds()
    for wake_up in wake_ups:
        if wake_up.step not in {NextStep.COMMIT, NextStep.ASK}:
            take_step.apply_async(
                kwargs={
                    "workspace_id": str(wake_up.workspace_id),
                    "wake_up": tell(wake_up),
                    "lease_ends": lease_ends,
                },
                queue=Queue.UPLOAD if wake_up.step == NextStep.SEND else Queue.PUBLISH,
            )


def batched(wake_ups: Sequence[WakeUp], size: int) -> Iterator[list[Told]]:
    for start in range(0, len(wake_ups), size):
        yield [tell(wake_up) for wake_up in wake_ups[start : start + size]]


Told = list[str | int]
"""A wake-up as a message: workspace, post, fence, step, then lane and its counter, which a commit lacks."""


def tell(wake_up: WakeUp) -> Told:
    told: Told = [str(wake_up.workspace_id), str(wake_up.post_id), wake_up.fence, str(wake_up.step)]
    return [*told, str(wake_up.hold.lane_id), wake_up.hold.fence] if wake_up.hold else told


def read(told: Told) -> WakeUp:
    workspace, post, fence, step, *lane = told
    post_id = UUID(str(post))
    hold = Hold(UUID(str(lane[0])), post_id, int(lane[1])) if lane else None
    return WakeUp(UUID(str(workspace)), post_id, int(fence), NextStep(str(step)), hold)
