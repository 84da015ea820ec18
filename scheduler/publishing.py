"""One step of one post: look at what is on record, take the next step, save the evidence, set the next due time.

    scheduled ── no attempt ──────────► starting   creator info, intent, init, publish_id
              ── attempt started ─────► staging    every chunk but the last, ahead of time
              ── staged, a minute left► starting   creator info once more
              ── staged ──────────────► commit     its own queue: hold to the instant, intent, last chunk
    publishing ───────────────────────► confirm    ask TikTok; resend the last chunk only to the same publish_id
    published, link pending ──────────► confirm    ask for the public id

After a crash the same choice is made from the same record, so recovery is not another path but this one.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from scheduler import (
    asking,
    caps,
    confirm,
    lateness,
    preflight,
    preparing,
    pulls,
    schedule,
    staging,
    starting,
    switches,
)
from scheduler.explaining import CONNECTION_LOST
from scheduler.models import Post, PublishAttempt
from scheduler.outcomes import UNTIL_A_PERSON_ACTS, abandon, hold, look_at_hold, miss
from scheduler.standing import is_expired, needs_recheck
from scheduler.states import OPEN_STAGES, NextStep, PostStatus, Reason, Stage, Way
from scheduler.transitions import keep
from scheduler.work import Work
from tiktok.models import AccountStatus

if TYPE_CHECKING:
    from collections.abc import Callable

    from scheduler.clock import Clock
    from scheduler.lease import Lease

SOON = timedelta(seconds=10)
"""The least that a post waits for room under a cap."""


def take_step(lease: Lease, clock: Clock) -> None:
    """Do the next step for the post under this lease. Raises LostRace where the lease was overtaken."""
    post = Post.objects.select_related("account", "media", "workspace").get(pk=lease.post_id)
    files = pulls.files_of(post)
    if not files or post.account is None or post.due_at is None:
        keep(post, fence=lease.fence, next_step_at=None)  # a draft again since the wake-up was sent
        return
    work = Work(lease, clock, post, files[0], _live_attempt(post))
    choose(work)(work)


def choose(work: Work) -> Callable[[Work], None]:
    """The step that the record asks for."""
    match PostStatus(work.post.status):
        case PostStatus.SCHEDULED:
            return _choose_before_commit(work)
        case PostStatus.NEEDS_CHECK if work.attempt is None or work.attempt.commit_intent_at is None:
            return asking.wait_for_person  # after a restore, the record may lack what was sent
        case PostStatus.PUBLISHING | PostStatus.IN_INBOX | PostStatus.NEEDS_CHECK if work.attempt:
            return confirm.ask
        case PostStatus.PUBLISHED:
            return confirm.look_for_link
        case _:
            return _rest


def _choose_before_commit(work: Work) -> Callable[[Work], None]:
    post, attempt, now = work.post, work.attempt, work.clock.now()
    assert post.due_at is not None
    if now > post.due_at and lateness.too_late(post, now, lateness.limit_of(post.workspace_id)):
        return lambda work: miss(work, Reason(post.hold) if post.hold else Reason.LATE)
    if why := _why_held(post):
        return lambda work: hold(work, why, again=switches.LOOKS_AGAIN)
    if post.hold:
        return look_at_hold
    if later := lateness.not_before(post, now):
        return lambda work: work.keep(next_step_at=later)
    if attempt is None:
        return _choose_first(work)
    if attempt.way == Way.PULL:
        return preparing.drop if preparing.is_stale(post, attempt, now) else _hand_prepared_to_the_clock
    if reason := _why_useless(work, attempt):
        return lambda work: abandon(work, reason)
    if attempt.stage == Stage.STARTED:
        return staging.send_ahead
    if needs_recheck(post, attempt, now):
        return starting.recheck if now >= post.due_at - schedule.RECHECK_LEAD else _wait_until_recheck
    return _hand_to_the_clock


def _choose_first(work: Work) -> Callable[[Work], None]:
    """Nothing is at TikTok yet."""
    post, now = work.post, work.clock.now()
    if now < preparing.first_step_at(post):
        return _wait_for_first_look if post.looked_ahead_at is None else _wait_until_first_step
    if wait := caps.may_start(post, now):
        return lambda work: hold(work, wait.reason, said=wait.said, again=max(wait.until - now, SOON))
    return preparing.prepare if preparing.way_of(post) == Way.PULL else starting.start


def _why_held(post: Post) -> Reason | None:
    """What stops every post of this workspace, or of this account, before anything else is looked at."""
    assert post.account is not None
    if post.account.status != AccountStatus.ACTIVE:
        return Reason.NEEDS_RECONNECT if post.hold not in CONNECTION_LOST else Reason(post.hold)
    if post.hold and post.code in UNTIL_A_PERSON_ACTS:
        return None  # a pause ends; what it wrote over this would be forgotten, and the post sent again
    return switches.paused(post.workspace_id)


def _why_useless(work: Work, attempt: PublishAttempt) -> Reason | None:
    """Why an open attempt that has not been committed can't become this post."""
    if attempt.stage == Stage.STARTING:
        return Reason.ANSWER_NEVER_CAME  # no upload URL is known, so no byte can ever follow
    if attempt.content_digest != work.post.consent_digest:
        return Reason.EDITED_MEANWHILE
    return Reason.UPLOAD_EXPIRED if is_expired(work.post, attempt, work.clock.now()) else None


def _live_attempt(post: Post) -> PublishAttempt | None:
    return post.attempts.filter(workspace_id=post.workspace_id, stage__in=[*OPEN_STAGES, Stage.LIVE]).first()


def _rest(work: Work) -> None:
    keep(work.post, fence=work.fence, next_step_at=None)


def _wait_for_first_look(work: Work) -> None:
    """An hour before, somebody looks ahead; in that hour it is done now."""
    next_step, at = preflight.first_look(work.post, work.clock.now())
    if next_step == NextStep.START and work.clock.now() >= work.due_at - preflight.LOOK_AHEAD:
        preflight.look_ahead(work)
    else:
        work.keep(next_step_at=at, next_step=next_step)


def _wait_until_first_step(work: Work) -> None:
    keep(work.post, fence=work.fence, next_step_at=preparing.first_step_at(work.post))


def _wait_until_recheck(work: Work) -> None:
    assert work.post.due_at is not None
    keep(work.post, fence=work.fence, next_step_at=work.post.due_at - schedule.RECHECK_LEAD)


def _hand_prepared_to_the_clock(work: Work) -> None:
    """What TikTok fetches needs a token besides; the clock makes no call but the one that posts."""
    if preparing.has_token(work):
        _hand_to_the_clock(work)


def _hand_to_the_clock(work: Work) -> None:
    """All is at TikTok but the byte that posts: `commit` holds it to the instant."""
    keep(
        work.post,
        fence=work.fence,
        next_step_at=max(schedule.commit_at(work.due_at), work.clock.now()),
        next_step=NextStep.COMMIT,
    )
