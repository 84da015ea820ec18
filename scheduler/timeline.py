"""A post's events in words: what happened, who did it, why; codes apart, for whoever asks TikTok's support.

The words are derived, never stored: the events keep facts only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from accounts.templatetags.ui import local, local_time
from scheduler.explaining import CONNECTION_LOST
from scheduler.states import EXPLANATIONS, EventKind, PostStatus, Reason, Stage
from scheduler.times import next_minute
from tiktok.client import codes

if TYPE_CHECKING:
    from scheduler.models import PostEvent


@dataclass(frozen=True)
class Line:
    """One line: a tone and icon of the page language, words, and technical pairs."""

    at: datetime
    title: str
    why: str = ""
    tone: str = ""
    icon: str = "circle-check"
    details: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Words:
    """What an event says; `{who}` and `{account}` may stand in it."""

    title: str
    why: str = ""
    tone: str = ""
    icon: str = "circle-check"


MOVES: dict[str, Words] = {
    PostStatus.DRAFT: Words(
        "{who} moved it to drafts", "Nothing goes out until it is scheduled again.", "draft", "pencil-line"
    ),
    PostStatus.SCHEDULED: Words("{who} scheduled it", "", "scheduled", "calendar-clock"),
    PostStatus.PUBLISHING: Words("It goes to TikTok", "From here it can't be stopped.", "publishing", "send"),
    PostStatus.PUBLISHED: Words("Published", "", "published", "circle-check"),
    PostStatus.IN_REVIEW: Words("{who} sent it for approval", "", "review", "eye"),
    PostStatus.IN_INBOX: Words(
        "In the inbox of the TikTok app",
        "The creator finishes the post there, by the notification in the app.",
        "inbox",
        "inbox",
    ),
    PostStatus.FAILED: Words("Not posted", "", "failed", "octagon-alert"),
    PostStatus.MISSED: Words("Missed", "", "missed", "calendar-clock"),
    PostStatus.NEEDS_CHECK: Words("Did this go out?", "", "check", "circle-question-mark"),
    PostStatus.CANCELLED: Words("{who} cancelled it", "", "cancelled", "x"),
}

KINDS: dict[str, Words] = {
    EventKind.CREATED: Words("{who} created the post", "", "", "plus"),
    EventKind.EDITED: Words("{who} changed the post", "", "", "pencil-line"),
    EventKind.RESCHEDULED: Words("{who} moved it in time", "", "scheduled", "calendar-clock"),
    EventKind.HELD: Words("On hold", "", "attention", "triangle-alert"),
    EventKind.RELEASED: Words("No longer on hold", "It goes on by itself.", "", "play"),
    EventKind.CHECKED: Words("TikTok still allows this post", "", "", "shield-check"),
    EventKind.ATTEMPT_STARTED: Words("An attempt at TikTok began", "", "", "cloud-upload"),
    EventKind.SENT_AHEAD: Words(
        "Sent ahead to TikTok",
        "All but the last part. It goes live at the due time.",
        "scheduled",
        "cloud-upload",
    ),
    EventKind.LAST_BYTE_SENT: Words("TikTok has it", "", "publishing", "cloud-upload"),
    EventKind.ANSWER_LOST: Words(
        "TikTok's answer was lost",
        "We ask TikTok what became of it before anything is sent again.",
        "attention",
        "unplug",
    ),
    EventKind.RESUMED: Words("The upload goes on where it stopped", "", "", "refresh-cw"),
    EventKind.STATUS_READ: Words("TikTok is processing it", "", "publishing", "loader-circle"),
    EventKind.ATTEMPT_ENDED: Words("That attempt ended without a post", "", "", "x"),
    EventKind.RETRYING: Words("We try again", "TikTok did not answer properly.", "attention", "rotate-ccw"),
    EventKind.LINK_FOUND: Words("TikTok gave the post its number", "", "published", "link"),
    EventKind.OWNER_TOLD: Words("We told {to}", "By mail.", "", "mail"),
}

AT_RISK = Words("This post may not go out", "", "attention", "triangle-alert")
"""What the look ahead says where it found something."""

ASKED_AGAIN = Words("{who} asked to try again", "", "", "rotate-ccw")

HEARD_ON = (
    *(
        codes.Surface.FAIL_REASON,
        codes.Surface.VIDEO_INIT,
        codes.Surface.PHOTO_INIT,
        codes.Surface.INBOX_INIT,
    ),
    *(codes.Surface.CREATOR_INFO, codes.Surface.CHUNK, codes.Surface.STATUS, codes.Surface.OAUTH),
    codes.Surface.TRANSPORT,
)
"""Where TikTok says why a post waits or did not go out, the likeliest first."""

FIELD_WORDS = {
    "privacy_level": "who can watch",
    "allow_comment": "comments",
    "allow_duet": "duets",
    "allow_stitch": "stitches",
    "disclose": "disclosure",
    "brand_organic": "disclosure",
    "brand_content": "disclosure",
    "is_aigc": "AI label",
    "media": "video",
    "images": "photos",
    "kind": "video or photos",
    "mode": "where it goes",
    "auto_add_music": "music",
    "cover_index": "cover",
    "due_at": "time",
    "due_local": "time",
    "due_zone": "time",
    "cover_timestamp_ms": "cover",
}


def lines(events: Iterable[PostEvent], *, account: str, zone: ZoneInfo) -> list[Line]:
    """Newest first; events that say the same again and again stand once, at their latest."""
    told = [line_of(event, account=account, zone=zone) for event in events if not _is_silent(event)]
    kept = [line for line, after in zip(told, [*told[1:], None], strict=True) if not _repeats(line, after)]
    return kept[::-1]


def _is_silent(event: PostEvent) -> bool:
    """The end of the attempt that went live: "Published" says it."""
    return event.kind == EventKind.ATTEMPT_ENDED and event.detail.get("stage") == Stage.LIVE


def by_day(told: list[Line], zone: ZoneInfo) -> list[tuple[date, list[Line]]]:
    """The lines under the days of that zone on which they happened."""
    return [
        (day, list(group)) for day, group in groupby(told, key=lambda line: line.at.astimezone(zone).date())
    ]


def line_of(event: PostEvent, *, account: str, zone: ZoneInfo) -> Line:
    """One event in words."""
    words = _words(event)
    who = str(event.by) if event.by else "Oncue"
    why = _why(event, zone) or words.why
    names = {"who": who, "account": account, "to": event.detail.get("to") or "the owner"}
    title = _title(event, words).format(**names)
    return Line(event.at, title, why.format(**names), words.tone, words.icon, _details(event))


def _words(event: PostEvent) -> Words:
    if event.kind == EventKind.CHECKED and event.reason:
        return AT_RISK
    if event.by and event.kind in {EventKind.RELEASED, EventKind.RETRYING}:
        return ASKED_AGAIN
    if event.kind != EventKind.MOVED:
        return KINDS[event.kind]
    if event.status_to == PostStatus.SCHEDULED and event.by is None:
        return Words("It starts again", "Nothing can come of the earlier attempt.", "scheduled", "rotate-ccw")
    if event.status_to == PostStatus.PUBLISHED and event.by is not None:
        return Words("{who} found it on TikTok", "", "published", "circle-check")
    if event.status_to == PostStatus.FAILED and event.by is not None:
        return Words("{who} did not find it on TikTok", "", "failed", "octagon-alert")
    return MOVES[event.status_to]


def _title(event: PostEvent, words: Words) -> str:
    """The cause belongs into the title of what failed or waits."""
    cause = cause_of(event)
    speaks = event.kind == EventKind.HELD or event.status_to in {PostStatus.FAILED, PostStatus.MISSED}
    if not cause or not speaks or event.by is not None:
        return words.title
    return f"{words.title}: {cause[0]}"


def cause_of(event: PostEvent) -> tuple[str, str] | None:
    """Title and sentence of the reason, with `{account}` in them; TikTok's own words where the event has its code."""
    if not event.reason:
        return None
    row = _said_by_tiktok(event)
    if row:
        return row.title, row.sentence
    own = EXPLANATIONS[Reason(event.reason)]
    return own.title, own.sentence


def _said_by_tiktok(event: PostEvent) -> codes.CodeRow | None:
    """The row of its code. An event does not keep on which call TikTok said it, and the words hardly depend on that."""
    rows = [codes.row_for(event.code, surface) for surface in HEARD_ON] if event.code else []
    row = next((row for row in rows if row.known), None)
    is_other_trouble = event.reason in CONNECTION_LOST and row and row.remedy != codes.Remedy.RECONNECT
    return None if is_other_trouble else row


def _why(event: PostEvent, zone: ZoneInfo) -> str:
    if event.kind == EventKind.RELEASED:
        return ""  # its reason is what ended
    if event.kind == EventKind.OWNER_TOLD:
        return ""  # its reason is what they were told
    say = WHY.get(event.kind)
    if say and (text := say(event, zone)):
        return text
    cause = cause_of(event)
    return cause[1] if cause else ""


def _edited(event: PostEvent, _zone: ZoneInfo) -> str:
    names = dict.fromkeys(FIELD_WORDS.get(name, name) for name in event.detail.get("fields", []))
    return ", ".join(names).capitalize()


def _rescheduled(event: PostEvent, zone: ZoneInfo) -> str:
    was, now = (_moment(event.detail.get(name)) for name in ("was", "now"))
    if now is None:
        return ""
    told = f"From {local(was, zone)} to {local(now, zone)}" if was else f"To {local(now, zone)}"
    return f"{told}. {CLOCKS_CHANGED[because]}" if (because := event.detail.get("because")) else told


CLOCKS_CHANGED = {
    "workspace_moved": "The workspace got another time zone, and its posts keep their clock time.",
    "rules_changed": "The rules of its time zone changed; the clock time stays.",
}


def _retrying(event: PostEvent, zone: ZoneInfo) -> str:
    again = _moment(event.detail.get("again"))
    if again is None:
        return ""
    return f"TikTok did not answer properly. We try again at {local_time(next_minute(again), zone)}."


def _started(event: PostEvent, _zone: ZoneInfo) -> str:
    number = event.detail.get("number", 1)
    return f"Attempt {number}" if number > 1 else ""


WHY: dict[str, Callable[[PostEvent, ZoneInfo], str]] = {
    EventKind.EDITED: _edited,
    EventKind.RESCHEDULED: _rescheduled,
    EventKind.RETRYING: _retrying,
    EventKind.ATTEMPT_STARTED: _started,
}


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _details(event: PostEvent) -> list[tuple[str, str]]:
    pairs: list[tuple[str, object]] = [
        ("code", event.code),
        ("http status", event.http_status),
        ("log_id", event.log_id),
        ("attempt", event.attempt.number if event.attempt else None),
    ]
    technical = event.kind not in {EventKind.EDITED, EventKind.RESCHEDULED, EventKind.CREATED}
    pairs += sorted(event.detail.items()) if technical else []
    return [(name, str(value)) for name, value in pairs if value is not None and value != ""]


def _repeats(line: Line, after: Line | None) -> bool:
    return after is not None and (line.title, line.why) == (after.title, after.why)
