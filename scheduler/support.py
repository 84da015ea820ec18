"""What support may do to a customer's post: have it looked at sooner, take it off the schedule, hand it to a person.

Each is asked for with a reason, and on record for the owner of the workspace. None is more hopeful than the evidence:
nothing here agrees to a post, sends one, or says that it is out; that stays with the people of its workspace (R-76).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from accounts import audit
from scheduler import authoring, waking
from scheduler.asking import WATCH_EVERY
from scheduler.clock import database_now
from scheduler.models import Post, PublishAttempt
from scheduler.policies import NotPossible
from scheduler.states import OPEN_STAGES, EventKind, PostStatus, Reason
from scheduler.transitions import move, note

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User

ANSWER_MAY_COME = timedelta(minutes=10)
"""How long after the commit intent a worker may wait for TikTok's answer; raising the fence then would lose it."""

ASKED_ABOUT_OPEN = frozenset({PostStatus.PUBLISHING, PostStatus.IN_INBOX, PostStatus.NEEDS_CHECK})


def check_can_wake(post: Post, attempt: PublishAttempt | None, now: datetime) -> None:
    """`attempt` is the one that may still become a post. Raises NotPossible where there is nothing to look at."""
    if post.status in ASKED_ABOUT_OPEN:
        if not _was_sent(attempt):
            raise NotPossible(
                "Nothing of this post may be at TikTok by our record, so there is nothing to ask."
            )
        if post.status == PostStatus.PUBLISHING:
            _check_answer_is_over(attempt, now)
    elif post.status == PostStatus.PUBLISHED:
        if post.next_step_at is None:
            raise NotPossible("This post is published, and TikTok is asked nothing more about it.")
    elif post.status != PostStatus.SCHEDULED:
        raise NotPossible("This post is not on the schedule, so the engine has no next step for it.")


def check_can_hold(post: Post) -> None:
    """Raises NotPossible unless the post would still go out."""
    if post.status == PostStatus.PUBLISHING:
        raise NotPossible("Too late to hold: the post is on its way to TikTok.")
    if post.status != PostStatus.SCHEDULED:
        raise NotPossible("This post is not on the schedule, so there is nothing to hold.")


def check_can_mark_needs_check(post: Post, attempt: PublishAttempt | None, now: datetime) -> None:
    """Raises NotPossible unless the outcome may be unknown: on its way, unanswered, and no worker at it any more.

    Where the record has no trace of what was sent, only a person can end the wait.
    """
    if post.status != PostStatus.PUBLISHING:
        raise NotPossible(
            "A person can be asked only about a post that was sent and whose outcome is unknown."
        )
    _check_answer_is_over(attempt, now)


def wake(*, post: Post, by: User, why: str) -> Post:
    """Have the engine take the post's next step now; which one it is, the record alone says. Raises NotPossible.

    Nothing goes out before its time by this, and a hold ends only where its cause has.
    """
    with transaction.atomic():
        row, attempt = _locked(post)
        check_can_wake(row, attempt, database_now())
        waking.wake(row)
        note(row, EventKind.RETRYING, by=by)
        _record("post.woken_by_support", row, by, why)
    return row


def hold(*, post: Post, by: User, why: str) -> Post:
    """Take the post off the schedule: a draft, which goes out once somebody of its workspace agrees to it again.

    The engine's own holds end by themselves once their cause has, so none of them would last. Raises NotPossible.
    """
    with transaction.atomic():
        row, _ = _locked(post)
        check_can_hold(row)
        _record("post.held_by_support", row, by, why)
        return authoring.move_to_drafts(post=row, by=by)


def mark_needs_check(*, post: Post, by: User, why: str) -> Post:
    """Stop waiting for TikTok alone: a person of the workspace decides on the evidence. Raises NotPossible.

    TikTok is asked all the same, now and then, and its word settles it (`asking`); the owner is told by mail.
    """
    with transaction.atomic():
        row, attempt = _locked(post)
        now = database_now()
        check_can_mark_needs_check(row, attempt, now)
        move(
            row,
            PostStatus.NEEDS_CHECK,
            fence=row.fence,
            raise_fence=True,
            by=by,
            next_step_at=now + WATCH_EVERY if _was_sent(attempt) else None,
            reason=Reason.OUTCOME_UNKNOWN,
            attempt=attempt,
        )
        _record("post.marked_needs_check_by_support", row, by, why)
    return row


def open_attempt(post: Post) -> PublishAttempt | None:
    """The one attempt that may still become a post, as the database holds it."""
    rows = PublishAttempt.objects.filter(workspace_id=post.workspace_id, post=post, stage__in=OPEN_STAGES)
    found: PublishAttempt | None = rows.defer("upload_url").first()
    return found


def _locked(post: Post) -> tuple[Post, PublishAttempt | None]:
    rows = Post.objects.select_for_update(of=("self",))
    row = rows.get(workspace_id=post.workspace_id, pk=post.pk)
    return row, open_attempt(row)


def _was_sent(attempt: PublishAttempt | None) -> datetime | None:
    return attempt.commit_intent_at if attempt else None


def _check_answer_is_over(attempt: PublishAttempt | None, now: datetime) -> None:
    sent = _was_sent(attempt)
    if sent and now - sent < ANSWER_MAY_COME:
        raise NotPossible(
            "It left for TikTok a moment ago, and a worker may still wait for the answer. "
            "Ten minutes after it left, this is possible."
        )


def _record(action: str, row: Post, by: User, why: str) -> None:
    audit.record(action=action, by=by, target=row, detail={"why": why})
