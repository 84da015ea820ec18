"""A step that raised what nobody expected: the post must neither loop nor be forgotten.

A killed worker needs nothing from here: its lease ends, the row is due, and `publishing` chooses from the record.
"""

from __future__ import annotations

from django.db import transaction

from scheduler import schedule
from scheduler.clock import database_now
from scheduler.lease import Lease
from scheduler.models import Post
from scheduler.states import EventKind, PostStatus, Reason
from scheduler.transitions import LostRace, keep, move, note

GIVE_UP_AFTER = 5


def after_crash(lease: Lease) -> None:
    """Put the post further and further away; after some times before the commit fail it, after it ask a person."""
    try:
        with transaction.atomic():
            _put_off(Post.objects.select_for_update(of=("self",)).get(pk=lease.post_id), lease.fence)
    except LostRace:
        return  # somebody else has the row already


def _put_off(post: Post, fence: int) -> None:
    troubles, now = post.troubles + 1, database_now()
    if troubles < GIVE_UP_AFTER or post.status not in {PostStatus.SCHEDULED, PostStatus.PUBLISHING}:
        keep(post, fence=fence, troubles=troubles, next_step_at=now + schedule.trouble_delay(troubles))
        note(post, EventKind.RETRYING, reason=Reason.ENGINE_TROUBLE)
    elif post.status == PostStatus.SCHEDULED:
        move(post, PostStatus.FAILED, fence=fence, next_step_at=None, reason=Reason.ENGINE_TROUBLE)
    else:
        move(post, PostStatus.NEEDS_CHECK, fence=fence, next_step_at=None, reason=Reason.OUTCOME_UNKNOWN)
