"""Support in the admin, as a person does it: find the post, see its life, say why, have it done.

The `page` fails on any violation of the CSP; the pages around ours are Django's own.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from accounts.audit import record
from accounts.models import AuditEvent
from accounts.tenancy import workspace_scope
from scheduler.clock import database_now
from tests.browser.looking import DESKTOP, PHONE, TOO_WIDE
from tests.browser.studio import Studio
from tests.people import client_of, make_person
from tests.scheduler.engine import fresh
from tests.scheduler.rows import attempt
from tests.scheduler.table_rows import a_post

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def support(page: Page, desk: Studio) -> Page:
    """Sofia's browser: she is staff, and in no workspace."""
    session = client_of(make_person("Sofia", staff=True)).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": desk.url}])
    return page


def shot(page: Page, name: str) -> None:
    """A picture in each theme and size, where ONCUE_SHOTS names a folder."""
    if folder := os.environ.get("ONCUE_SHOTS"):
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            for width in (DESKTOP, PHONE):
                page.set_viewport_size({"width": width, "height": 900})
                page.screenshot(path=str(Path(folder) / f"{name}-{theme}-{width}.png"), full_page=True)
        page.set_viewport_size({"width": DESKTOP, "height": 900})


def test_a_post_is_found_and_taken_off_the_schedule_for_a_reason(support: Page, desk: Studio) -> None:
    post, _ = a_post(desk.luna, desk.alice, caption="Not for support"), a_post(desk.luna, desk.alice)
    tried = attempt(post, ago=None)
    support.goto(f"{desk.url}/admin/scheduler/post/")
    support.locator("#searchbar").fill(tried.publish_id)
    support.locator("#searchbar").press("Enter")
    expect(support.locator("#result_list tbody tr")).to_have_count(1)
    support.get_by_role("link", name=str(post.pk)).click()
    expect(support.get_by_role("link", name="Wake up")).to_be_visible()
    shot(support, "admin-post")

    support.get_by_role("link", name="Hold").click()
    shot(support, "admin-hold")
    support.get_by_label("Reason").fill("Ana asked on the phone")
    support.get_by_role("button", name="Hold").click()

    expect(support.get_by_text("It is a draft now")).to_be_visible()
    expect(support.get_by_text("Not for support")).to_have_count(0)
    assert fresh(post).status == "draft"
    with workspace_scope(desk.workspace):
        event = AuditEvent.objects.get(workspace=desk.workspace, action="post.held_by_support")
    assert event.detail["why"] == "Ana asked on the phone"


def test_a_cause_that_many_posts_share_leads_to_them(support: Page, desk: Studio) -> None:
    due = database_now() - timedelta(hours=1)
    for _ in range(2):
        a_post(desk.luna, desk.alice, status="failed", reason="media_missing", due_at=due)
    a_post(
        desk.luna,
        desk.alice,
        due_at=due,
        hold="daily_cap",
        code="spam_risk_too_many_posts",
        surface="video_init",
    )
    support.goto(f"{desk.url}/admin/scheduler/post/")
    support.get_by_role("link", name="Failing, by code").click()
    shot(support, "admin-failing")
    support.set_viewport_size({"width": PHONE, "height": 900})
    assert support.evaluate(TOO_WIDE) <= 0
    support.set_viewport_size({"width": DESKTOP, "height": 900})
    support.get_by_role("row", name="media_missing").get_by_role("link").click()

    expect(support.locator("#result_list tbody tr")).to_have_count(2)
    shot(support, "admin-posts")


def test_an_account_shows_its_history_and_what_is_used_of_its_limits(support: Page, desk: Studio) -> None:
    with workspace_scope(desk.workspace), transaction.atomic():
        record(
            action="account.connected", by=desk.alice, target=desk.luna, detail={"scopes": "video.publish"}
        )
    support.goto(f"{desk.url}/admin/tiktok/tiktokaccount/?q=%40luna.bakes")
    support.locator("#result_list tbody th a").click()

    expect(support.get_by_role("row", name="Posts in 24 hours")).to_be_visible()
    expect(support.get_by_role("row", name="account.connected")).to_be_visible()
    shot(support, "admin-account")
