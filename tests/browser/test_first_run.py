"""The first run, a creator who is not here, and the banner of the service, in a browser; each page by axe."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings

from accounts.tenancy import workspace_scope
from config import heartbeat
from scheduler.clock import database_now
from tests.browser.axe import violations
from tests.browser.studio import Studio
from tests.factories import make_media, make_post
from tests.people import make_workspace
from tests.scheduler.engine import fresh
from tiktok import health
from tiktok.models import StatusReason, TikTokAccount

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

WIDTHS = [320, 390, 820, 1440, 1920]


@pytest.fixture
def way(desk: Studio, settings: Settings, origins: set[str]) -> Studio:
    """A desk from which the browser may go to the sandbox, and come back."""
    origins.update({desk.url, desk.tiktok.base_url})
    settings.TIKTOK_REDIRECT_URI = f"{desk.url}/connect/callback/"
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"] | {
        "form-action": ["'self'", desk.tiktok.base_url]
    }
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": policy}
    return desk


def choose(page: Page, creator: str) -> None:
    """On TikTok's page."""
    page.locator(f"input[value='{creator}']").check()
    page.get_by_role("button", name="Allow").click()


def looks_right(page: Page) -> None:
    """No broken rule of axe in either theme, no sideways scroll at any width."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
    page.set_viewport_size({"width": 1440, "height": 900})


def test_the_first_three_steps_lead_from_nothing_to_a_post(page: Page, way: Studio) -> None:
    way.sign_in(page)
    page.goto(f"{way.url}/start/")
    expect(page.locator("[aria-current=step]")).to_have_text("Name your workspace")
    looks_right(page)
    page.get_by_label("Workspace name").fill("Fern and Fold")
    page.get_by_role("button", name="Create workspace").click()

    expect(page.locator("[aria-current=step]")).to_have_text("Connect TikTok")
    looks_right(page)
    page.get_by_role("link", name="Calendar").first.click()
    expect(page.locator("[aria-current=step]")).to_have_text("Connect TikTok")
    looks_right(page)
    page.get_by_role("button", name="Connect TikTok").click()
    choose(page, "fernandfold")
    page.get_by_role("button", name="Connect this account").click()
    page.wait_for_url("**/posts/new/**")

    page.get_by_role("link", name="Calendar").first.click()
    expect(page.locator("[aria-current=step]")).to_have_text("Your first post")
    looks_right(page)


def test_a_creator_connects_by_a_link_on_a_phone(page: Page, browser: Browser, way: Studio) -> None:
    way.sign_in(page)
    page.goto(way.address("accounts/"))
    page.get_by_label("Who is it for?").fill("Fern's owner")
    page.get_by_role("button", name="Make a link").press("Enter")
    expect(page.get_by_role("heading", name="Send this link")).to_be_visible()
    expect(page.get_by_role("button", name="Copy the link")).to_be_visible()
    looks_right(page)
    address = page.get_by_label("For Fern's owner").input_value()

    with browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True) as context:
        phone = context.new_page()
        phone.goto(address)
        expect(phone.get_by_role("heading", name="Alice asks to post for you on TikTok")).to_be_visible()
        looks_right(phone)
        phone.get_by_role("button", name="Go to TikTok").click()
        choose(phone, "fernandfold")
        expect(phone.get_by_role("button", name="Connect my account")).to_be_visible()
        looks_right(phone)
        phone.get_by_role("button", name="Connect my account").click()
        expect(phone.get_by_role("heading", name="is connected")).to_be_visible()
        looks_right(phone)
        phone.goto(address)
        expect(phone.get_by_role("heading", name="This link is over")).to_be_visible()
        looks_right(phone)

    page.goto(way.address("accounts/"))
    expect(page.get_by_role("list", name="Links")).to_contain_text("Fern's owner")
    expect(page.get_by_role("list", name="Links")).to_contain_text("Connected")
    looks_right(page)
    with workspace_scope(way.workspace):
        assert TikTokAccount.objects.filter(username="fernandfold", status="active").exists()


def test_the_owner_of_a_lost_account_comes_by_a_link_for_that_one_alone(
    page: Page, browser: Browser, way: Studio
) -> None:
    post = make_post(way.luna, make_media(way.workspace), way.alice, due_in=timedelta(days=1))
    with workspace_scope(way.workspace):
        health.mark_lost(way.luna, reason=StatusReason.REFRESH_REFUSED, code="invalid_grant")
    way.sign_in(page)
    page.goto(way.address(f"posts/{post.pk}/"))
    page.get_by_role("link", name="Send the owner a link").click()
    expect(page.locator(f"[id='account-{way.luna.pk}']")).to_contain_text("disconnected us from TikTok")
    expect(page.get_by_label("Which TikTok account?")).to_have_value(str(way.luna.pk))
    looks_right(page)
    page.get_by_role("button", name="Make a link").click()
    address = page.get_by_label("Address").input_value()

    with browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True) as context:
        phone = context.new_page()
        phone.goto(address)
        expect(phone.get_by_role("heading", name="Alice asks to post for Luna Bakes")).to_be_visible()
        phone.get_by_role("button", name="Go to TikTok").click()
        choose(phone, "fernandfold")
        expect(phone.get_by_text("The link that you were sent is for Luna Bakes")).to_be_visible()
        looks_right(phone)
        phone.goto(address)
        phone.get_by_role("button", name="Go to TikTok").click()
        choose(phone, "luna.bakes")
        phone.get_by_role("button", name="Connect my account").click()
        expect(phone.get_by_role("heading", name="Luna Bakes is connected")).to_be_visible()

    assert fresh(post).hold == ""
    with workspace_scope(way.workspace):
        assert not TikTokAccount.objects.exclude(pk=way.luna.pk).exists()


def test_the_way_of_the_link_needs_no_javascript(browser: Browser, page: Page, way: Studio) -> None:
    way.sign_in(page)
    page.goto(way.address("accounts/"))
    page.get_by_role("button", name="Make a link").click()
    address = page.get_by_label("Address").input_value()
    with browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844}) as context:
        phone = context.new_page()
        phone.goto(address)
        phone.get_by_role("button", name="Go to TikTok").click()
        choose(phone, "fernandfold")
        phone.get_by_role("button", name="Connect my account").click()
        expect(phone.get_by_role("heading", name="is connected")).to_be_visible()


def test_the_banner_of_the_service_goes_away_by_itself(page: Page, desk: Studio) -> None:
    make_workspace(desk.alice, name="Second")
    heartbeat.note(["publish", "uploads"])
    cache.set("seen:clock", database_now().timestamp() - 240, None)
    desk.sign_in(page)
    for path in (desk.address("calendar/"), f"{desk.url}/workspaces/", f"{desk.url}/status/"):
        page.goto(path)
        expect(page.get_by_text("Posts are not going out.")).to_be_visible()
        looks_right(page)

    page.clock.install()
    page.goto(desk.address("calendar/"))
    expect(page.get_by_text("Posts are not going out.")).to_be_visible()
    heartbeat.note(["clock"])
    page.clock.fast_forward("00:31")
    expect(page.get_by_text("Posts are not going out.")).to_be_hidden()

    page.goto(f"{desk.url}/status/")
    expect(page.get_by_role("heading", name="Everything is running")).to_be_visible()
    looks_right(page)
