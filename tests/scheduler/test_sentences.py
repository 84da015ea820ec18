"""ui.md 3.2, row by row: the page of a post says what happened in the account's name, and offers one main button.

The button is the one that does something for this post: where the table's words promise what no page does (a mail once
it works), ours for what does follow stand in their place, and where only waiting helps, there is none. That each code
has the words of the table is for `tests/tiktok/client/test_codes.py`.
"""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from html import unescape
from types import SimpleNamespace

import pytest

from accounts.tenancy import workspace_scope
from scheduler.clock import database_now
from scheduler.explaining import ACTION_OF_BUTTON
from scheduler.models import Post
from scheduler.states import ACTION_LABELS, PostStatus, Reason
from scheduler.times import next_minute
from scheduler.transitions import move
from tests.factories import make_media
from tests.people import client_of
from tests.scheduler.engine import fresh
from tests.scheduler.pages import address, standing
from tiktok.client.codes import ALL_ROWS

pytestmark = pytest.mark.django_db(transaction=True)

FAILED = {"status": "failed", "reason": "tiktok_refused", "surface": "fail_reason"}
AT_INIT = FAILED | {"surface": "video_init"}
CANNOT_READ = "TikTok can't read this video"
LIMIT = "Luna Bakes reached TikTok's limit for today"
TOMORROW = "Post tomorrow at 12:30"
SECONDS = {
    "auth_removed": "Send the owner a link",
    "refresh refused": "Send the owner a link",
    "too_many_posts": "Pick a time",
    "frame_rate": "How to export",
    "picture_size": "How to export",
    "file_format": "How to export",
    "unaudited, found by us": "Show me how",
}
"""The second buttons of the table that lead somewhere."""

NOON = time(12, 30)
NOT_POSTING = ("TikTok doesn't let Luna Bakes post right now", "Open TikTok")
CANNOT_FETCH = "TikTok couldn't fetch the media from our server"


def waits(reason: str, code: str = "", surface: str = "video_init") -> dict[str, str]:
    return {"hold": reason, "code": code, "surface": surface if code else ""}


ROWS: dict[str, tuple[dict[str, str], str, str]] = {
    "auth_removed": (
        waits("needs_reconnect", "auth_removed", "fail_reason"),
        "Luna Bakes disconnected us from TikTok",
        "Reconnect",
    ),
    "refresh refused": (
        waits("needs_reconnect", "invalid_grant", "oauth"),
        "Luna Bakes disconnected us from TikTok",
        "Reconnect",
    ),
    "access_token_invalid": (
        waits("needs_reconnect", "access_token_invalid"),
        "We lost the connection to Luna Bakes",
        "Reconnect",
    ),
    "scope_not_authorized": (
        waits("scope_missing", "scope_not_authorized"),
        "Luna Bakes didn't allow us to post",
        "Reconnect and allow posting",
    ),
    "too_many_posts": (waits("daily_cap", "spam_risk_too_many_posts"), LIMIT, TOMORROW),
    "too_many_pending_share": (
        waits("pending_shares", "spam_risk_too_many_pending_share", "inbox_init"),
        "5 drafts are waiting in Luna Bakes's TikTok inbox",
        "I've finished them, try again",
    ),
    "active_user_cap": (waits("app_cap", "reached_active_user_cap"), "TikTok is busy", ""),
    "internal": (FAILED | {"code": "internal"}, "TikTok is busy", "Try now"),
    "privacy_level_option_mismatch": (
        AT_INIT | {"code": "privacy_level_option_mismatch"},
        "Luna Bakes can't post to “Everyone” any more",
        "Choose who can watch",
    ),
    "unaudited_client": (
        waits("app_configuration", "unaudited_client_can_only_post_to_private_accounts"),
        "Until TikTok approves this app, Luna Bakes must be a private account",
        "Show me how",
    ),
    "unaudited, found by us": (
        {"status": "failed", "reason": "unaudited"},
        "Until TikTok approves this app, Luna Bakes must be a private account",
        "Choose who can watch",
    ),
    "duration": (
        FAILED | {"code": "duration_check_failed"},
        "The video is 12:04, longer than Luna Bakes may post",
        "Replace the video",
    ),
    "file_format": (FAILED | {"code": "file_format_check_failed"}, CANNOT_READ, "Replace the video"),
    "frame_rate": (
        FAILED | {"code": "frame_rate_check_failed"},
        f"{CANNOT_READ}: 23 to 60 frames a second needed, this has 120",
        "Replace the video",
    ),
    "picture_size": (
        FAILED | {"code": "picture_size_check_failed"},
        f"{CANNOT_READ}: 360 to 4096 pixels a side needed, this has 240 × 320",
        "Replace the video",
    ),
    "spam_risk_text": (
        FAILED | {"code": "spam_risk_text"},
        "TikTok found the caption risky",
        "Edit the caption",
    ),
    "spam_risk": (FAILED | {"code": "spam_risk"}, *NOT_POSTING),
    "banned": (AT_INIT | {"code": "spam_risk_user_banned_from_posting"}, *NOT_POSTING),
    "banned, the others": (waits("tiktok_refused", "spam_risk_user_banned_from_posting"), *NOT_POSTING),
    "url_ownership": (waits("app_configuration", "url_ownership_unverified"), CANNOT_FETCH, ""),
    "pull_failed": (FAILED | {"code": "photo_pull_failed"}, CANNOT_FETCH, "Try now"),
    "answer lost": (
        {"status": "needs_check", "reason": "outcome_unknown"},
        "Did this go out?",
        "Check now: look at @luna.bakes",
    ),
    "cannot post now": (
        waits("daily_cap", "spam_risk_too_many_posts", "creator_info"),
        "TikTok asks to try again later",
        TOMORROW,
    ),
    "unknown": (
        FAILED | {"code": "brand_new"},
        "TikTok didn't post this, for a reason we don't know",
        "See the details",
    ),
}


@pytest.fixture
def desk(studio: SimpleNamespace) -> SimpleNamespace:
    studio.browser = client_of(studio.alice)
    return studio


def outcome(desk: SimpleNamespace, post: Post) -> str:
    page = desk.browser.get(address(desk.workspace, "post_detail", post.pk)).content.decode()
    return unescape(page.split('class="outcome"')[1].split("</section>")[0])


def title(told: str) -> str:
    return told.split('id="why">')[1].split("</h2>")[0]


def main_buttons(told: str) -> list[str]:
    """Their words, without icons."""
    found = re.findall(r'<(a|button|summary) class="btn primary lg"[^>]*>(.*?)</\1>', told, re.S)
    return [re.sub(r"<[^>]+>", "", inside).strip() for _, inside in found]


def today_at_noon(desk: SimpleNamespace) -> Post:
    """A long, quick, small film, due today at half past twelve by the workspace's clocks."""
    zone = desk.workspace.zone
    film = make_media(desk.workspace, duration_ms=724_000, frame_rate=120, width=240, height=320)
    due = datetime.combine(database_now().astimezone(zone).date(), NOON, zone)
    return desk.post(
        media=film, due_at=due, due_local=due.replace(tzinfo=None).isoformat(), due_zone=str(zone)
    )


@pytest.mark.parametrize("name", ROWS)
def test_a_row_of_the_table_has_its_sentence_and_its_button(desk: SimpleNamespace, name: str) -> None:
    columns, expected, button = ROWS[name]

    told = outcome(desk, standing(today_at_noon(desk), **columns))

    assert title(told) == expected
    assert main_buttons(told) == ([button] if button else [])
    assert SECONDS.get(name, "") in told
    assert not re.search(r"spam_risk|_failed|_invalid|scope_not|internal<", told)


def test_a_missed_post_says_by_how_much_and_offers_to_publish_it_now(desk: SimpleNamespace) -> None:
    post = desk.post(due_in=-timedelta(minutes=42, seconds=20))
    with workspace_scope(desk.workspace):
        move(post, PostStatus.MISSED, fence=post.fence, next_step_at=None, reason=Reason.LATE)

    told = outcome(desk, fresh(post))

    assert title(told) == "We were 42 min late, so we didn't post"
    assert main_buttons(told) == ["Post now"]
    assert "Pick a time" in told


def test_a_post_that_met_the_limit_of_the_day_goes_out_a_day_later(desk: SimpleNamespace) -> None:
    post = standing(today_at_noon(desk), hold="daily_cap")
    fields = dict(re.findall(r'name="(version|date|time)" value="([^"]+)"', outcome(desk, post)))

    desk.browser.post(address(desk.workspace, "post_reschedule", post.pk), fields)

    assert fresh(post).due_local == f"{fields['date']}T12:30:00"
    assert fields["date"] > post.due_local[:10]


@pytest.mark.parametrize("hold", ["daily_cap", "app_cap", "pending_shares"])
def test_a_post_that_is_tried_again_by_itself_says_when(desk: SimpleNamespace, hold: str) -> None:
    post = standing(desk.post(due_in=timedelta(hours=3)), hold=hold)
    assert post.next_step_at is not None
    at = next_minute(post.next_step_at).astimezone(desk.workspace.zone)

    told = outcome(desk, post).split("We try again at ")[1]
    assert told.split(" Lisbon time.")[0].endswith(f"{at:%H:%M}")


def test_what_a_creator_banned_from_posting_is_offered_leads_to_tiktok(desk: SimpleNamespace) -> None:
    told = outcome(desk, standing(desk.post(), **FAILED, code="spam_risk"))

    assert f'href="{desk.tiktok.base_url}/@luna.bakes"' in told


def test_every_button_does_what_a_page_can_do() -> None:
    words = {row.action for row in ALL_ROWS}

    assert set(ACTION_OF_BUTTON) <= words | {"See the details"}
    assert set(ACTION_OF_BUTTON.values()) <= set(ACTION_LABELS)


def test_no_number_is_told_that_says_the_opposite(desk: SimpleNamespace) -> None:
    post = standing(desk.post(), **FAILED, code="frame_rate_check_failed")

    assert title(outcome(desk, post)) == CANNOT_READ
