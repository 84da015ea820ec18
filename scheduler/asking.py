"""When TikTok is asked again about a committed post, and when asking turns into waiting for a person.

Quickly at first, then slowly; after a day without a word a person is asked, and TikTok still is, now and then: its word
settles a post that waits for a person, or in the creator's inbox, whenever it comes.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from scheduler import schedule
from scheduler.states import PostStatus, Reason
from scheduler.transitions import move

if TYPE_CHECKING:
    from scheduler.work import Work

WATCH_EVERY = timedelta(hours=1)
WATCHED_FOR = timedelta(days=7)
WATCH_SELDOM = timedelta(days=1)
"""A post that waits for somebody is asked about this seldom for so long after its commit, and then once a day: it is
never forgotten, since an event may be lost. An event wakes it at once.
"""


def ask_again(
    work: Work,
    if_given_up: Reason,
    *,
    patience: timedelta = schedule.GIVE_UP_AFTER,
    advice: int | None = None,
    **evidence: Any,
) -> None:
    """Keep what is known, and set the next question; a person decides once `patience` is over.

    `advice`: the seconds that TikTok asks to wait, where it does.
    """
    attempt = work.attempt
    assert attempt is not None
    work.record(polls=attempt.polls + 1, **evidence)
    if work.post.status == PostStatus.PUBLISHING and _waited(work) > patience:
        move(
            work.post,
            PostStatus.NEEDS_CHECK,
            fence=work.fence,
            next_step_at=work.later(WATCH_EVERY),
            reason=if_given_up,
            attempt=attempt,
        )
    else:
        work.keep(next_step_at=work.later(schedule.no_sooner(_until_next_question(work), advice)))


def wait_for_person(work: Work) -> None:
    """Nothing of this post is at TikTok by our record, so there is nothing to ask; it stays in sight all the same."""
    work.keep(next_step_at=work.later(WATCH_SELDOM))


def _until_next_question(work: Work) -> timedelta:
    assert work.attempt is not None
    waited = _waited(work)
    if work.post.status == PostStatus.PUBLISHING:
        return schedule.poll_delay(work.attempt.polls, waited)
    return WATCH_EVERY if waited < WATCHED_FOR else WATCH_SELDOM


def _waited(work: Work) -> timedelta:
    assert work.attempt is not None
    assert work.attempt.commit_intent_at is not None
    return work.clock.now() - work.attempt.commit_intent_at
