"""A calendar of a workspace with very many posts: as many queries as with few, and a page that ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tenancy import workspace_scope
from scheduler.calendars.tally import MOST, fit
from scheduler.models import Post
from tests.factories import make_photo_post
from tests.people import client_of
from tests.scheduler.pages import address
from tests.scheduler.rows import copy_of

pytestmark = pytest.mark.django_db(transaction=True)

MONDAY = datetime(2026, 11, 30, 9, tzinfo=UTC)
VIEWS: list[dict[str, str]] = [
    {},
    {"group": "time"},
    {"view": "month"},
    {"view": "list"},
    {"day": "2026-12-04"},
]


@pytest.fixture
def desk(studio: SimpleNamespace) -> SimpleNamespace:
    studio.browser = client_of(studio.alice)
    return studio


def many(desk: SimpleNamespace, number: int, *, over: timedelta) -> None:
    """Copies of one post, spread evenly."""
    post = desk.post(due_at=MONDAY)
    step = over / number
    with workspace_scope(desk.workspace):
        first = Post.objects.get(pk=post.pk)
        copies = []
        for count in range(number):
            columns = {
                field.attname: getattr(first, field.attname)
                for field in Post._meta.fields
                if field.name != "id"
            }
            copies.append(Post(**columns | {"due_at": MONDAY + count * step, "caption": f"Cake {count}"}))
        Post.objects.bulk_create(copies, batch_size=2000)


def week(desk: SimpleNamespace, **query: Any) -> tuple[str, int]:
    """The page, and how many queries it took."""
    with CaptureQueriesContext(connection) as counted:
        answer = desk.browser.get(address(desk.workspace, "calendar"), {"week": "2026-12-04"} | query)
    assert answer.status_code == 200
    return answer.content.decode(), len(counted)


def test_ten_thousand_posts_ask_no_more_queries_than_one(desk: SimpleNamespace) -> None:
    desk.post(due_at=MONDAY + timedelta(days=4))
    few = [week(desk, **view)[1] for view in VIEWS]
    many(desk, 10_000, over=timedelta(days=365))

    assert [week(desk, **view)[1] for view in VIEWS] == few
    assert max(few) < 30


def test_more_accounts_ask_no_more_queries(desk: SimpleNamespace) -> None:
    desk.post(due_at=MONDAY)
    few = week(desk)[1]
    for number in range(5):
        desk.post(due_at=MONDAY, account=copy_of(desk.luna, f"creator{number}"))

    assert week(desk)[1] == few


@pytest.mark.parametrize("view", VIEWS[:4], ids=str)
def test_a_full_week_ends_after_so_many_cards_and_says_how_many_are_left(
    desk: SimpleNamespace, view: dict[str, str]
) -> None:
    many(desk, 1_000, over=timedelta(days=7))

    page, _ = week(desk, **view)

    cards = page.count("data-walk") or page.count("post-row-text")
    assert 0 < cards <= MOST
    assert " more</a>" in page


def test_an_open_calendar_that_asks_again_reads_little(desk: SimpleNamespace) -> None:
    desk.post(due_at=MONDAY)
    page, _ = week(desk)
    seen = page.split("seen=")[1].split('"')[0]

    with CaptureQueriesContext(connection) as counted:
        answer = desk.browser.get(
            address(desk.workspace, "calendar"),
            {"week": "2026-12-04", "seen": seen},
            headers={"HX-Request": "true"},
        )

    assert answer.status_code == 204
    assert len(counted) <= 6


def test_an_open_calendar_is_told_of_what_changed_and_stops_asking_in_the_end(desk: SimpleNamespace) -> None:
    post = desk.post(due_at=MONDAY)
    page, _ = week(desk)
    assert 'hx-trigger="every 10s"' in page
    seen = page.split("seen=")[1].split('"')[0]
    with workspace_scope(desk.workspace):
        Post.objects.filter(pk=post.pk).update(status="published", next_step_at=None)

    answer = desk.browser.get(
        address(desk.workspace, "calendar"),
        {"week": "2026-12-04", "seen": seen},
        headers={"HX-Request": "true"},
    )

    part = answer.content.decode()
    assert 'data-status="published"' in part
    assert "hx-trigger" not in part
    assert "<html" not in part


@pytest.mark.parametrize(
    ("counts", "most", "limit"),
    [([], 10, 1), ([3, 3], 10, 3), ([9, 2], 10, 8), ([5, 5, 5], 3, 1), ([5, 5], 1, 1)],
)
def test_the_room_of_a_page_is_shared_evenly(counts: list[int], most: int, limit: int) -> None:
    assert fit(counts, most) == limit


def test_photo_posts_among_videos_ask_no_more_queries_by_number(desk: SimpleNamespace) -> None:
    desk.post(due_at=MONDAY)
    make_photo_post(desk.luna, 2, desk.alice, due_at=MONDAY)
    few = week(desk)[1]
    for _ in range(5):
        make_photo_post(desk.luna, 2, desk.alice, due_at=MONDAY)
        desk.post(due_at=MONDAY)

    assert week(desk)[1] == few
