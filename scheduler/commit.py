"""The one time-critical path: hold posts to their instant, record the intents, send what posts, record the answers.

Posts come in chunks (design 4.4). Until the intent's transaction ends, an edit, a cancel, a hold, a pause or a
disconnect wins. After it, a post may be live whatever else is known, and only TikTok's word about its `publish_id`
says more: whatever is answered here, or not, `confirm` asks.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError

from accounts.crashpoints import crashpoint
from scheduler import crowd, evidence, intents, schedule
from scheduler.clock import Clock
from scheduler.clockwork import Clockwork, Stopping, clockwork
from scheduler.evidence import Answered
from scheduler.lease import Lease
from scheduler.schedule import RENEW_EVERY
from scheduler.staged import Staged, give_back, hold_all, load
from tiktok.client.errors import NoAnswer, TikTokError
from tiktok.wiring import NotConfigured, async_api_client

if TYPE_CHECKING:
    from scheduler.lanes import WakeUp
    from tiktok.client.aio import AsyncTikTokClient

logger = logging.getLogger(__name__)

SAME_INSTANT = timedelta(milliseconds=20)
"""Posts due within this share one intent; each is still sent at its own instant."""

GROUP = 500
"""Posts of one intent at most, so that no transaction is long."""

WARM_FOR = 2.0
"""Seconds for opening connections: one that is slow in coming makes no post late."""


def begin(wake_ups: Sequence[WakeUp]) -> None:
    """Take these posts in hand and return at once; they are held and sent by this process's event loop."""
    clockwork().spawn(commit_all(clockwork(), wake_ups))


def commit_all(work: Clockwork, wake_ups: Sequence[WakeUp]) -> Coroutine[Any, Any, None]:
    """Publish what is still to be published of a chunk, each post at its instant."""
    try:
        client = async_api_client(work.transport)
    except NotConfigured as error:
        return _hold_all(work, wake_ups, error)
    return _commit_all(work, client, wake_ups)


async def _hold_all(work: Clockwork, wake_ups: Sequence[WakeUp], error: NotConfigured) -> None:
    await work.in_thread(lambda: hold_all(wake_ups, error))


async def _commit_all(work: Clockwork, client: AsyncTikTokClient, wake_ups: Sequence[WakeUp]) -> None:
    clock, posts = await work.in_thread(lambda: (Clock.measure(), load(wake_ups, client)))
    await asyncio.gather(*(_publish(work, clock, client, group) for group in by_instant(posts)))


def by_instant(posts: Iterable[Staged]) -> list[list[Staged]]:
    """Posts that are due together, in groups."""
    groups: list[list[Staged]] = []
    for post in sorted(posts, key=lambda staged: staged.due_at):
        last = groups[-1] if groups else []
        if last and post.due_at - last[0].due_at <= SAME_INSTANT and len(last) < GROUP:
            last.append(post)
        else:
            groups.append([post])
    return groups


async def _publish(work: Clockwork, clock: Clock, client: AsyncTikTokClient, group: list[Staged]) -> None:
    """One group: open connections, intend, hold, send, record."""
    due_at = group[0].due_at
    try:
        with crowd.at(due_at, len(group)):
            await work.until(clock, due_at - schedule.WARM_LEAD)
            await _warm(client, group)
            await work.until_moving(clock, lambda: due_at - schedule.intent_lead(crowd.around(due_at)))
    except Stopping:
        await work.in_thread(lambda: give_back(group, at_once=True))
        return
    intended = await work.in_thread(lambda: intents.record(group, clock))
    crashpoint("commit_intent")
    renewing = asyncio.create_task(_renew(work, [post.lease for post in intended]))
    answers: asyncio.Queue[Answered] = asyncio.Queue()
    try:
        sending = [send(clock, post, answers) for post in intended]
        await asyncio.gather(evidence.keep(work, answers, len(intended)), *sending)
    finally:
        renewing.cancel()  # whatever happened: a lease that is renewed without end would hide its post for good


async def _renew(work: Clockwork, leases: list[Lease]) -> None:
    """A slow answer is still an answer: nobody else asks while we wait for it."""
    while True:
        await asyncio.sleep(RENEW_EVERY)
        try:
            await work.in_thread(lambda: Lease.renew_all(leases))
        except DatabaseError as error:
            logger.warning("leases of %d posts were not renewed: %s", len(leases), error)


async def _warm(client: AsyncTikTokClient, group: list[Staged]) -> None:
    """Open connections if that is possible; where it is not, the requests themselves will tell."""
    uploads = [post.upload_url for post in group if post.upload_url is not None]
    try:
        async with asyncio.timeout(WARM_FOR):
            if uploads:
                await client.warm_uploads(uploads[0], len(uploads))
            if len(uploads) < len(group):
                await client.warm_calls(len(group) - len(uploads))
    except (TikTokError, TimeoutError) as error:
        logger.warning("connections for %d posts were not opened ahead: %r", len(group), error)


async def send(clock: Clock, post: Staged, answers: asyncio.Queue[Answered]) -> None:
    """Send the request that posts, and keep whatever TikTok answers. The intent is on record: no way back."""
    while clock.now() < post.due_at:
        await _hold(clock, post.due_at)
    try:
        reply = await post.send()
    except TikTokError as error:
        await answers.put(Answered(post, clock.now(), error=error))
        return
    except Exception as error:  # a file that vanished: TikTok is asked how much of it it has
        logger.exception("the request that posts broke off; post %s", post.post.pk)
        await answers.put(Answered(post, clock.now(), error=NoAnswer(type(error).__name__)))
        return
    crashpoint("last_chunk_sent")
    await answers.put(Answered(post, clock.now(), reply=reply))


async def _hold(clock: Clock, instant: datetime) -> None:
    """Like `Clockwork.until`, but once intended a post goes out even while the process is stopping."""
    left = (instant - clock.now()).total_seconds()
    await asyncio.sleep(max(0.0, left - 0.001))
