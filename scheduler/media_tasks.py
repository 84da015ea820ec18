"""Thin Celery wrappers for media: one check, and the sweep that finds what was left."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from uuid import UUID

from celery import shared_task
from django.core.cache import cache
from django.db import transaction
from redis.exceptions import RedisError

from accounts.tasks import Queue, SweepTask, WorkspaceTask, worthless_after
from accounts.tenancy import CrossTenant, cross_tenant
from scheduler import ahead, media, uploads
from scheduler.media import frames

if TYPE_CHECKING:
    from scheduler.models import Media, Post

logger = logging.getLogger(__name__)

FRAME_SECONDS = 60
"""For so long a wake-up to draw a frame waits, and nobody sends another."""

SWEEP_SECONDS = 15  # as often as beat wakes it; a message that nobody took by then is sent anew


@shared_task(base=WorkspaceTask, waits_in=Queue.MEDIA, name="scheduler.check_media")
def check_media(*, workspace_id: str, media_id: str) -> None:
    """Look at one uploaded file."""
    media.check(UUID(media_id))


@shared_task(base=WorkspaceTask, waits_in=Queue.MEDIA, name="scheduler.draw_frame")
def draw_frame(*, workspace_id: str, media_id: str, at_ms: int) -> None:
    """Draw the frame of one video that is the cover of a post."""
    frames.draw(UUID(media_id), at_ms)


@shared_task(base=SweepTask, waits_in=Queue.UPKEEP, name="scheduler.look_after_media")
def look_after_media() -> None:
    """Wake the checks whose wake-up was lost or whose worker died, and remove what nobody came back for, or wants."""
    with cross_tenant(CrossTenant.MEDIA_SWEEP):
        waiting = media.waiting_for_check()
        uploads.remove_expired()
        media.remove_abandoned_parts()
        ahead.remove_old()
    for workspace_id, media_id in waiting:
        check_media.apply_async(
            kwargs={"workspace_id": str(workspace_id), "media_id": str(media_id)},
            expires=worthless_after(SWEEP_SECONDS),
        )
    with cross_tenant(CrossTenant.MEDIA_SWEEP):
        media.clear_away_removed()


def wake_check(row: Media) -> None:
    """Have the file checked as soon as this is committed; a broker that is down only delays it to the sweep."""
    names = {"workspace_id": str(row.workspace_id), "media_id": str(row.pk)}
    transaction.on_commit(lambda: check_media.delay(**names), robust=True)


def wake_frame(post: Post) -> None:
    """Have its cover drawn, where it chose one, as soon as this is committed."""
    if post.media_id and post.cover_timestamp_ms is not None:
        wake_drawing(post.workspace_id, post.media_id, post.cover_timestamp_ms)


def wake_drawing(workspace_id: UUID, media_id: UUID, at_ms: int) -> None:
    """Likewise by its names, once in a while however many look at it; whoever looks later asks again."""
    names = {"workspace_id": str(workspace_id), "media_id": str(media_id), "at_ms": at_ms}
    if _is_first_to_ask(media_id, at_ms):
        expires = worthless_after(FRAME_SECONDS)
        transaction.on_commit(lambda: draw_frame.apply_async(kwargs=names, expires=expires), robust=True)


def _is_first_to_ask(media_id: UUID, at_ms: int) -> bool:
    """Without the cache there is no broker either, and nobody to draw it."""
    try:
        return bool(cache.add(f"frame:{media_id}:{at_ms}", 1, FRAME_SECONDS))
    except RedisError as error:
        logger.warning("No frame of media %s is drawn now: %s", media_id, error)
        return False
