"""The page of numbers in a browser: sums, line and table change with the address, and are open to everybody."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings

from accounts.tenancy import workspace_scope
from scheduler.models import Post
from tests.browser.looking import looked_at
from tests.browser.studio import Studio
from tests.factories import make_account
from tests.scheduler.analytics.rows import measure, measure_account, published

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

DAY = timedelta(days=1)
CAPTIONS = (
    "Three-ingredient shortbread, no mixer. Butter, sugar, flour, patience. #baking #shortbread",
    "Proofing baskets, ranked by mess",
    "Market morning",
)


@pytest.fixture
def counted(desk: Studio, page: Page, settings: Settings) -> list[Post]:
    """Three posts of Luna Bakes, one of a creator who allows no numbers, and followers of four weeks."""
    settings.TIKTOK_SCOPES = ["user.info.basic", "video.publish", "video.list", "user.info.stats"]
    posts = [
        published(desk.luna, desk.alice, ago=(3 + 5 * number) * DAY, ids=(str(70 + number),), caption=caption)
        for number, caption in enumerate(CAPTIONS)
    ]
    for number, post in enumerate(posts[:2]):
        for day in range(3 + 5 * number, -1, -1):
            seen = (4 + 5 * number - day) * (number * 731 + 412)
            measure(post, seen, seen // 11, seen // 90, seen // 140, ago=day * DAY, video_id=str(70 + number))
    for week in range(4, -1, -1):
        measure_account(desk.luna, 20_480 - 190 * week, ago=week * 6 * DAY, likes=310_000, videos=84)
    fern = make_account(desk.workspace, desk.tiktok, "fernandfold")
    fern.scopes = ["user.info.basic", "video.publish"]
    with workspace_scope(desk.workspace):
        fern.save()
    desk.sign_in(page)
    page.goto(desk.address("analytics/"))
    return posts


def test_sums_line_and_table_follow_the_address(page: Page, desk: Studio, counted: list[Post]) -> None:
    expect(page.get_by_role("link", name="Analytics").first).to_have_attribute("aria-current", "page")
    expect(page.get_by_text("Fernandfold didn't allow us to read its public videos")).to_be_visible()
    expect(page.get_by_role("img", name="Views:")).to_be_visible()
    looked_at(page, "analytics")

    page.get_by_role("link", name="Followers").click()
    expect(page.get_by_role("heading", name="Followers, at the end of each day")).to_be_visible()
    page.get_by_text("The numbers behind it").click()
    expect(page.get_by_role("cell", name="20,480")).to_be_visible()
    looked_at(page, "analytics-followers")

    page.get_by_role("columnheader", name="Views").get_by_role("link").click()
    expect(page.locator("tbody .what").first).to_contain_text("Proofing baskets")
    expect(page.locator("tbody .what").last).to_contain_text("Market morning")  # never counted, so last

    page.evaluate("window.same = true")
    page.get_by_label("Account").select_option("Fernandfold")
    expect(page.get_by_text("0 posts published in the last 28 days")).to_be_visible()
    assert page.evaluate("window.same")
    looked_at(page, "analytics-none")


def test_a_published_post_shows_what_it_earned(page: Page, desk: Studio, counted: list[Post]) -> None:
    page.get_by_role("link", name="Proofing baskets").click()
    panel = page.get_by_role("region", name="Numbers")
    expect(panel.get_by_role("img", name="Views:")).to_be_visible()
    expect(panel).to_contain_text("Lisbon time")
    looked_at(page, "analytics-post")
    panel.get_by_role("link", name="Likes").click()
    expect(panel.get_by_role("img", name="Likes:")).to_be_visible()
    with page.expect_download() as download:
        panel.get_by_role("button", name="Every measurement as CSV").click()
    assert "Proofing baskets" in Path(download.value.path()).read_text(encoding="utf-8-sig")

    with workspace_scope(desk.workspace):
        page.goto(desk.address(f"posts/{counted[2].pk}/"))
    expect(page.get_by_role("region", name="Numbers")).to_contain_text("Not counted yet")


def test_without_a_script_the_choice_is_a_form(browser: Browser, desk: Studio, counted: list[Post]) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    desk.sign_in(page)
    page.goto(desk.address("analytics/"))
    page.get_by_role("link", name="7 days").click()
    page.get_by_label("Account").select_option("Luna Bakes")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("1 post published in the last 7 days")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Posts as CSV").click()
    assert "shortbread" in Path(download.value.path()).read_text(encoding="utf-8-sig")
    context.close()
