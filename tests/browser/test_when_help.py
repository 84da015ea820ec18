"""The time field of a move, a change and a shift: free slots at hand, and at the field what cannot be."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.tenancy import workspace_scope
from scheduler.clock import database_now
from scheduler.models import Post, PostingSlot
from tests.browser.axe import violations
from tests.browser.studio import Studio
from tests.factories import make_media, make_post

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def post(page: Page, studio: Studio) -> Post:
    """Planned in two days, at an account with a slot at 18:00 on every day but that one's next."""
    made = make_post(studio.luna, make_media(studio.workspace), studio.alice, due_in=timedelta(days=2))
    with workspace_scope(studio.workspace):
        for weekday in range(7):
            if weekday != day_after(made, 1).weekday():
                PostingSlot.objects.create(
                    workspace=studio.workspace, account=studio.luna, weekday=weekday, at="18:00"
                )
    studio.sign_in(page)
    return made


def day_after(post: Post, days: int) -> date:
    return post.due_at.astimezone(post.workspace.zone).date() + timedelta(days=days)


def suggestions(page: Page, number: int) -> None:
    expect(page.locator("#free-times option")).to_have_count(number)


def is_told_what_cannot_be(page: Page, form: Locator) -> None:
    """A time that has passed and one that is none, while it is typed; nothing is sent."""
    yesterday = database_now().date() - timedelta(days=1)
    form.get_by_label("Day", exact=True).fill(str(yesterday))
    form.get_by_role("combobox", name="Time").press_sequentially("9")
    expect(form.get_by_text("This time has passed (Lisbon time). Choose a later one.")).to_be_visible()
    expect(form.get_by_role("combobox", name="Time")).to_have_attribute("aria-invalid", "true")
    assert violations(page) == []
    form.get_by_role("combobox", name="Time").fill("soon")
    expect(form.get_by_text("Write the time as 12:30, 1230 or 12:30 pm.")).to_be_visible()
    expect(form.get_by_text("This time has passed")).to_be_hidden()


def test_the_move_dialog_offers_free_slots_and_says_what_cannot_be(
    page: Page, studio: Studio, post: Post
) -> None:
    page.goto(studio.address(f"calendar/?view=list&week={day_after(post, 0)}"))
    row = page.locator(f"[id='p-{post.pk}']")
    row.get_by_role("link").first.focus()
    page.keyboard.press("m")
    dialog = page.get_by_role("dialog", name="Move this post")
    suggestions(page, 1)
    dialog.get_by_label("Day", exact=True).fill(str(day_after(post, 1)))
    suggestions(page, 0)
    dialog.get_by_label("Time").fill("")
    is_told_what_cannot_be(page, dialog)

    slot = dialog.get_by_role("group", name="Next free slots").get_by_role("button").last
    taken = slot.get_attribute("value").removeprefix("time:")
    slot.click()
    expect(dialog.get_by_label("Day", exact=True)).to_have_value(taken[:10])
    expect(dialog.get_by_label("Time")).to_have_value("18:00")
    expect(dialog.get_by_text("Write the time as")).to_be_hidden()
    dialog.get_by_role("button", name="Move post").click()

    expect(page.locator(".toast")).to_contain_text("18:00 Lisbon time")
    with workspace_scope(studio.workspace):
        post.refresh_from_db()
    assert post.due_local == f"{taken}:00"


def test_the_page_of_a_post_has_the_same_field(page: Page, studio: Studio, post: Post) -> None:
    page.goto(studio.address(f"posts/{post.pk}/"))
    panel = page.get_by_role("region", name="Change this post")
    clock = panel.locator("wall-clock")
    clock.evaluate("(element) => element.setAttribute('data-now', '2031-01-01T12:00:00')")
    expect(panel.locator("#time-past")).to_be_hidden()  # its own time, which nobody has changed
    page.reload()
    panel.get_by_label("Time").fill("")
    is_told_what_cannot_be(page, panel)

    panel.get_by_role("group", name="Next free slots").get_by_role("button").first.click()
    panel.get_by_role("button", name="Change the time").click()

    expect(page.locator(".toast")).to_contain_text("Moved.")
    with workspace_scope(studio.workspace):
        post.refresh_from_db()
    assert post.due_local.endswith("T18:00:00")


def test_the_shift_of_many_has_the_same_field(page: Page, studio: Studio, post: Post) -> None:
    page.goto(studio.address(f"posts/bulk/?act=reschedule&posts={post.pk}"))
    form = page.get_by_role("group", name="Where to")
    suggestions(page, 0)
    form.get_by_label("Day", exact=True).fill(str(day_after(post, 2)))
    suggestions(page, 1)

    is_told_what_cannot_be(page, form)
