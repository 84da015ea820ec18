"""The byte that posts, offered once more to many uploads together.

A clock that died in a burst leaves hundreds of intents whose last chunk TikTok never got. One step each would keep a
worker's threads busy for minutes; here they go out side by side, as they did the first time. Whether TikTok lacks the
chunk, and still takes it, says `confirm`; the upload is the same, so it can become one post only (design 4.2).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from scheduler import commit, confirm, evidence
from scheduler.staged import Staged, load_one
from scheduler.transitions import LostRace

if TYPE_CHECKING:
    from scheduler.clock import Clock
    from scheduler.clockwork import Clockwork
    from scheduler.evidence import Answered
    from scheduler.work import Work
    from tiktok.client.aio import AsyncTikTokClient
    from tiktok.client.types import PublishStatus

logger = logging.getLogger(__name__)


def prepare(work: Work, told: PublishStatus, client: AsyncTikTokClient) -> Staged | None:
    """Hold on to the post for the time of a request, and read what that needs; None where it is not ours any more."""
    assert work.attempt is not None
    try:
        work.lease.renew()
    except LostRace as lost:
        logger.info("not sent again: %s", lost)
        return None
    if staged := load_one(work.lease, work.attempt, client):
        confirm.note_resumed(work, told)
    return staged


async def send_all(loop: Clockwork, clock: Clock, posts: Sequence[Staged]) -> None:
    """Send the last chunk of each, and keep what is answered."""
    answers: asyncio.Queue[Answered] = asyncio.Queue()
    sending = [commit.send(clock, staged, answers) for staged in posts]
    await asyncio.gather(evidence.keep(loop, answers, len(posts)), *sending)
