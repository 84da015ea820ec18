"""One attempt at TikTok in plain words: where it stands, and since when; `timeline` tells the post's whole story."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from scheduler.states import Stage, Way

if TYPE_CHECKING:
    from scheduler.models import PublishAttempt


class Told(NamedTuple):
    """`at` is the time of what `words` say, not of the beginning; None where it is not kept."""

    words: str
    at: datetime | None


def told_of(attempt: PublishAttempt) -> Told:
    is_pull = attempt.way == Way.PULL
    match Stage(attempt.stage):
        case Stage.STARTING | Stage.STARTED:
            return Told("Uploading to TikTok", None)
        case Stage.STAGED:
            return Told("Ready for TikTok to fetch" if is_pull else "Sent ahead, all but the last part", None)
        case Stage.COMMITTING:
            return Told("Sent, and TikTok has not answered yet", attempt.commit_intent_at)
        case Stage.COMMITTED if attempt.inbox_at:
            return Told("In the inbox of the TikTok app", attempt.inbox_at)
        case Stage.COMMITTED:
            return Told("TikTok has it and has not said that it is live", attempt.last_byte_at)
        case Stage.LIVE:
            return Told("Published", attempt.ended_at)
        case Stage.REFUSED:
            return Told("Refused by TikTok", attempt.ended_at)
        case Stage.ABANDONED:
            return Told("Ended without a post", attempt.ended_at)
