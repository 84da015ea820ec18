"""What stands between a due post and its next step at TikTok: the pause, the spacing of what is late, the daily caps.

Each gate is a module of its own (`switches`, `lateness`, `caps`); here they become steps of the engine. A gate never
sends anything and never gives a post up: it holds it with a reason, or puts it off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scheduler import caps, lateness, switches
from scheduler.outcomes import hold, release
from scheduler.states import Reason

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from scheduler.caps import Wait
    from scheduler.work import Work

COUNTED = frozenset({Reason.DAILY_CAP, Reason.PENDING_SHARES, Reason.APP_CAP, Reason.TIKTOK_REFUSED})
"""Holds that end by counting again."""


def before(work: Work, *, starts: bool) -> Callable[[Work], None] | None:
    """The step to take instead of going on with this scheduled post; None: all gates are open.

    Ask before every step of a post without a hold; `starts` where the step would open an attempt.
    """
    now = work.clock.now()
    if reason := switches.paused(work.post.workspace_id):
        return lambda work: hold(work, reason, again=switches.LOOKS_AGAIN)
    if later := lateness.not_before(work.post, now):
        return lambda work: work.keep(next_step_at=_in_time(work, later))
    if starts and (wait := caps.may_start(work.post, now)):
        return lambda work: wait_for(work, wait)
    return None


def wait_for(work: Work, wait: Wait) -> None:
    """Hold the post as long as the cap says, and no longer than until it is missed."""
    until = _in_time(work, wait.until)
    hold(work, wait.reason, said=wait.said, again=until - work.clock.now())


def look_at_hold(work: Work) -> bool:
    """Look at a hold that a gate made, or would make now. False: it is none of ours."""
    if switches.paused(work.post.workspace_id):
        work.keep(next_step_at=work.later(switches.LOOKS_AGAIN))
        return True
    if work.post.hold == Reason.PAUSED:
        release(work)
        return True
    if work.post.hold not in COUNTED:
        return False
    wait = caps.may_start(work.post, work.clock.now())
    if wait is None:
        release(work)
    else:
        wait_for(work, wait)
    return True


def _in_time(work: Work, until: datetime) -> datetime:
    """Whoever waits too long is missed, and its owner should hear of it then."""
    return min(
        until, lateness.deadline(work.post, lateness.limit_of(work.post.workspace_id)) + lateness.GRACE
    )
