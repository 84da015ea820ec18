"""A person says that what a post waits for is over: TikTok is asked now, and not when we would have asked again.

Nothing is believed beyond that. Drafts that somebody says are finished stay as they are until TikTok tells; they
count no more towards the five that it takes (`caps.drafts_waiting`). Where TikTok says no again, as of an account that
is not private yet, the post waits again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from scheduler import policies, waking
from scheduler.models import Post
from scheduler.states import EventKind, PostStatus, Reason
from scheduler.transitions import NOTHING, note

if TYPE_CHECKING:
    from accounts.models import User


def try_again(*, post: Post, by: User) -> Post:
    """Ask TikTok about this post now; of what only its creator can mend, about each that waits for it.

    Raises NotPossible.
    """
    with transaction.atomic():
        rows = {row.pk: row for row in _locked(post)}
        row = rows.pop(post.pk)
        policies.check_can_try_again(row)
        if row.hold:
            beside = [each for each in rows.values() if each.hold == row.hold]
            for waiting in (row, *beside):
                _release(waiting, by)
        else:
            waking.wake(row)
            note(row, EventKind.RETRYING, by=by)
    return row


def _locked(post: Post) -> list[Post]:
    """The post, and those of its creator that wait for what they can mend; one order, so that no two block."""
    theirs = Q(hold=Reason.PENDING_SHARES) | Q(hold=Reason.APP_CONFIGURATION, code=policies.PRIVATE_ONLY)
    beside = Q(account=post.account, status=PostStatus.SCHEDULED) & theirs
    rows = Post.objects.filter(Q(pk=post.pk) | beside, workspace_id=post.workspace_id)
    return list(rows.select_for_update(of=("self",)).order_by("pk"))


def _release(row: Post, by: User) -> None:
    was = row.hold
    waking.wake(row, hold="", **NOTHING.columns)
    note(row, EventKind.RELEASED, by=by, reason=was)
