"""The calendar of all workspaces in a browser: filters in the address, status without a reload, keys."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect

from accounts.tenancy import workspace_scope
from scheduler.clock import database_now
from scheduler.models import Post
from tests.browser.axe import violations
from tests.browser.studio import Studio
from tests.factories import make_account, make_media, make_post
from tests.people import make_workspace

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(page: Page, studio: Studio) -> SimpleNamespace:
    """Two workspaces in two zones with a post each that goes out just now."""
    tokyo = make_workspace(studio.alice, name="Kiln Street", time_zone="Asia/Tokyo")
    kiln = make_account(tokyo, studio.tiktok, creator="kiln.street")
    posts = [
        make_post(
            account, make_media(account.workspace), studio.alice, due_in=timedelta(hours=2), caption=caption
        )
        for account, caption in ((studio.luna, "Berry cake"), (kiln, "Opening the kiln"))
    ]
    for post in posts:
        becomes(post, status="publishing", next_step_at=database_now() + timedelta(hours=1))
    studio.sign_in(page)
    page.goto(f"{studio.url}/calendar/")
    return SimpleNamespace(tokyo=tokyo, cake=posts[0], kiln=posts[1])


def becomes(post: Post, **columns: object) -> None:
    with workspace_scope(post.workspace_id):
        Post.objects.filter(pk=post.pk).update(due_at=database_now(), **columns)


def test_a_status_changes_on_the_open_page_in_whichever_workspace(page: Page, desk: SimpleNamespace) -> None:
    card = page.locator(f"[id='p-{desk.kiln.pk}']")
    expect(card).to_have_attribute("data-status", "publishing")

    becomes(desk.kiln, status="published", next_step_at=None)

    expect(card).to_have_attribute("data-status", "published")
    becomes(desk.cake, status="published", next_step_at=None)
    expect(page.locator(f"[id='p-{desk.cake.pk}']")).to_have_attribute("data-status", "published")
    expect(page.locator("#board")).not_to_have_attribute("hx-trigger", "every 3s")
    assert page.locator("#board").get_attribute("hx-get") is None


def test_one_workspace_alone_is_an_address_and_every_week_keeps_it(page: Page, desk: SimpleNamespace) -> None:
    page.get_by_role("button", name="All workspaces").click()
    page.locator("#workspace-filter").get_by_role("link", name="Kiln Street").click()
    page.wait_for_url(f"**/calendar/?workspace={desk.tokyo.slug}")
    expect(page.locator(f"[id='p-{desk.cake.pk}']")).to_have_count(0)
    expect(page.locator(".client")).to_contain_text("Tokyo time")

    page.keyboard.press("ArrowRight")

    page.wait_for_url(f"**/calendar/?week=*&workspace={desk.tokyo.slug}")
    assert violations(page) == []


def test_posts_are_walked_and_opened_by_keys(page: Page, desk: SimpleNamespace) -> None:
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")

    page.wait_for_url(f"**/w/{desk.tokyo.slug}/posts/{desk.kiln.pk}/")
