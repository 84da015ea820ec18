"""The week by account, by time, the month and the list, on the clocks of the workspace."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from accounts.permissions import Role
from accounts.tenancy import workspace_scope
from scheduler import authoring
from scheduler.models import Post, PostingSlot
from scheduler.templatetags.scheduler import short_title
from tests.people import client_of, join, make_person
from tests.scheduler.pages import address
from tests.scheduler.rows import copy_of
from tiktok.models import TikTokAccount

pytestmark = pytest.mark.django_db(transaction=True)

FRIDAY = datetime(2026, 12, 4, 12, 30, tzinfo=UTC)
DISCONNECTED = {
    "status": "disconnected",
    "status_reason": "by_person",
    "access_token": None,
    "refresh_token": None,
}


@pytest.fixture
def desk(studio: SimpleNamespace) -> SimpleNamespace:
    studio.browser = client_of(studio.alice)
    return studio


def week(desk: SimpleNamespace, around: str = "2026-12-04", **query: Any) -> str:
    answer = desk.browser.get(address(desk.workspace, "calendar"), {"week": around} | query)
    assert answer.status_code == 200
    return answer.content.decode()


def put(post: Post, **columns: Any) -> None:
    with workspace_scope(post.workspace_id):
        Post.objects.filter(pk=post.pk).update(**columns)


def cell(page: str, row: Any, day: str) -> str:
    """What stands in one day of one row."""
    found = re.search(
        rf'<div class="cell[^"]*" data-d="\d" data-date="{day}" data-lane="{row}".*?(?=<div class="cell|</section>)',
        page,
        re.DOTALL,
    )
    assert found, f"no cell for {row} on {day}"
    return found[0]


def section(page: str, day: str) -> str:
    return page.split(f'id="day-{day}"')[1].split("</section>")[0]


def slots(account: TikTokAccount, weekday: int, *times: time) -> None:
    with workspace_scope(account.workspace_id):
        for at in times:
            PostingSlot.objects.create(
                workspace_id=account.workspace_id, account=account, weekday=weekday, at=at
            )


def test_a_workspace_without_anything_says_how_to_begin(desk: SimpleNamespace) -> None:
    with workspace_scope(desk.workspace):
        TikTokAccount.objects.update(**DISCONNECTED)

    page = week(desk)
    assert "Connect a TikTok account" in page
    assert '<li data-state="current" aria-current="step">Connect TikTok</li>' in page


def test_a_workspace_with_an_account_is_led_to_its_first_post(desk: SimpleNamespace) -> None:
    assert '<li data-state="current" aria-current="step">Your first post</li>' in week(desk)
    desk.post(due_at=FRIDAY)
    assert "Your first post" not in week(desk)
    assert "Your first post" not in week(desk, around="2027-06-04"), "also where the week is empty"


def test_who_may_not_connect_is_told_whom_to_ask(desk: SimpleNamespace) -> None:
    with workspace_scope(desk.workspace):
        TikTokAccount.objects.update(**DISCONNECTED)
    editor = make_person("Eve")
    join(desk.workspace, editor, Role.EDITOR)
    desk.browser = client_of(editor)
    page = week(desk)
    assert "Ask an owner or admin" in page
    assert "/accounts/connect/" not in page


# --- the week by account


def test_a_post_stands_in_its_accounts_row_on_its_day(desk: SimpleNamespace) -> None:
    post = desk.post(due_at=FRIDAY, caption="Berry cake\nwith a second line")

    page = week(desk)

    friday = cell(page, desk.luna.pk, "2026-12-04")
    assert ">12:30</time>" in friday
    assert '<span class="vh">Fri 4 Dec, 12:30, Scheduled, </span><span dir="auto">Berry cake</span>' in friday
    assert f'id="p-{post.pk}"' in friday
    assert "Berry cake" not in cell(page, desk.luna.pk, "2026-12-03")
    assert "30 November – 6 December" in page


def test_the_day_is_the_workspaces_not_the_servers(desk: SimpleNamespace) -> None:
    desk.workspace.time_zone = "Asia/Tokyo"
    desk.workspace.save()
    desk.post(due_at=FRIDAY.replace(hour=20))

    page = week(desk)

    assert "05:30" in cell(page, desk.luna.pk, "2026-12-05")
    assert "pc-cap" not in cell(page, desk.luna.pk, "2026-12-04")
    assert "Tokyo time" in page


@pytest.mark.parametrize(
    ("day", "hour_utc", "shown"),
    [("2027-03-28", 0, "00:30"), ("2027-03-28", 1, "02:30"), ("2027-10-31", 1, "01:30")],
)
def test_a_week_in_which_the_clocks_change_keeps_every_post(
    desk: SimpleNamespace, day: str, hour_utc: int, shown: str
) -> None:
    desk.post(due_at=datetime.fromisoformat(f"{day}T{hour_utc:02}:30:00+00:00"))

    for query in ({}, {"group": "time"}):
        page = week(desk, day, **query)
        row = int(shown[:2]) if query else desk.luna.pk
        assert f">{shown}</time>" in cell(page, row, day)


def test_the_last_minute_of_a_short_week_belongs_to_it(desk: SimpleNamespace) -> None:
    desk.post(due_at=datetime(2027, 3, 28, 22, 59, tzinfo=UTC), caption="Last minute")

    assert "Last minute" in week(desk, "2027-03-28")
    assert "Last minute" not in week(desk, "2027-03-29")


def test_a_row_says_how_many_slots_are_free(desk: SimpleNamespace) -> None:
    slots(desk.luna, 4, time(12, 30), time(18))
    desk.post(due_at=FRIDAY)

    page = week(desk)

    friday = cell(page, desk.luna.pk, "2026-12-04")
    assert "18:00 free" in friday
    assert "12:30 free" not in friday
    assert f"posts/new/?account={desk.luna.pk}&amp;date=2026-12-04&amp;time=18:00" in friday
    assert "1 free slot" in page


def test_slots_are_said_to_be_filled_only_where_each_of_them_is(desk: SimpleNamespace) -> None:
    slots(desk.luna, 4, time(12, 30))
    assert "1 free slot" in week(desk)
    assert "All slots filled" not in week(desk, status="failed")  # nobody looked
    assert "All slots filled" not in week(desk, "2026-11-13")  # nothing can be planned there
    desk.post(due_at=FRIDAY)
    assert "All slots filled" in week(desk)


def test_a_day_without_a_free_slot_leads_to_a_post_at_an_hour_that_is_free(desk: SimpleNamespace) -> None:
    desk.post(due_at=FRIDAY)
    new = f'href="{address(desk.workspace, "post_new")}?account={desk.luna.pk}&amp;date='

    page = week(desk)

    assert f'{new}2026-12-03&amp;time=12:00"' in cell(page, desk.luna.pk, "2026-12-03")
    assert f'{new}2026-12-04&amp;time=14:00"' in cell(page, desk.luna.pk, "2026-12-04"), (
        "one goes out at 12:30"
    )


def test_a_month_leads_to_a_new_post_of_each_day_to_come(desk: SimpleNamespace) -> None:
    desk.post(due_at=FRIDAY)
    new = f"{address(desk.workspace, 'post_new')}?"

    page = week(desk, view="month")

    assert f'href="{new}date=2026-12-03&amp;time=12:00"' in page
    assert f"{new}date=" not in week(desk, "2020-12-04", view="month")
    assert f"{new}account={desk.luna.pk}&amp;date=2026-12-04" in week(
        desk, view="month", account=desk.luna.pk
    )


def test_a_draft_without_an_account_is_not_lost(desk: SimpleNamespace) -> None:
    fields = {
        "caption": "Whose is it",
        "due_at": FRIDAY,
        "due_local": "2026-12-04T12:30:00",
        "due_zone": "UTC",
    }
    with workspace_scope(desk.workspace):
        authoring.create(workspace=desk.workspace, by=desk.alice, fields=fields)

    page = week(desk)

    assert "Whose is it" in cell(page, "none", "2026-12-04")
    assert "No account yet" in page


def test_a_disconnected_account_keeps_the_row_of_its_posts(desk: SimpleNamespace) -> None:
    desk.post(due_at=FRIDAY)
    with workspace_scope(desk.workspace):
        TikTokAccount.objects.update(**DISCONNECTED)

    assert "Luna Bakes" in week(desk)
    assert "Luna Bakes" not in week(desk, "2026-11-23")


@pytest.mark.parametrize("asked", ["", "soon", "2026-13-01", "0001-01-01", "9999-12-31", "<script>"])
def test_an_unreadable_week_is_this_week(desk: SimpleNamespace, asked: str) -> None:
    desk.post(due_in=timedelta(minutes=1))

    assert 'aria-current="date"' in week(desk, asked)


@pytest.mark.parametrize(
    "query", [{"view": "year"}, {"account": "x"}, {"status": "x"}, {"page": "-1"}, {"day": "x"}]
)
def test_what_an_address_says_wrongly_is_left_out(desk: SimpleNamespace, query: dict[str, str]) -> None:
    desk.post(due_at=FRIDAY, caption="Berry cake")

    assert "Berry cake" in week(desk, **query)


def test_the_weeks_before_and_after_are_one_press_away(desk: SimpleNamespace) -> None:
    page = week(desk, status="scheduled")

    assert 'href="?week=2026-11-23&amp;status=scheduled"' in page
    assert 'href="?week=2026-12-07&amp;status=scheduled"' in page


# --- the other views


def test_by_time_the_rows_are_hours_and_the_cards_say_whose_they_are(desk: SimpleNamespace) -> None:
    desk.post(due_at=FRIDAY, caption="Berry cake")
    slots(desk.luna, 4, time(18))

    page = week(desk, group="time")

    noon = cell(page, 12, "2026-12-04")
    assert "Berry cake" in noon
    assert "Luna Bakes" in noon
    assert "18:00 free" in cell(page, 18, "2026-12-04")
    assert not re.search(r'data-lane="13"', page)


def test_a_month_shows_whole_weeks_and_what_a_day_has_no_room_for(desk: SimpleNamespace) -> None:
    for minute in range(6):
        desk.post(due_at=FRIDAY + timedelta(minutes=minute), caption=f"Cake {minute}")

    page = week(desk, "2026-12-15", view="month")

    assert "December" in page.split("</h1>")[0]
    assert page.count('class="month-day"') == 35
    assert "Cake 3" in page
    assert "Cake 4" not in page
    assert 'href="?day=2026-12-04">+2 more</a>' in page
    assert 'href="?view=month" data-key="ArrowLeft"' in page
    assert 'href="?view=month&amp;week=2027-01-01"' in page


def test_a_day_lists_all_its_posts_in_pages(desk: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scheduler.calendars.page.PAGE_OF_A_DAY", 2)
    for minute in range(3):
        desk.post(due_at=FRIDAY + timedelta(minutes=minute), caption=f"Cake {minute}")

    first, second = (week(desk, day="2026-12-04", page=page) for page in (1, 2))

    assert "Cake 1" in first
    assert "Cake 2" not in first
    assert 'href="?day=2026-12-04&amp;page=2"' in first
    assert "Cake 2" in second
    assert "Cake 1" not in second


def test_a_list_has_every_day_of_the_week(desk: SimpleNamespace) -> None:
    desk.post(due_at=FRIDAY, caption="Berry cake")

    page = week(desk, view="list")

    friday = section(page, "2026-12-04")
    assert ">12:30</time>" in friday
    assert '<span class="vh">Fri 4 Dec, 12:30, Scheduled, </span><span dir="auto">Berry cake</span>' in friday
    assert "No posts this day" in section(page, "2026-12-05")


# --- filters


def test_a_status_filter_shows_those_alone_and_counts_all(desk: SimpleNamespace) -> None:
    desk.post(due_at=FRIDAY, caption="Berry cake")
    held = desk.post(due_at=FRIDAY + timedelta(hours=1), caption="Held cake")
    put(held, hold="needs_reconnect")

    page = week(desk, status="hold", view="list")

    assert "Held cake" in section(page, "2026-12-04")
    assert "Berry cake" not in section(page, "2026-12-04")
    assert re.search(r"Scheduled <b>1</b>", page)
    assert re.search(r'aria-current="true">.{0,200}On hold <b>1</b>', page)


def test_an_account_filter_shows_one_row(desk: SimpleNamespace) -> None:
    other = copy_of(desk.luna, "fern")
    desk.post(due_at=FRIDAY, caption="Berry cake")
    desk.post(due_at=FRIDAY, account=other, caption="Fern talk")

    page = week(desk, account=str(other.pk))

    assert "Fern talk" in page
    assert "Berry cake" not in page
    assert f'data-lane="{desk.luna.pk}"' not in page


def test_a_cancelled_post_is_shown_to_those_who_ask(desk: SimpleNamespace) -> None:
    post = desk.post(due_at=FRIDAY, caption="Called off")
    put(post, status="cancelled", next_step_at=None)

    assert "Called off" not in week(desk)
    assert "Show cancelled <b>1</b>" in week(desk)
    assert "Cancelled <b>1</b>" in week(desk, status="cancelled")
    assert "Called off" in week(desk, status="cancelled")


def test_a_filter_that_finds_nothing_says_so_and_clears(desk: SimpleNamespace) -> None:
    desk.post(due_at=FRIDAY)

    page = week(desk, status="failed")

    assert "No post of these days is “Not posted”." in page
    assert '<a class="btn primary" href="?week=2026-11-30">Show everything</a>' in page


# --- what needs a person


def test_posts_that_may_not_go_out_are_named_with_the_reason(desk: SimpleNamespace) -> None:
    put(desk.post(due_at=FRIDAY), risk="daily_cap", risk_sentence="It would be number 16.")

    page = week(desk)

    assert "1 post may not go out." in page
    assert "It would be number 16." in page


def test_what_needs_a_person_stands_on_top(desk: SimpleNamespace) -> None:
    post = desk.post()
    assert "TikTok could not take" not in week(desk)
    put(post, status="failed", reason="tiktok_trouble", next_step_at=None)

    page = week(desk)

    assert "TikTok could not take this post" in page
    assert "Post now" in page
    assert address(desk.workspace, "post_detail", post.pk) in page


def test_every_post_that_needs_a_person_can_be_reached(desk: SimpleNamespace) -> None:
    posts = [desk.post(due_at=FRIDAY + timedelta(days=days), caption=f"Cake {days}") for days in (0, 70)]
    with workspace_scope(desk.workspace):
        Post.objects.update(hold="needs_reconnect")

    banner = week(desk).split("2 posts need you.")[1].split("</details>")[0]

    for post in posts:
        assert address(desk.workspace, "post_detail", post.pk) in banner


def test_a_lost_account_stands_on_top_with_what_waits_for_it(desk: SimpleNamespace) -> None:
    put(desk.post(due_at=FRIDAY), hold="needs_reconnect")
    desk.luna.status, desk.luna.status_reason = "needs_reconnect", "refresh_refused"
    with workspace_scope(desk.workspace):
        desk.luna.save()

    page = week(desk)

    assert page.count("<strong>We lost the connection to Luna Bakes</strong>") == 1
    assert "posts need you" not in page
    assert "lane-fix" not in page


def test_a_draft_without_a_time_waits_in_the_tray(desk: SimpleNamespace) -> None:
    with workspace_scope(desk.workspace):
        authoring.create(workspace=desk.workspace, by=desk.alice, fields={"caption": "Half an idea"})

    tray = week(desk).split('id="drafts"')[1]

    assert "Half an idea" in tray
    assert "Fill free slots" in tray


def test_the_tray_holds_what_is_asked_for_and_leads_to_the_rest(
    desk: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.calendars.page.DRAFTS_SHOWN", 1)
    with workspace_scope(desk.workspace):
        for number, account in enumerate((desk.luna, desk.luna, None)):
            fields = {"caption": f"Idea {number}", "account": account}
            authoring.create(workspace=desk.workspace, by=desk.alice, fields=fields)

    everybodys = week(desk).split('id="drafts"')[1]
    lunas = week(desk, account=desk.luna.pk).split('id="drafts"')[1]

    assert "3 drafts without a time" in everybodys
    assert f'{address(desk.workspace, "posts")}?status=draft"' in everybodys
    assert "2 drafts of Luna Bakes without a time" in lunas
    assert "Idea 1" in lunas
    assert "Idea 2" not in lunas
    assert f"?status=draft&amp;account={desk.luna.pk}" in lunas


def test_a_draft_without_an_account_has_a_row_to_be_put_in(desk: SimpleNamespace) -> None:
    assert 'data-lane="none"' not in week(desk)
    with workspace_scope(desk.workspace):
        authoring.create(workspace=desk.workspace, by=desk.alice, fields={"caption": "Half an idea"})

    assert "No account yet" in week(desk).split('id="drafts"')[0]
    assert 'data-date="2026-12-04" data-lane="none"' in week(desk)
    assert 'data-lane="none"' not in week(desk, account=desk.luna.pk), "another account is asked for"
    assert 'data-lane="none"' not in desk.browser.get("/calendar/").content.decode(), (
        "nothing is dragged there"
    )


# --- who


def test_a_viewer_sees_everything_and_moves_nothing(desk: SimpleNamespace) -> None:
    viewer = make_person("Vera")
    join(desk.workspace, viewer, Role.VIEWER)
    desk.post(due_at=FRIDAY, caption="Berry cake")
    desk.browser = client_of(viewer)

    page = week(desk)

    assert "Berry cake" in page
    assert "draggable" not in page
    assert "pc-menu" not in page
    assert "posts/new/" not in page, "nor is there a way to a new post"
    assert "<kbd>N</kbd>" not in page


@pytest.mark.parametrize(
    ("status", "draggable"),
    [("scheduled", True), ("failed", True), ("published", False), ("publishing", False)],
)
def test_only_what_may_move_can_be_dragged(desk: SimpleNamespace, status: str, draggable: bool) -> None:
    put(desk.post(due_at=FRIDAY), status=status, reason="late" if status == "failed" else "")

    assert ('draggable="true"' in cell(week(desk), desk.luna.pk, "2026-12-04")) is draggable


@pytest.mark.parametrize("view", ["", "list"])
def test_a_link_says_the_beginning_of_a_long_caption_once(desk: SimpleNamespace, view: str) -> None:
    desk.post(due_at=FRIDAY, caption="Berry layer cake with cream " * 70)

    page = week(desk, view=view)

    (link,) = [part.split("</a>")[0] for part in page.split("data-walk>")[1:]]
    said = " ".join(re.sub(r"<[^>]+>", " ", link).split())
    cake = "Berry layer cake with cream "
    assert said == f"Fri 4 Dec, 12:30, Scheduled, {cake}{cake}{cake}Berry…"


@pytest.mark.parametrize(
    ("title", "short"),
    [("Cake", "Cake"), ("a" * 2000, "a" * 90 + "…"), ("ab " * 40, "ab " * 29 + "ab…")],
)
def test_a_short_title_ends_at_a_word_where_there_is_one(title: str, short: str) -> None:
    assert short_title(Post(caption=title)) == short
