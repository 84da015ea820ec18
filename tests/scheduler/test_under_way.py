"""How far a post on its way has got, in the same words on its page, its card and its row; and it is told live."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from accounts.tenancy import workspace_scope
from scheduler.clock import database_now
from scheduler.models import Post
from scheduler.post_page import PostPage
from scheduler.states import Stage, Way
from scheduler.under_way import LONG, open_attempt, under_way
from tests.people import client_of
from tests.scheduler.engine import attempts, fresh
from tests.scheduler.pages import address, standing
from tests.scheduler.rows import attempt

pytestmark = pytest.mark.django_db(transaction=True)

FRIDAY = datetime(2026, 12, 4, 12, 30, tzinfo=UTC)
PUBLISHING = {"status": "publishing", "next_step_at": FRIDAY}
SENT = {"stage": Stage.STARTED, "video_size": 80_000_000, "chunk_size": 10_000_000, "chunk_count": 8}
BYTES = {"way": Way.PULL, "stage": Stage.COMMITTED, "tiktok_status": "PROCESSING_DOWNLOAD"}
NOW = {"commit_intent_at": FRIDAY}


@pytest.fixture
def desk(studio: SimpleNamespace) -> SimpleNamespace:
    studio.browser = client_of(studio.alice)
    studio.member = studio.workspace.memberships.get(user=studio.alice)
    return studio


def on_its_way(desk: SimpleNamespace, columns: dict[str, Any], **of_post: Any) -> Post:
    post = desk.post(due_at=FRIDAY, **of_post)
    attempt(post, ago=None, **columns)
    return standing(post, **PUBLISHING) if columns["stage"] not in {Stage.STARTED, Stage.STAGED} else post


def board(desk: SimpleNamespace, **query: str) -> str:
    answer = desk.browser.get(address(desk.workspace, "calendar"), {"week": "2026-12-04"} | query)
    return answer.content.decode().split('id="board"')[1].split("</main>")[0]


def seen(desk: SimpleNamespace) -> str:
    return board(desk).split("seen=")[1].split('"')[0]


def stamp_of(desk: SimpleNamespace, post: Post) -> str:
    with workspace_scope(desk.workspace):
        return PostPage(fresh(post), desk.member).stamp


STAGES = [
    ({**SENT, "chunks_sent": 3}, "Uploading to TikTok", "30 MB of 80 MB", 'value="30000000" max="80000000"'),
    ({**SENT, "chunks_sent": 0}, "Uploading to TikTok", "0 of 80 MB", 'value="0" max="80000000"'),
    ({"stage": Stage.STAGED}, "Sent ahead to TikTok", "goes live at 12:30 Lisbon time", 'value="1" max="1"'),
    (
        {"stage": Stage.STAGED, "way": Way.PULL, "publish_id": ""},
        "Ready for TikTok to fetch",
        "goes out at 12:30 Lisbon time",
        'value="1" max="1"',
    ),
    ({"stage": Stage.COMMITTING, **NOW}, "Waiting for TikTok&#x27;s answer", "", "<progress aria-label"),
    (
        {"stage": Stage.COMMITTED, "last_byte_at": FRIDAY, **NOW},
        "TikTok is processing the video",
        "about a minute",
        "<progress aria-label",
    ),
    (
        {**BYTES, "tiktok_bytes": 34_000_000, **NOW},
        "TikTok is fetching the video",
        "34 MB so far",
        "<progress aria-label",
    ),
]


@pytest.mark.parametrize(("columns", "words", "note", "bar"), STAGES, ids=lambda each: str(each)[:40])
def test_page_card_and_row_say_one_stage_in_the_same_words(
    desk: SimpleNamespace, columns: dict[str, Any], words: str, note: str, bar: str
) -> None:
    post = on_its_way(desk, columns)
    page = desk.browser.get(address(desk.workspace, "post_detail", post.pk)).content.decode()

    for shown in (page, board(desk), board(desk, view="list")):
        told = shown.split(words, 1)[1].split("</li>")[0]
        assert bar in told
        assert note in told


def test_a_draft_for_the_app_goes_to_the_inbox(desk: SimpleNamespace) -> None:
    post = on_its_way(desk, {"stage": Stage.STAGED}, mode="inbox")

    assert under_way(fresh(post), attempts(post)[0]).note == "goes to the inbox at 12:30 Lisbon time"


@pytest.mark.parametrize(
    "columns", [{"hold": "needs_reconnect"}, {"status": "needs_check", "reason": "late"}]
)
def test_a_post_that_waits_for_a_person_says_that_instead(
    desk: SimpleNamespace, columns: dict[str, Any]
) -> None:
    post = standing(on_its_way(desk, {"stage": Stage.STAGED}), **columns)

    assert open_attempt(fresh(post), attempts(post)) is None
    assert "Sent ahead" not in board(desk)


def test_what_takes_half_an_hour_says_since_when_on_pages_that_are_open(desk: SimpleNamespace) -> None:
    post = on_its_way(desk, {"stage": Stage.COMMITTED, "last_byte_at": FRIDAY, **NOW})
    before, stamp = seen(desk), stamp_of(desk, post)

    standing(post, **PUBLISHING | {"next_step_at": FRIDAY + LONG + timedelta(seconds=1)})

    page = desk.browser.get(address(desk.workspace, "post_detail", post.pk)).content.decode()
    for shown in (page, board(desk)):
        told = shown.split("TikTok is still processing the video", 1)[1].split("</li>")[0]
        assert "since 12:30 Lisbon time, longer than usual" in told
    assert (seen(desk) != before, stamp_of(desk, post) != stamp) == (True, True)


def test_a_month_has_no_room_for_it(desk: SimpleNamespace) -> None:
    on_its_way(desk, {"stage": Stage.STAGED})

    assert "Sent ahead" not in board(desk, view="month")


@pytest.mark.parametrize(
    "further",
    [{"chunks_sent": 4}, {"stage": Stage.STAGED, "chunks_sent": 7}, {"tiktok_bytes": 5}],
    ids=str,
)
def test_an_open_calendar_is_told_of_each_step(desk: SimpleNamespace, further: dict[str, Any]) -> None:
    post = on_its_way(desk, {**SENT, "chunks_sent": 3})
    before = seen(desk)
    assert seen(desk) == before

    row = attempts(post)[0]
    for name, value in further.items():
        setattr(row, name, value)
    with workspace_scope(desk.workspace):
        row.save(update_fields=list(further))

    assert seen(desk) != before


def test_an_open_page_is_told_of_what_tiktok_has_fetched(desk: SimpleNamespace) -> None:
    post = on_its_way(desk, {**BYTES, "tiktok_bytes": 34_000_000, **NOW})
    before = stamp_of(desk, post)
    row = attempts(post)[0]
    row.tiktok_bytes = 35_000_000
    with workspace_scope(desk.workspace):
        row.save(update_fields=["tiktok_bytes"])

    assert stamp_of(desk, post) != before


def test_what_was_tried_before_counts_no_post_twice(desk: SimpleNamespace) -> None:
    post = desk.post(due_at=FRIDAY)
    attempt(post, ago=None, stage=Stage.ABANDONED, ended_at=database_now())
    attempt(post, ago=None, stage=Stage.ABANDONED, ended_at=database_now())
    attempt(post, ago=None, **SENT)

    assert "Scheduled <b>1</b>" in board(desk)
