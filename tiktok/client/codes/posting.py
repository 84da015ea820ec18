"""Codes of the calls that post: creator info, the three inits, the chunk PUT, the status fetch, the cancel.

Why a post failed after all calls went well is another vocabulary: `failures`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from tiktok.client.codes import words
from tiktok.client.codes.rows import CodeRow, Remedy, Surface, Words, row

_CREATOR = Surface.CREATOR_INFO
_CHUNK = Surface.CHUNK
_BANNED: Final = "spam_risk_user_banned_from_posting"
_COLUMNS: Final = {"D": Surface.VIDEO_INIT, "I": Surface.INBOX_INIT, "P": Surface.PHOTO_INIT}

CREATOR_INFO_ROWS: Final[tuple[CodeRow, ...]] = (
    # These three come with HTTP 200 on purpose: the creator cannot post now.
    row("spam_risk_too_many_posts", _CREATOR, Remedy.RETRY_AFTER, words.TRY_LATER, "5 [O4]", http=200),
    row(_BANNED, _CREATOR, Remedy.USER_FIX, words.NOT_POSTING, "5 [O4]", http=200),
    row(
        "reached_active_user_cap",
        _CREATOR,
        Remedy.RETRY_AFTER,
        words.TRY_LATER,
        "5 [O4]",
        http=200,
        also=Remedy.APP_CONFIG,
    ),
    row("access_token_invalid", _CREATOR, Remedy.RECONNECT, words.LOST_CONNECTION, "5 [O4]", http=401),
    row("scope_not_authorized", _CREATOR, Remedy.RECONNECT, words.NOT_ALLOWED_TO_POST, "5 [O4]", http=401),
    row("rate_limit_exceeded", _CREATOR, Remedy.RETRY_AFTER, words.BUSY, "5 [O4]", http=429),
    row("internal_error", _CREATOR, Remedy.RETRY, words.BUSY, "5 [O4]", http=500),
)


class _Init(NamedTuple):
    """One line of the table in section 6.4: the columns are the inits that know the code."""

    http: int
    code: str
    columns: str
    remedy: Remedy
    words: Words
    also: Remedy | None = None


_INIT_TABLE: Final = (
    _Init(400, "invalid_param", "DIP", Remedy.USER_FIX, words.REFUSED_SETTINGS, Remedy.APP_CONFIG),
    _Init(400, "app_version_check_failed", "P", Remedy.USER_FIX, words.OLD_APP),
    _Init(401, "access_token_invalid", "DIP", Remedy.RECONNECT, words.LOST_CONNECTION),
    _Init(401, "scope_not_authorized", "DIP", Remedy.RECONNECT, words.NOT_ALLOWED_TO_POST),
    _Init(403, "spam_risk_too_many_posts", "DP", Remedy.RETRY_AFTER, words.DAILY_LIMIT),
    _Init(
        403,
        "spam_risk_too_many_pending_share",
        "IP",
        Remedy.RETRY_AFTER,
        words.DRAFTS_WAITING,
        Remedy.USER_FIX,
    ),
    _Init(403, _BANNED, "DIP", Remedy.USER_FIX, words.NOT_POSTING),
    _Init(403, "reached_active_user_cap", "DP", Remedy.RETRY_AFTER, words.BUSY, Remedy.APP_CONFIG),
    _Init(
        403,
        "unaudited_client_can_only_post_to_private_accounts",
        "DP",
        Remedy.APP_CONFIG,
        words.PRIVATE_ONLY,
    ),
    _Init(403, "url_ownership_unverified", "DIP", Remedy.APP_CONFIG, words.CANNOT_FETCH),
    _Init(403, "privacy_level_option_mismatch", "DP", Remedy.USER_FIX, words.PRIVACY_GONE, Remedy.APP_CONFIG),
    _Init(429, "rate_limit_exceeded", "DIP", Remedy.RETRY_AFTER, words.BUSY),
    _Init(500, "internal_error", "DIP", Remedy.RETRY, words.BUSY),
)


def _init_rows() -> Iterator[CodeRow]:
    for line in _INIT_TABLE:
        for column in line.columns:
            surface = _COLUMNS[column]
            yield row(
                line.code,
                surface,
                line.remedy,
                line.words,
                "6.4 [O1][O2][O3]",
                http=line.http,
                also=line.also,
            )


INIT_ROWS: Final[tuple[CodeRow, ...]] = tuple(_init_rows())

# A chunk is answered by its status alone. RETRY means for 403 and 404 a new init, for 416 to go on from
# TikTok's count.
CHUNK_ROWS: Final[tuple[CodeRow, ...]] = (
    row("400", _CHUNK, Remedy.TERMINAL, words.OUR_MISTAKE, "7.2 [O6]", http=400, also=Remedy.APP_CONFIG),
    row("403", _CHUNK, Remedy.RETRY, words.UPLOAD_RESTARTS, "7.2 [O6]", http=403),
    row("404", _CHUNK, Remedy.RETRY, words.UPLOAD_RESTARTS, "7.2 [O6]", http=404),
    row("416", _CHUNK, Remedy.RETRY, words.UPLOAD_RESUMES, "7.2 [O6]", http=416),
)


def _publish_id_rows(surface: Surface, source: str) -> tuple[CodeRow, ...]:
    """The codes that status fetch and cancel share (sections 9 and 10)."""
    not_ours = "token_not_authorized_for_specified_publish_id"
    return (
        row("invalid_publish_id", surface, Remedy.TERMINAL, words.UNKNOWN_POST, source, http=400),
        row(not_ours, surface, Remedy.TERMINAL, words.UNKNOWN_POST, source, http=400),
        row("access_token_invalid", surface, Remedy.RECONNECT, words.LOST_CONNECTION, source, http=401),
        row("scope_not_authorized", surface, Remedy.RECONNECT, words.NOT_ALLOWED_TO_POST, source, http=401),
        row("rate_limit_exceeded", surface, Remedy.RETRY_AFTER, words.BUSY, source, http=429),
        row("internal_error", surface, Remedy.RETRY, words.BUSY, source, http=500),
    )


STATUS_ROWS: Final = _publish_id_rows(Surface.STATUS, "9 [O5]")

CANCEL_ROWS: Final = (
    *_publish_id_rows(Surface.CANCEL, "10 [O6]"),
    row(
        "publish_not_cancellable",
        Surface.CANCEL,
        Remedy.TERMINAL,
        words.TOO_LATE_TO_CANCEL,
        "10 [O6]",
        http=400,
    ),
    row(
        "url_ownership_unverified",
        Surface.CANCEL,
        Remedy.APP_CONFIG,
        words.CANNOT_FETCH,
        "10 [O6]",
        http=403,
    ),
)
