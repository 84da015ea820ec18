"""How late a post went out, and why, as far as its own record says; of one that did not go out tells `overdue`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from accounts.templatetags.ui import local_time
from scheduler import overdue, timeline
from scheduler.lateness import GRACE
from scheduler.states import EventKind, PostStatus

if TYPE_CHECKING:
    from scheduler.models import Post, PostEvent, PublishAttempt


@dataclass(frozen=True)
class Delay:
    """`by` as `2 min`; `because` is the rest of a sentence, empty where the record holds no reason."""

    by: str
    because: str


def delay_of(post: Post, attempt: PublishAttempt | None, events: Sequence[PostEvent]) -> Delay | None:
    """Of a published post, by more than a minute; None of every other, and where a person said that it is live."""
    if post.status != PostStatus.PUBLISHED or post.published_at is None or post.due_at is None:
        return None
    by_person = any(event.by_id for event in events if event.status_to == PostStatus.PUBLISHED)
    late = post.published_at - post.due_at
    if by_person or late <= GRACE:
        return None
    return Delay(overdue.in_words(late), _because(post, attempt, events))


def _because(post: Post, attempt: PublishAttempt | None, events: Sequence[PostEvent]) -> str:
    assert post.due_at is not None
    sent = (attempt.last_byte_at or attempt.commit_intent_at) if attempt else None
    if sent is None:
        return ""
    if sent - post.due_at <= GRACE:
        return "TikTok took until then to process it"
    before = [event for event in events if event.at <= sent]
    account = post.account.display_name if post.account else "the account"
    held = _held_over(before, post.due_at, account, post.workspace.zone)
    return held or _troubled(before, post.due_at)


def _held_over(events: Iterable[PostEvent], due_at: datetime, account: str, zone: ZoneInfo) -> str:
    """The hold that lasted beyond the due time, if there was one."""
    held: PostEvent | None = None
    for event in events:
        if event.kind == EventKind.HELD:
            held = event
        elif event.kind == EventKind.RELEASED and held is not None:
            cause = timeline.cause_of(held)
            if event.at > due_at and cause:
                return (
                    f"it was on hold until {local_time(event.at, zone)}: {cause[0].format(account=account)}"
                )
            held = None
    return ""


TROUBLES = {
    EventKind.RETRYING: "TikTok did not answer properly at first",
    EventKind.ANSWER_LOST: "TikTok's answer to an earlier attempt was lost",
    EventKind.ATTEMPT_ENDED: "an earlier attempt ended without a post",
}


def _troubled(events: Iterable[PostEvent], due_at: datetime) -> str:
    """The first trouble of those around the due time."""
    around = (event.kind for event in events if event.at > due_at - GRACE)
    return next((TROUBLES[EventKind(kind)] for kind in around if kind in TROUBLES), "")
