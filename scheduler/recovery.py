"""A step that raised what nobody expected: the post must neither loop nor be forgotten.

A killed worker needs nothing from here: its lease ends, the row is due, and `publishing` chooses from the record.
"""

from __future__ import annotations

from django.db import transaction

from scheduler import schedule
from scheduler.clock import database_now
from scheduler.lease import Lease
from scheduler.models import Post
from scheduler.states import OPEN_STAGES, EventKind, PostStatus, Reason, Stage
from scheduler.transitions import LostRace, keep, move, note

LARGEST = 32_000
"""What the column of troubles holds."""


def after_crash(lease: Lease) -> None:
    """Put the post further and further away; after too many times before the commit, fail it.

    After the commit intent it is only ever put off: `confirm` asks a person once TikTok has been silent for a day.
    """
    try:
        with transaction.atomic():
            _put_off(Post.objects.select_for_update(of=("self",)).get(pk=lease.post_id), lease.fence)
    except LostRace:
        return  # somebody else has the row already


def _put_off(post: Post, fence: int) -> None:
    troubles, now = post.troubles + 1, database_now()
    if post.status == PostStatus.SCHEDULED and troubles > schedule.MAX_TROUBLES:
        post.attempts.filter(workspace_id=post.workspace_id, stage__in=OPEN_STAGES).update(
            stage=Stage.ABANDONED, ended_at=now
        )
        move(post, PostStatus.FAILED, fence=fence, next_step_at=None, reason=Reason.ENGINE_TROUBLE)
        return
    keep(
        post,
        fence=fence,
        troubles=min(troubles, LARGEST),
        next_step_at=now + schedule.trouble_delay(troubles),
    )
    note(post, EventKind.RETRYING, reason=Reason.ENGINE_TROUBLE)
