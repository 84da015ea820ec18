"""How a post that is on its way gets on (ui.md 5.6), in the same words on its page, its card and its row.

`tries` tells where each attempt has got to, also those that are over; `timeline` the post's whole story.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from accounts.templatetags.ui import local_time, zone_label
from scheduler.content import is_draft_for_app, is_photos
from scheduler.states import ENGINE_DRIVEN, OPEN_STAGES, Stage, Way

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from scheduler.models import Post, PublishAttempt

FETCHING = "PROCESSING_DOWNLOAD"
"""TikTok's word while it fetches by itself (tiktok-api.md 9)."""

ABOUT = "about a minute"
LONG = timedelta(minutes=30)
"""From the commit to the next question: then it says that it takes longer (security.md F-16)."""


@dataclass(frozen=True)
class UnderWay:
    """One stage. `sent` of `size` bytes are there while we send; `fetched` are while TikTok fetches."""

    words: str
    note: str = ""
    sent: int = 0
    size: int = 0
    fetched: int = 0
    is_ahead: bool = False
    """Whether all is done that can be done before the due time."""

    @property
    def tone(self) -> str:
        return "scheduled" if self.is_ahead else "publishing"


def open_attempt(post: Post, attempts: Iterable[PublishAttempt]) -> PublishAttempt | None:
    """The one of the post's attempts that is on its way; none while the post waits for a person."""
    if post.hold or post.status not in ENGINE_DRIVEN:
        return None
    return next((attempt for attempt in attempts if attempt.stage in OPEN_STAGES), None)


def under_way(post: Post, attempt: PublishAttempt) -> UnderWay:
    """Where its open attempt stands, on the clocks of its workspace."""
    files = "photos" if is_photos(post) else "video"
    if attempt.stage == Stage.STAGED:
        if attempt.way == Way.PULL:
            return UnderWay("Ready for TikTok to fetch", f"goes out at {_due(post)}", is_ahead=True)
        goes = "goes to the inbox" if is_draft_for_app(post) else "goes live"
        return UnderWay("Sent ahead to TikTok", f"{goes} at {_due(post)}", is_ahead=True)
    if attempt.tiktok_status == FETCHING:
        return UnderWay(f"TikTok is fetching the {files}", fetched=attempt.tiktok_bytes or 0)
    if attempt.stage in {Stage.STARTING, Stage.STARTED}:
        sent = min(attempt.chunks_sent * attempt.chunk_size, attempt.video_size)
        return UnderWay("Uploading to TikTok", sent=sent, size=attempt.video_size)
    if attempt.stage == Stage.COMMITTING and not attempt.last_byte_at:
        return UnderWay("Waiting for TikTok's answer")
    if _takes_long(post, attempt):
        since = f"since {_clock_of(post, attempt.commit_intent_at)}, longer than usual; we go on asking"
        return UnderWay(f"TikTok is still processing the {files}", since)
    return UnderWay(f"TikTok is processing the {files}", ABOUT)


def _takes_long(post: Post, attempt: PublishAttempt) -> bool:
    """By when TikTok is asked next, so that what is said changes with the row and with no clock."""
    if post.next_step_at is None or attempt.commit_intent_at is None:
        return False
    return post.next_step_at - attempt.commit_intent_at > LONG


def _due(post: Post) -> str:
    return _clock_of(post, post.due_at)


def _clock_of(post: Post, instant: datetime | None) -> str:
    zone = post.workspace.time_zone
    return f"{local_time(instant, zone)} {zone_label(zone)}"
