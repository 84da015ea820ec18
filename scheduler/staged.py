"""A post in the hands of the clock: everything at hand that its one last request needs.

What is not, or no longer, fit to be committed is given back to the ordinary steps, which see why from the record.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from accounts.tenancy import CrossTenant, cross_tenant
from scheduler import ahead, files
from scheduler.clock import Clock, database_now
from scheduler.lease import Lease
from scheduler.models import Post, PublishAttempt
from scheduler.outcomes import meet
from scheduler.pulling import init_of
from scheduler.pulls import files_of
from scheduler.recovery import after_crash
from scheduler.staging import plan_of
from scheduler.standing import is_ready
from scheduler.states import OPEN_STAGES, Way
from scheduler.transitions import LostRace
from scheduler.work import Work
from tiktok.client.secret import Secret
from tiktok.vault import open_on

if TYPE_CHECKING:
    from scheduler.lanes import WakeUp
    from tiktok.client.aio import AsyncTikTokClient
    from tiktok.client.errors import TikTokError

logger = logging.getLogger(__name__)

IN_MEMORY = 64 * 1024
"""Bytes of a last chunk that is read before its instant; with thousands held at once, larger ones are not."""

GIVE_BACK = """
UPDATE scheduler_post AS post
SET next_step_at = clock_timestamp(), next_step = CASE
    WHEN %(at_once)s THEN post.next_step
    WHEN post.status = 'publishing' THEN 'ask'
    ELSE 'start'
END
FROM (
    SELECT held.id FROM scheduler_post AS held
    JOIN unnest(%(posts)s::uuid[], %(fences)s::bigint[]) AS lease (id, fence)
        ON held.id = lease.id AND held.fence = lease.fence
    ORDER BY held.id FOR UPDATE OF held
) AS mine
WHERE post.id = mine.id
"""


Send = Callable[[], Awaitable[Any]]
"""The call that posts, with all done ahead that needs no connection."""


@dataclass
class Staged:
    """One post, its lease, and its one call."""

    lease: Lease
    post: Post
    attempt: PublishAttempt
    upload_url: Secret | None
    send: Send
    generation: int = 0
    """Of the tokens that an init is made with; a chunk carries none."""

    @property
    def due_at(self) -> datetime:
        assert self.post.due_at is not None
        return self.post.due_at

    @property
    def by_upload(self) -> bool:
        return self.attempt.way == Way.UPLOAD


def load(wake_ups: Sequence[WakeUp], client: AsyncTikTokClient) -> list[Staged]:
    """Take the leases and read what is needed; in a thread. Returns the posts that are ready, by due time."""
    with cross_tenant(CrossTenant.COMMIT):
        ready = _with_last_chunk(_take_ready(wake_ups))
        return [staged for staged in (load_one(lease, attempt, client) for lease, attempt in ready) if staged]


def give_back(posts: Iterable[Staged], *, at_once: bool) -> None:
    """Leave the posts to others: to another clock at once, or to the ordinary steps."""
    with cross_tenant(CrossTenant.COMMIT):
        _give_back([staged.lease for staged in posts], at_once=at_once)


def hold_all(wake_ups: Sequence[WakeUp], error: TikTokError) -> None:
    """Nothing can be sent from here at all: each post meets the error as it would in an ordinary step."""
    with cross_tenant(CrossTenant.COMMIT):
        ready, clock = _take_ready(wake_ups), Clock.measure()
        for lease, attempt in ready:
            try:
                meet(Work(lease, clock, attempt.post, files_of(attempt.post)[0], attempt), error)
            except LostRace as lost:
                logger.info("not held: %s", lost)


def _take_ready(wake_ups: Sequence[WakeUp]) -> list[tuple[Lease, PublishAttempt]]:
    """Take the leases; the posts that are ready, while the others are given back: some are even committed."""
    leases = Lease.take_all(wake_ups)
    attempts = _attempts(leases)
    now = database_now()
    ready, others = [], []
    for post_id, lease in leases.items():
        attempt = attempts.get(post_id)
        if attempt is not None and is_ready(attempt.post, attempt, now):
            ready.append((lease, attempt))
        else:
            others.append(lease)
    _give_back(others, at_once=False)
    return ready


def _with_last_chunk(ready: list[tuple[Lease, PublishAttempt]]) -> list[tuple[Lease, PublishAttempt]]:
    """Those whose last chunk is on this machine; the others are put off while theirs comes from its bucket."""
    if files.is_local():
        return ready
    spans = {attempt.pk: _last_span(attempt) for _, attempt in ready if attempt.way == Way.UPLOAD}
    missing = ahead.fetch_all(spans.values())
    for lease, attempt in ready:
        if spans.get(attempt.pk) in missing:
            after_crash(lease)
    return [(lease, attempt) for lease, attempt in ready if spans.get(attempt.pk) not in missing]


def _last_span(attempt: PublishAttempt) -> ahead.Span:
    plan, media = plan_of(attempt), attempt.post.media
    assert media is not None
    return ahead.Span(media.storage_key, *plan.span(plan.last_index))


def _give_back(leases: Sequence[Lease], *, at_once: bool) -> None:
    if not leases:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            GIVE_BACK,
            {
                "posts": [lease.post_id for lease in leases],
                "fences": [lease.fence for lease in leases],
                "at_once": at_once,
            },
        )


def _attempts(leases: dict[UUID, Lease]) -> dict[UUID, PublishAttempt]:
    rows = PublishAttempt.objects.filter(post_id__in=leases, stage__in=OPEN_STAGES)
    return {row.post_id: row for row in rows.select_related("post__media", "post__account")}


def load_one(lease: Lease, attempt: PublishAttempt, client: AsyncTikTokClient) -> Staged | None:
    """What one post's request needs. One post's trouble, a file or a key that is gone, is its own: it is put off."""
    try:
        return _staged(lease, attempt, client)
    except LostRace as lost:
        logger.info("not committed: %s", lost)
    except Exception:
        logger.exception("post %s can't be made ready for its instant; it is put off", lease.post_id)
        after_crash(lease)
    return None


def _staged(lease: Lease, attempt: PublishAttempt, client: AsyncTikTokClient) -> Staged | None:
    if attempt.way == Way.PULL:
        init = init_of(lease, attempt, client)
        return Staged(lease, attempt.post, attempt, None, init.send, init.generation) if init else None
    url = open_on(attempt, "upload_url")
    return Staged(lease, attempt.post, attempt, url, _last_chunk(attempt, url, client))


def _last_chunk(attempt: PublishAttempt, url: Secret, client: AsyncTikTokClient) -> Send:
    """The PUT of the last chunk; staged it is small (design 4.3), and a small one is in memory before the instant.

    So is one that no disk of this machine has.
    """
    plan, media, span = plan_of(attempt), attempt.post.media, _last_span(attempt)
    assert media is not None
    body = files.blocks(*span)
    in_memory = span.last - span.first < IN_MEMORY or not files.is_at_hand(*span)
    ready = b"".join(body) if in_memory else body
    return client.ready_chunk(url, plan, plan.last_index, ready, media.content_type)
