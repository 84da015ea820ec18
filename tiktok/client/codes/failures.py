"""Why a post failed although every call went well (section 9.1), and what the line itself did."""

from __future__ import annotations

from typing import Final

from tiktok.client.codes import words
from tiktok.client.codes.rows import CodeRow, Remedy, Surface, Words, row


def _reason(code: str, remedy: Remedy, text: Words, also: Remedy | None = None) -> CodeRow:
    return row(code, Surface.FAIL_REASON, remedy, text, "9.1 [O5]", also=also)


FAIL_REASON_ROWS: Final[tuple[CodeRow, ...]] = (
    _reason("file_format_check_failed", Remedy.USER_FIX, words.UNREADABLE_FORMAT),
    _reason("duration_check_failed", Remedy.USER_FIX, words.TOO_LONG),
    _reason("frame_rate_check_failed", Remedy.USER_FIX, words.UNREADABLE_RATE),
    _reason("picture_size_check_failed", Remedy.USER_FIX, words.UNREADABLE_SIZE),
    _reason("internal", Remedy.RETRY, words.BUSY),
    _reason("video_pull_failed", Remedy.RETRY, words.CANNOT_FETCH, Remedy.APP_CONFIG),
    _reason("photo_pull_failed", Remedy.RETRY, words.CANNOT_FETCH, Remedy.APP_CONFIG),
    _reason("publish_cancelled", Remedy.TERMINAL, words.CANCELLED),
    _reason("auth_removed", Remedy.RECONNECT, words.DISCONNECTED),
    _reason("spam_risk_too_many_posts", Remedy.RETRY_AFTER, words.DAILY_LIMIT),
    _reason("spam_risk_user_banned_from_posting", Remedy.TERMINAL, words.NOT_POSTING),
    _reason("spam_risk_text", Remedy.USER_FIX, words.RISKY_CAPTION),
    _reason("spam_risk", Remedy.TERMINAL, words.NOT_POSTING),
)

# The codes of this surface are ours, for an error that TikTok gave no code. `answer_lost` is for whoever
# knows that
# the call commits; an error itself says `no_answer`.
NOT_SENT: Final = "not_sent"
NO_ANSWER: Final = "no_answer"
ANSWER_LOST: Final = "answer_lost"
BUSY: Final = "busy"
ACCESS_LOST: Final = "access_lost"
FOREIGN_HOST: Final = "foreign_host"

TRANSPORT_ROWS: Final[tuple[CodeRow, ...]] = (
    row(NOT_SENT, Surface.TRANSPORT, Remedy.RETRY, words.UNREACHABLE, "6.5"),
    row(NO_ANSWER, Surface.TRANSPORT, Remedy.RETRY, words.NO_ANSWER, "6.5"),
    row(BUSY, Surface.TRANSPORT, Remedy.RETRY, words.BUSY, "6.5"),
    row(ACCESS_LOST, Surface.TRANSPORT, Remedy.RECONNECT, words.LOST_CONNECTION, "6.5"),
    row(ANSWER_LOST, Surface.TRANSPORT, Remedy.RETRY, words.ANSWER_LOST, "6.5"),
    row(FOREIGN_HOST, Surface.TRANSPORT, Remedy.APP_CONFIG, words.OUR_SETUP, "1.2"),
)
