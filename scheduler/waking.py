"""Bringing a post's next step forward to now, for a person who will not wait for the tick.

Which step that is, the record alone says: nothing goes out before its time by this.
"""

from __future__ import annotations

from typing import Any

from scheduler.clock import database_now
from scheduler.models import Post
from scheduler.signals import post_woken
from scheduler.transitions import keep


def wake(row: Post, **columns: Any) -> None:
    """`row` is locked. Whatever a worker was about to do with it finds that it lost."""
    keep(row, fence=row.fence, raise_fence=True, next_step_at=database_now(), **columns)
    post_woken.send(sender=Post, post=row)
