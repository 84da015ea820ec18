"""The week as a list, on the clocks of the workspace."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tenancy import workspace_scope
from scheduler import authoring
from scheduler.models import Post
from scheduler.views.calendar import Day, folded
from tests.people import client_of
from tests.scheduler.pages import address

pytestmark = pytest.mark.django_db(transaction=True)

FRIDAY = datetime(2026, 12, 4, 12, 30, tzinfo=UTC)


@pytest.fixture
def desk(studio: SimpleNamespace) -> SimpleNamespace:
    studio.browser = client_of(studio.alice)
    return studio


def week(desk: SimpleNamespace, day: str = "2026-12-04") -> str:
    answer = desk.browser.get(address(desk.workspace, "calendar"), {"week": day})
    assert answer.status_code == 200
    return answer.content.decode()


def section(page: str, day: str) -> str:
    return page.split(f'id="day-{day}"')[1].split("</section>")[0]


def test_an_empty_workspace_says_how_to_begin(desk: SimpleNamespace) -> None:
    assert "Plan your first post" in week(desk)


def test_a_post_stands_under_its_day_with_time_account_and_status(desk: SimpleNamespace) -> None:
    desk.post(due_at=FRIDAY, caption="Berry cake\nwith a second line")

    friday = section(week(desk), "2026-12-04")

    assert ">12:30</time>" in friday
    assert "Berry cake</a>" in friday
    assert "Luna Bakes" in friday
    assert "Scheduled" in friday


def test_posts_that_may_not_go_out_are_named_with_the_reason(desk: SimpleNamespace) -> None:
    post = desk.post(due_at=FRIDAY, caption="Berry cake")
    with workspace_scope(desk.workspace):
        Post.objects.filter(pk=post.pk).update(risk="daily_cap", risk_sentence="It would be number 16.")

    page = week(desk)

    assert "1 post may not go out." in page
    assert "It would be number 16." in page


def test_the_day_is_the_workspaces_not_the_servers(desk: SimpleNamespace) -> None:
    desk.workspace.time_zone = "Asia/Tokyo"
    desk.workspace.save()
    desk.post(due_at=FRIDAY.replace(hour=20))

    page = week(desk)

    assert "05:30" in section(page, "2026-12-05")
    assert "No posts this day" in section(page, "2026-12-04")
    assert "Tokyo time" in page


def test_the_weeks_before_and_after_are_one_press_away(desk: SimpleNamespace) -> None:
    page = week(desk)

    assert 'href="?week=2026-11-23"' in page
    assert 'href="?week=2026-12-07"' in page
    assert "30 November – 6 December" in page


@pytest.mark.parametrize("asked", ["", "soon", "2026-13-01", "0001-01-01", "9999-12-31", "<script>"])
def test_an_unreadable_week_is_this_week(desk: SimpleNamespace, asked: str) -> None:
    desk.post(due_in=timedelta(minutes=1))

    assert "Today" in week(desk, asked)


def test_what_needs_a_person_stands_on_top(desk: SimpleNamespace) -> None:
    assert "need" not in week(desk).split("</h1>")[1].split("day-2026")[0]
    post = desk.post()
    with workspace_scope(desk.workspace):
        Post.objects.filter(pk=post.pk).update(status="failed", reason="tiktok_trouble", next_step_at=None)

    page = week(desk)

    assert "1 post needs you." in page
    assert address(desk.workspace, "post_detail", post.pk) in page


def test_every_post_that_needs_a_person_can_be_reached(desk: SimpleNamespace) -> None:
    posts = [desk.post(due_at=FRIDAY + timedelta(days=days), caption=f"Cake {days}") for days in (0, 70)]
    with workspace_scope(desk.workspace):
        Post.objects.update(hold="needs_reconnect")

    banner = week(desk).split("2 posts need you.")[1].split("</details>")[0]

    for post in posts:
        assert address(desk.workspace, "post_detail", post.pk) in banner
    assert "Cake 70" in banner
    assert "last month" not in banner


def test_this_week_starts_at_today(desk: SimpleNamespace) -> None:
    desk.post(due_in=timedelta(minutes=1))

    page = week(desk, "")

    assert 'href="?#today"' in page
    assert "Today" in page.split('id="today"')[1].split("</section>")[0]


def test_days_that_passed_without_posts_are_one_line() -> None:
    monday = date(2026, 11, 16)
    today = monday + timedelta(days=4)
    days = [Day(monday + timedelta(days=n), n == 4, [Post()] if n == 2 else []) for n in range(7)]

    shown = folded(days, today)

    assert [day.quiet for day in shown] == ["Monday and Tuesday", "", "Thursday", "", "", ""]
    assert folded(days[:4], today) == days[:4]


def test_a_lost_account_stands_on_top(desk: SimpleNamespace) -> None:
    desk.luna.status, desk.luna.status_reason = "needs_reconnect", "refresh_refused"
    with workspace_scope(desk.workspace):
        desk.luna.save()

    assert "Luna Bakes needs reconnecting." in week(desk)


def test_a_draft_without_a_time_is_not_lost(desk: SimpleNamespace) -> None:
    with workspace_scope(desk.workspace):
        authoring.create(workspace=desk.workspace, by=desk.alice, fields={"caption": "Half an idea"})

    assert "Half an idea" in week(desk).split('id="drafts"')[1]


def queries(desk: SimpleNamespace) -> int:
    with CaptureQueriesContext(connection) as counted:
        week(desk)
    return len(counted)


def test_more_posts_ask_no_more_queries(desk: SimpleNamespace) -> None:
    desk.post(due_at=FRIDAY)
    few = queries(desk)
    for hour in range(1, 6):
        desk.post(due_at=FRIDAY - timedelta(hours=hour))

    assert queries(desk) == few
