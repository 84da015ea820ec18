"""The page of a post in a browser: steps that unfold, buttons that go once they are of no use, the ways on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.tenancy import workspace_scope
from scheduler.models import Post
from scheduler.policies import PRIVATE_ONLY
from tests.browser.looking import looked_at
from tests.browser.studio import Studio
from tests.factories import make_media, make_post
from tests.people import make_workspace
from tests.scheduler.engine import fresh
from tests.scheduler.rows import attempt

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

HELD = {"hold": "app_configuration", "code": PRIVATE_ONLY, "surface": "video_init"}
RESTS: dict[str, Any] = {"next_step_at": None}


def a_post(desk: Studio, **fields: Any) -> Post:
    """Due in a day, where nothing else is said."""
    fields = {"due_in": timedelta(days=1)} | fields
    return make_post(desk.luna, make_media(desk.workspace), desk.alice, **fields)


def put(post: Post, **columns: Any) -> None:
    with workspace_scope(post.workspace_id):
        Post.objects.filter(pk=post.pk).update(**columns)


def opened(page: Page, desk: Studio, post: Post) -> None:
    desk.sign_in(page)
    page.goto(desk.address(f"posts/{post.pk}/"))


def test_the_steps_to_a_private_account_unfold_by_keyboard_and_end_in_another_try(
    page: Page, desk: Studio
) -> None:
    post = a_post(desk)
    put(post, **HELD)
    opened(page, desk, post)

    page.locator("summary", has_text="Show me how").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_text("make the account private")).to_be_visible()
    looked_at(page, "post-private")
    page.get_by_role("button", name="The account is private, try again").click()
    expect(page.get_by_text("Alice asked to try again")).to_be_visible()
    assert fresh(post).hold == ""


def test_what_can_no_longer_be_stopped_loses_its_buttons_without_a_reload(page: Page, desk: Studio) -> None:
    post = a_post(desk, due_in=timedelta(seconds=50))
    opened(page, desk, post)
    expect(page.get_by_role("button", name="Cancel this post")).to_be_visible()
    expect(page.get_by_role("link", name="Edit")).to_have_count(2)

    put(post, status="publishing")

    expect(page.get_by_text("on its way to TikTok, so it can't be changed any more")).to_be_visible()
    expect(page.get_by_role("button", name="Cancel this post")).to_have_count(0)
    expect(page.get_by_role("link", name="Edit")).to_have_count(0)


def test_whoever_found_the_post_pastes_its_link_and_may_correct_it(
    page: Page, desk: Studio, expected: list[str]
) -> None:
    expected.append("422")  # the browser's own line about the answer
    post = a_post(desk, due_in=timedelta(0))
    attempt(post, stage="committed")
    put(post, status="needs_check", reason="outcome_unknown", **RESTS)
    opened(page, desk, post)
    looked_at(page, "post-check")
    link = page.get_by_label("Link on TikTok")

    link.fill("https://www.tiktok.com/@fern.clay/video/73")
    page.get_by_role("button", name="It is on TikTok").click()
    expect(page.locator(".outcome .err")).to_contain_text("This is a link of @fern.clay")
    expect(link).to_have_value("https://www.tiktok.com/@fern.clay/video/73")
    looked_at(page, "post-check-wrong")

    link.fill("https://www.tiktok.com/@luna.bakes/video/73")
    page.keyboard.press("Enter")
    expect(page.locator("#why")).to_have_text("Published by Luna Bakes")
    opens = page.get_by_role("link", name="Open the post")
    expect(opens).to_have_attribute("href", "https://www.tiktok.com/@luna.bakes/video/73")


def test_a_draft_leads_to_its_schedule(page: Page, desk: Studio) -> None:
    post = a_post(desk)
    put(post, status="draft", **RESTS)
    opened(page, desk, post)

    page.get_by_role("link", name="Schedule").click()

    expect(page.get_by_role("heading", name="When", exact=True)).to_be_in_viewport()


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("late", {"status": "published", **RESTS}),
        ("trying", {"troubles": 1}),
        ("limit", {"hold": "daily_cap"}),
        (
            "export",
            {"status": "failed", "reason": "tiktok_refused", "code": "frame_rate_check_failed", **RESTS},
        ),
    ],
)
def test_what_happened_reads_well(page: Page, desk: Studio, name: str, columns: dict[str, Any]) -> None:
    post = a_post(desk)
    assert post.due_at is not None
    surface = {"surface": "fail_reason"} if "code" in columns else {}
    put(post, **columns, **surface, published_at=post.due_at + timedelta(minutes=2))

    opened(page, desk, post)

    looked_at(page, f"post-{name}")


def test_the_week_of_all_workspaces_leads_into_each_of_them(page: Page, desk: Studio) -> None:
    make_workspace(desk.alice, name="Kiln Street")
    desk.sign_in(page)
    page.goto(f"{desk.url}/calendar/")
    looked_at(page, "all-workspaces")

    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("button", name="More").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.locator("#me").get_by_role("link", name="Kiln Street").click()

    expect(page).to_have_url(f"{desk.url}/w/kiln-street/calendar/")
