"""Codes about access: user and video data (`tiktok-api.md` section 1.4) and OAuth (section 2.4)."""

from __future__ import annotations

from typing import Final

from tiktok.client.codes import words
from tiktok.client.codes.rows import CodeRow, Remedy, Surface, row

SCOPE_CODES: Final = frozenset({"scope_not_authorized", "scope_permission_missed"})
"""The token is good, and not for this: the creator left a scope out, or took it back (section 1.4)."""

_USER = Surface.USER_INFO
_OAUTH = Surface.OAUTH

USER_INFO_ROWS: Final[tuple[CodeRow, ...]] = (
    row(
        "invalid_params",
        _USER,
        Remedy.USER_FIX,
        words.OUR_MISTAKE,
        "1.4 [O15]",
        http=400,
        also=Remedy.APP_CONFIG,
    ),
    row("invalid_file_upload", _USER, Remedy.USER_FIX, words.UNREADABLE_UPLOAD, "1.4 [O15]", http=400),
    row(
        "scope_permission_missed",
        _USER,
        Remedy.RECONNECT,
        words.NOT_ALLOWED_TO_POST,
        "1.4 [O15]",
        http=400,
    ),
    row("access_token_invalid", _USER, Remedy.RECONNECT, words.LOST_CONNECTION, "1.4 [O15]", http=401),
    row("scope_not_authorized", _USER, Remedy.RECONNECT, words.NOT_ALLOWED_TO_POST, "1.4 [O15]", http=401),
    row("rate_limit_exceeded", _USER, Remedy.RETRY_AFTER, words.BUSY, "1.4 [O15][O16]", http=429),
    row("internal_error", _USER, Remedy.RETRY, words.BUSY, "1.4 [O15]", http=500),
)

# Recorded with HTTP 200 as well as 4xx, so these rows name no status (section 2.4, field notes).
OAUTH_ROWS: Final[tuple[CodeRow, ...]] = (
    row("access_denied", _OAUTH, Remedy.RECONNECT, words.ACCESS_DENIED, "2.4 [O14]"),
    row("invalid_client", _OAUTH, Remedy.APP_CONFIG, words.OUR_SETUP, "2.4 [O14]"),
    row("invalid_grant", _OAUTH, Remedy.RECONNECT, words.DISCONNECTED, "2.4 [O14]"),
    row("invalid_request", _OAUTH, Remedy.APP_CONFIG, words.OUR_SETUP, "2.4 [O12][O14]"),
    row("invalid_scope", _OAUTH, Remedy.APP_CONFIG, words.OUR_SETUP, "2.4 [O14][T5]"),
    row("unauthorized_client", _OAUTH, Remedy.APP_CONFIG, words.OUR_SETUP, "2.4 [O14]"),
    row("unsupported_grant_type", _OAUTH, Remedy.APP_CONFIG, words.OUR_MISTAKE, "2.4 [O14]"),
    row("unsupported_response_type", _OAUTH, Remedy.APP_CONFIG, words.OUR_MISTAKE, "2.4 [O14]"),
    row("server_error", _OAUTH, Remedy.RETRY, words.BUSY, "2.4 [O14]"),
    row("temporarily_unavailable", _OAUTH, Remedy.RETRY, words.BUSY, "2.4 [O14]"),
)
