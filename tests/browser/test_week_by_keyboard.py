"""Journey (b) of ui.md 3.1 by keyboard alone: a week of several accounts is walked, moved, filled and taken back.

Nothing here is clicked or filled in by the test itself: only keys are pressed.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect

from accounts.tenancy import workspace_scope
from scheduler import authoring, times
from scheduler.clock import database_now
from scheduler.models import Post, PostingSlot
from tests.browser.axe import violations
from tests.browser.studio import Studio
from tests.factories import make_account, make_media, make_post

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

CREATORS = ("fernandfold", "kiln.street")
STEPS = 200
"""Presses of a key in which everything on the page is reached."""


@pytest.fixture
def week(page: Page, desk: Studio) -> SimpleNamespace:
    """Next week's calendar: three accounts with a slot each Monday, a post on Thursday and a draft for each account."""
    accounts = [desk.luna, *(make_account(desk.workspace, desk.tiktok, creator=name) for name in CREATORS)]
    video = make_media(desk.workspace)
    monday = times.week_of(database_now().astimezone(desk.workspace.zone).date()) + timedelta(days=7)
    post = make_post(
        desk.luna, video, desk.alice, due_at=noon(desk, monday + timedelta(days=3)), caption="Cake"
    )
    with workspace_scope(desk.workspace):
        for account in accounts:
            PostingSlot.objects.create(workspace=desk.workspace, account=account, weekday=0, at="18:00")
            authoring.create(
                workspace=desk.workspace,
                by=desk.alice,
                fields={"caption": f"Idea of {account.username}", "account": account, "media": video},
            )
    desk.sign_in(page)
    page.goto(desk.address(f"calendar/?week={monday}"))
    return SimpleNamespace(post=post, monday=monday)


def noon(desk: Studio, day: date) -> datetime:
    local = database_now().replace(
        tzinfo=None, year=day.year, month=day.month, day=day.day, hour=12, minute=30, second=0, microsecond=0
    )
    return times.resolve(local, desk.workspace.time_zone, fold=0)


def go_to(page: Page, words: str, key: str = "Tab") -> None:
    """Press the key until what has the focus says these words."""
    for _ in range(STEPS):
        page.keyboard.press(key)
        said = page.evaluate("`${document.activeElement.innerText} ${document.activeElement.id}`")
        if words in said and len(said) < 200:
            return
    raise AssertionError(f"{key} never leads to {words!r}")


def posts(desk: Studio) -> list[Post]:
    with workspace_scope(desk.workspace):
        return list(Post.objects.filter(workspace=desk.workspace).order_by("caption"))


def test_a_week_of_several_accounts_is_planned_by_keys_alone(
    page: Page, desk: Studio, week: SimpleNamespace
) -> None:
    go_to(page, "Cake", "j")
    page.keyboard.press("m")
    dialog = page.get_by_role("dialog", name="Move this post")
    expect(dialog).to_be_visible()
    go_to(page, "id_time")
    page.keyboard.press("Control+a")
    page.keyboard.type("9:15")
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator(f"[id='p-{week.post.pk}'] time")).to_have_text("09:15")
    expect(page.locator(f"[id='p-{week.post.pk}'] a").first).to_be_focused()
    go_to(page, "Undo")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_have_text("Moved back.")
    expect(page.locator(f"[id='p-{week.post.pk}'] time")).to_have_text("12:30")

    go_to(page, "Idea of luna.bakes", "j")
    go_to(page, "Cake", "k")
    go_to(page, "Fill free slots")
    page.keyboard.press("Enter")
    plan = page.get_by_role("dialog", name="Fill free slots")
    expect(plan.locator("li")).to_have_count(3)
    assert violations(page) == []
    go_to(page, "Place 3 drafts")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("3 drafts placed in free slots.")
    assert all(post.due_at for post in posts(desk))
    go_to(page, "Undo")
    page.keyboard.press("Enter")

    expect(page.locator(".tray")).to_contain_text("Idea of kiln.street")
    assert [post.due_at is None for post in posts(desk)] == [False, True, True, True]


def test_a_list_is_walked_and_its_rows_are_moved_by_keys_alone(
    page: Page, desk: Studio, week: SimpleNamespace
) -> None:
    draft = next(post for post in posts(desk) if post.status == "draft")
    with workspace_scope(desk.workspace):
        placed = Post.objects.filter(pk=draft.pk)
        placed.update(due_at=noon(desk, week.monday), due_local=f"{week.monday}T12:30:00", due_zone="UTC")
    page.goto(desk.address(f"calendar/?view=list&week={week.monday}"))
    row = page.locator(f"[id='p-{week.post.pk}']")
    go_to(page, draft.caption, "j")
    go_to(page, "Cake", "j")
    page.keyboard.press("k")
    expect(page.locator(f"[id='p-{draft.pk}'] [data-walk]")).to_be_focused()

    page.keyboard.press("m")
    dialog = page.get_by_role("dialog", name="Move this post")
    expect(dialog).to_contain_text("It stays a draft")
    page.keyboard.press("Escape")
    expect(page.locator(f"[id='p-{draft.pk}'] [data-walk]")).to_be_focused()
    go_to(page, "Cake", "j")
    page.keyboard.press("m")
    expect(dialog).to_be_visible()
    go_to(page, "id_time")
    page.keyboard.press("Control+a")
    page.keyboard.type("9:15")
    page.keyboard.press("Enter")

    expect(dialog).to_be_hidden()
    expect(row.locator("time")).to_have_text("09:15")
    expect(row.get_by_role("link").first).to_be_focused()
    assert violations(page) == []
    go_to(page, "Actions for Cake")
    page.keyboard.press("Enter")
    go_to(page, "Move to")
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()


def test_a_post_moved_out_of_the_list_leaves_the_focus_among_its_posts(
    page: Page, desk: Studio, week: SimpleNamespace
) -> None:
    page.goto(desk.address(f"calendar/?view=list&week={week.monday}"))
    go_to(page, "Cake", "j")
    page.keyboard.press("m")
    dialog = page.get_by_role("dialog", name="Move this post")
    dialog.get_by_label("Day", exact=True).fill(str(week.monday + timedelta(days=9)))
    page.keyboard.press("Enter")

    expect(dialog).to_be_hidden()
    expect(page.locator(f"[id='p-{week.post.pk}']")).to_have_count(0)
    expect(page.locator("[data-walk]").first).to_be_focused()
