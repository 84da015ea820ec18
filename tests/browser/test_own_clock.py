"""What a person chose on their own page counts in the composer; and what they asked to be told, the page repeats."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import looked_at
from tests.browser.studio import Studio

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_twelve_hours_are_chosen_typed_and_read_back(page: Page, desk: Studio) -> None:
    desk.sign_in(page)
    page.goto(f"{desk.url}/me/")
    page.get_by_label("Times of day").select_option("12 hours, as 5:30 pm")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".toast")).to_have_text("Saved.")

    page.goto(desk.address("posts/new/?date=2027-06-01&time=17:30"))
    field = page.locator("#id_time")
    expect(field).to_have_value("5:30 pm")
    field.fill("1815")
    field.press("Tab")
    expect(field).to_have_value("6:15 pm")
    field.fill("9 am")
    field.press("Tab")
    expect(field).to_have_value("9:00 am")
    looked_at(page, "composer-12-hours")


def test_a_creator_who_cannot_post_now_is_waited_for(page: Page, desk: Studio) -> None:
    fault = {"kind": "error", "endpoint": "creator_info", "code": "spam_risk_too_many_posts", "times": 99}
    desk.tiktok.control(faults=[fault])
    desk.sign_in(page)
    page.goto(desk.address("posts/new/"))
    page.get_by_label("Caption").fill("Autumn loaf")
    page.get_by_role("button", name="Tell me when it works").click()
    expect(
        page.get_by_text("We mail you as soon as TikTok lets us post for Luna Bakes within a week.")
    ).to_be_visible()
    expect(page.get_by_label("Caption")).to_have_value("Autumn loaf")
    looked_at(page, "composer-told-later")
