"""From the banner to the page that says what stands still, with times in the zone of the workspace."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from config import heartbeat
from tests.browser.looking import at_rest, looked_at
from tests.browser.studio import Studio
from tests.scheduler.rows import attempt
from tests.scheduler.table_rows import a_post

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_the_banner_leads_to_what_stands_still(page: Page, desk: Studio) -> None:
    heartbeat.note(["clock", "publish", "uploads"])
    now = datetime.now(UTC)
    cache.set("seen:publish", now.timestamp() - 600, None)
    late = a_post(desk.luna, desk.alice, next_step_at=now - timedelta(minutes=5))
    attempt(late, ago=timedelta(hours=2))
    desk.sign_in(page)
    page.goto(desk.address("calendar/"))
    page.get_by_role("link", name="See the status").click()

    expect(page.get_by_role("heading", name="Posts are not going out.")).to_be_visible()
    expect(page.get_by_text("Takes no work")).to_be_visible()
    expect(page.get_by_text("Waits too long")).to_be_visible()
    expect(page.get_by_text("Has answered 1 of the 1 post sent")).to_be_visible()
    expect(page.get_by_text("Last seen").first).to_contain_text("Lisbon time")
    at_rest(page)  # a font that comes late moves a name between two looks
    for line in page.locator(".named").all():
        name, badge = (line.locator(part).bounding_box() for part in ("strong", ".badge"))
        assert name
        assert badge
        assert badge["x"] - name["x"] - name["width"] >= 6
        assert abs(badge["y"] + badge["height"] / 2 - name["y"] - name["height"] / 2) < 2
    looked_at(page, "service-status")
