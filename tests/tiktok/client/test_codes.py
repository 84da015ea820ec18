from __future__ import annotations

import re
import string

import pytest

from tiktok.client import CodeRow, Remedy, Surface, row_for
from tiktok.client.codes import ALL_ROWS

USER_FIX, TERMINAL, RETRY = Remedy.USER_FIX, Remedy.TERMINAL, Remedy.RETRY
RECONNECT, RETRY_AFTER, APP_CONFIG = Remedy.RECONNECT, Remedy.RETRY_AFTER, Remedy.APP_CONFIG

# The tables of tiktok-api.md, written out: (surface, HTTP status, code, remedy, second remedy).
USER_INFO = [  # 1.4
    (400, "invalid_params", USER_FIX, APP_CONFIG),
    (400, "invalid_file_upload", USER_FIX, None),
    (400, "scope_permission_missed", RECONNECT, None),
    (401, "access_token_invalid", RECONNECT, None),
    (401, "scope_not_authorized", RECONNECT, None),
    (429, "rate_limit_exceeded", RETRY_AFTER, None),
    (500, "internal_error", RETRY, None),
]
OAUTH = [  # 2.4
    (None, "access_denied", RECONNECT, None),
    (None, "invalid_client", APP_CONFIG, None),
    (None, "invalid_grant", RECONNECT, None),
    (None, "invalid_request", APP_CONFIG, None),
    (None, "invalid_scope", APP_CONFIG, None),
    (None, "unauthorized_client", APP_CONFIG, None),
    (None, "unsupported_grant_type", APP_CONFIG, None),
    (None, "unsupported_response_type", APP_CONFIG, None),
    (None, "server_error", RETRY, None),
    (None, "temporarily_unavailable", RETRY, None),
]
CREATOR_INFO = [  # 5
    (200, "spam_risk_too_many_posts", RETRY_AFTER, None),
    (200, "spam_risk_user_banned_from_posting", USER_FIX, None),
    (200, "reached_active_user_cap", RETRY_AFTER, APP_CONFIG),
    (401, "access_token_invalid", RECONNECT, None),
    (401, "scope_not_authorized", RECONNECT, None),
    (429, "rate_limit_exceeded", RETRY_AFTER, None),
    (500, "internal_error", RETRY, None),
]
INIT = [  # 6.4: with the columns D, I, P
    (400, "invalid_param", USER_FIX, APP_CONFIG, "DIP"),
    (400, "app_version_check_failed", USER_FIX, None, "P"),
    (401, "access_token_invalid", RECONNECT, None, "DIP"),
    (401, "scope_not_authorized", RECONNECT, None, "DIP"),
    (403, "spam_risk_too_many_posts", RETRY_AFTER, None, "DP"),
    (403, "spam_risk_too_many_pending_share", RETRY_AFTER, USER_FIX, "IP"),
    (403, "spam_risk_user_banned_from_posting", USER_FIX, None, "DIP"),
    (403, "reached_active_user_cap", RETRY_AFTER, APP_CONFIG, "DP"),
    (403, "unaudited_client_can_only_post_to_private_accounts", APP_CONFIG, None, "DP"),
    (403, "url_ownership_unverified", APP_CONFIG, None, "DIP"),
    (403, "privacy_level_option_mismatch", USER_FIX, APP_CONFIG, "DP"),
    (429, "rate_limit_exceeded", RETRY_AFTER, None, "DIP"),
    (500, "internal_error", RETRY, None, "DIP"),
]
CHUNK = [  # 7.2
    (400, "400", TERMINAL, APP_CONFIG),
    (403, "403", RETRY, None),
    (404, "404", RETRY, None),
    (416, "416", RETRY, None),
]
STATUS = [  # 9
    (400, "invalid_publish_id", TERMINAL, None),
    (400, "token_not_authorized_for_specified_publish_id", TERMINAL, None),
    (401, "access_token_invalid", RECONNECT, None),
    (401, "scope_not_authorized", RECONNECT, None),
    (429, "rate_limit_exceeded", RETRY_AFTER, None),
    (500, "internal_error", RETRY, None),
]
CANCEL = [  # 10
    *STATUS,
    (400, "publish_not_cancellable", TERMINAL, None),
    (403, "url_ownership_unverified", APP_CONFIG, None),
]
FAIL_REASON = [  # 9.1
    (None, "file_format_check_failed", USER_FIX, None),
    (None, "duration_check_failed", USER_FIX, None),
    (None, "frame_rate_check_failed", USER_FIX, None),
    (None, "picture_size_check_failed", USER_FIX, None),
    (None, "internal", RETRY, None),
    (None, "video_pull_failed", RETRY, APP_CONFIG),
    (None, "photo_pull_failed", RETRY, APP_CONFIG),
    (None, "publish_cancelled", TERMINAL, None),
    (None, "auth_removed", RECONNECT, None),
    (None, "spam_risk_too_many_posts", RETRY_AFTER, None),
    (None, "spam_risk_user_banned_from_posting", TERMINAL, None),
    (None, "spam_risk_text", USER_FIX, None),
    (None, "spam_risk", TERMINAL, None),
]


def _column(letter: str) -> list[tuple]:
    return [line[:4] for line in INIT if letter in line[4]]


TABLES = {
    Surface.USER_INFO: USER_INFO,
    Surface.OAUTH: OAUTH,
    Surface.CREATOR_INFO: CREATOR_INFO,
    Surface.VIDEO_INIT: _column("D"),
    Surface.INBOX_INIT: _column("I"),
    Surface.PHOTO_INIT: _column("P"),
    Surface.CHUNK: CHUNK,
    Surface.STATUS: STATUS,
    Surface.CANCEL: CANCEL,
    Surface.FAIL_REASON: FAIL_REASON,
}


@pytest.mark.parametrize("surface", TABLES)
def test_the_rows_of_a_surface_are_the_table_of_the_contract(surface: Surface) -> None:
    rows = {(row.http_status, row.code, row.remedy, row.also) for row in ALL_ROWS if row.surface is surface}
    assert rows == set(TABLES[surface])


def test_no_code_stands_twice_on_one_surface() -> None:
    keys = [(row.surface, row.code) for row in ALL_ROWS]
    assert len(keys) == len(set(keys))


def test_every_row_names_the_section_it_comes_from() -> None:
    assert all(re.match(r"\d+(\.\d)?\b", row.source) for row in ALL_ROWS)


@pytest.mark.parametrize(
    "surface", [Surface.USER_INFO, Surface.VIDEO_INIT, Surface.INBOX_INIT, Surface.PHOTO_INIT]
)
def test_both_spellings_of_invalid_param_are_one_row(surface: Surface) -> None:
    assert row_for("invalid_param", surface) == row_for("invalid_params", surface)
    assert row_for("invalid_param", surface).known


@pytest.mark.parametrize("code", ["spam", "spam_risk_text_2", "SPAM_RISK", " spam_risk", ""])
def test_a_code_is_matched_as_a_whole(code: str) -> None:
    assert not row_for(code, Surface.FAIL_REASON).known


def test_an_unknown_reason_is_final_and_keeps_its_name() -> None:
    row = row_for("brand_new_reason", Surface.FAIL_REASON)
    assert (row.code, row.remedy, row.known) == ("brand_new_reason", Remedy.TERMINAL, False)


@pytest.mark.parametrize("surface", [surface for surface in TABLES if surface is not Surface.FAIL_REASON])
def test_an_unknown_refusal_is_the_operators_to_look_at(surface: Surface) -> None:
    row = row_for("brand_new_code", surface)
    assert (row.code, row.remedy, row.known) == ("brand_new_code", Remedy.APP_CONFIG, False)


ROWS_AND_STAND_INS = [*ALL_ROWS, row_for("new", Surface.STATUS), row_for("new", Surface.FAIL_REASON)]


@pytest.mark.parametrize("row", ROWS_AND_STAND_INS, ids=lambda row: f"{row.surface}-{row.code}")
def test_the_words_are_for_people(row: CodeRow) -> None:
    for text in (row.title, row.sentence, row.action):
        assert text
        assert "_" not in text, "a code in the text"
        assert {name for _, name, _, _ in string.Formatter().parse(text) if name} <= {"account"}
        assert not re.search(r"\b(successfully|please|oops|error)\b", text, re.IGNORECASE)
        assert text[0].isupper() or text.startswith("{account}") or text[0].isdigit()
    assert row.title[-1] not in ".!"
    assert row.sentence.endswith(".")
    assert row.action[-1] not in ".!?"


# ui.md section 3.2: code, title, main button.
@pytest.mark.parametrize(
    ("surface", "code", "title", "action"),
    [
        (Surface.FAIL_REASON, "auth_removed", "Luna Bakes disconnected us from TikTok", "Reconnect"),
        (Surface.OAUTH, "invalid_grant", "Luna Bakes disconnected us from TikTok", "Reconnect"),
        (Surface.VIDEO_INIT, "access_token_invalid", "We lost the connection to Luna Bakes", "Reconnect"),
        (
            Surface.VIDEO_INIT,
            "scope_not_authorized",
            "Luna Bakes didn't allow us to post",
            "Reconnect and allow posting",
        ),
        (
            Surface.VIDEO_INIT,
            "spam_risk_too_many_posts",
            "Luna Bakes reached TikTok's limit for today",
            "Pick a time",
        ),
        (
            Surface.INBOX_INIT,
            "spam_risk_too_many_pending_share",
            "5 drafts are waiting in Luna Bakes' TikTok inbox",
            "I've finished them, try again",
        ),
        (Surface.VIDEO_INIT, "reached_active_user_cap", "TikTok is busy", "Try now"),
        (Surface.STATUS, "rate_limit_exceeded", "TikTok is busy", "Try now"),
        (Surface.FAIL_REASON, "internal", "TikTok is busy", "Try now"),
        (
            Surface.VIDEO_INIT,
            "privacy_level_option_mismatch",
            "Luna Bakes can't post to the chosen audience any more",
            "Choose who can watch",
        ),
        (
            Surface.VIDEO_INIT,
            "unaudited_client_can_only_post_to_private_accounts",
            "Until TikTok approves this app, Luna Bakes must be a private account",
            "Show me how",
        ),
        (
            Surface.FAIL_REASON,
            "duration_check_failed",
            "The video is too long for Luna Bakes",
            "Replace the video",
        ),
        (
            Surface.FAIL_REASON,
            "frame_rate_check_failed",
            "TikTok can't read this video",
            "Replace the video",
        ),
        (Surface.FAIL_REASON, "spam_risk_text", "TikTok found the caption risky", "Edit the caption"),
        (Surface.FAIL_REASON, "spam_risk", "TikTok doesn't let Luna Bakes post right now", "Open TikTok"),
        (
            Surface.CREATOR_INFO,
            "spam_risk_too_many_posts",
            "TikTok asks to try again later",
            "Tell me when it works",
        ),
        (Surface.TRANSPORT, "answer_lost", "Did this go out?", "Check now"),
    ],
)
def test_the_words_are_those_of_the_design(surface: Surface, code: str, title: str, action: str) -> None:
    row = row_for(code, surface)
    shown = row.title.format(account="Luna Bakes").replace("Luna Bakes's", "Luna Bakes'")
    assert (shown, row.action) == (title, action)
