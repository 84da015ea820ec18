"""The page of posting slots in a browser: by the keyboard, on a phone, without JavaScript; and a recurring post."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from scheduler.clock import database_now
from tests.browser.axe import violations
from tests.browser.studio import Studio
from tests.factories import make_media, make_post
from tests.scheduler.accounts import plain_account

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

WIDTHS = [320, 390, 820, 1440, 1920]


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def looks_right(page: Page) -> None:
    """No broken rule of axe in either theme, no sideways scroll at any width."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert fits(page), width
    page.set_viewport_size({"width": 1440, "height": 900})


def test_a_week_is_planned_by_the_keyboard_alone(page: Page, studio: Studio, expected: list[str]) -> None:
    expected.append("422")  # Chromium tells of every refused form
    plain_account(studio.workspace, "berry.cakes")
    studio.sign_in(page)
    page.goto(studio.address("accounts/"))
    page.get_by_role("link", name="Posting slots").last.press("Enter")
    expect(page.get_by_role("heading", name="Posting slots")).to_be_visible()

    page.get_by_label("Monday").press("Space")
    page.get_by_label("Friday").press("Space")
    page.get_by_label("Times").fill("18:00, 9.30")
    page.keyboard.press("Enter")

    expect(page.locator(".toast")).to_contain_text("Added 4 slots.")
    expect(page.get_by_label("Monday", exact=True)).to_be_focused()
    expect(page.locator(".slot-week .chip")).to_have_text(["09:30", "18:00", "09:30", "18:00"])
    expect(page.locator("#week ~ p").first).to_contain_text("Lisbon time")

    page.get_by_role("button", name="Remove Monday 18:00").press("Enter")
    expect(page.locator(".slot-week .chip")).to_have_count(3)
    expect(page.get_by_role("button", name="Remove Friday 09:30")).to_be_focused()

    page.get_by_role("button", name="Add slots").press("Enter")
    expect(page.get_by_text("Choose at least one day.")).to_be_visible()
    looks_right(page)

    page.get_by_label("Berry Cakes").or_(page.get_by_label("Luna Bakes")).press("Space")
    page.get_by_role("button", name="Copy the week").press("Enter")
    expect(page.locator(".toast").last).to_contain_text("Copied to")


def test_the_page_works_without_javascript(browser: Browser, studio: Studio) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    studio.sign_in(page)
    page.goto(studio.address(f"accounts/{studio.luna.pk}/slots/"))

    page.get_by_label("Tuesday").check()
    page.get_by_label("Times").fill("7:15")
    page.get_by_role("button", name="Add slots").click()
    expect(page.get_by_role("button", name="Remove Tuesday 07:15")).to_be_visible()
    page.get_by_role("button", name="Remove Tuesday 07:15").click()

    expect(page.get_by_text("No slots yet.")).to_be_visible()
    context.close()


def test_a_post_comes_back_and_its_copies_are_agreed_to(page: Page, studio: Studio) -> None:
    zone = ZoneInfo("Europe/Lisbon")
    tomorrow = database_now().astimezone(zone).date() + timedelta(days=1)
    due_at = datetime.combine(tomorrow, time(12, 30), zone)
    post = make_post(studio.luna, make_media(studio.workspace), studio.alice, due_at=due_at)
    studio.sign_in(page)
    page.goto(studio.address(f"posts/{post.pk}/"))

    page.get_by_role("link", name="Repeat this post").click()
    looks_right(page)
    page.get_by_role("button", name="Repeat this post").click()
    expect(page.get_by_text("By posting, you agree to TikTok's Music Usage Confirmation.")).to_be_visible()
    looks_right(page)
    page.get_by_role("button", name="Schedule the next 3 copies").click()

    expect(page.locator(".copy-list .badge")).to_have_text(["Scheduled"] * 3)
    page.get_by_role("button", name="Skip").first.click()
    expect(page.locator(".copy-list .badge")).to_have_text(["Cancelled", "Scheduled", "Scheduled"])
    page.get_by_role("link", name="Recurring posts").click()
    expect(page.locator(".series-row")).to_contain_text(f"Every {tomorrow:%A} at 12:30")
    looks_right(page)


@pytest.mark.parametrize(("width", "columns", "rows"), [(320, 2, 4), (390, 2, 4), (900, 7, 1), (1440, 7, 1)])
def test_the_days_to_choose_stand_as_one_week(
    page: Page, studio: Studio, width: int, columns: int, rows: int
) -> None:
    studio.sign_in(page)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(studio.address(f"accounts/{studio.luna.pk}/slots/"))
    boxes = [label.bounding_box() for label in page.locator(".days-of-week label").all()]

    assert len({box["x"] for box in boxes}) == columns
    assert len({box["y"] for box in boxes}) == rows
    assert boxes[4]["x"] == boxes[5]["x"] == boxes[6]["x"] or rows == 1
    words = page.locator(".days-of-week span").evaluate_all(
        "all => all.every((each) => each.scrollWidth <= each.parentElement.clientWidth)"
    )
    assert words
    assert fits(page)
