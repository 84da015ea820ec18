"""Signing up in a browser: every page on the way is accessible, and the time zone is guessed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from tests.accounts.pages import only_link
from tests.browser.axe import violations
from tests.people import PASSWORD, make_person

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def site(live_server: LiveServer, settings: Settings) -> str:
    settings.PUBLIC_BASE_URL = live_server.url
    return live_server.url


def test_a_person_gets_from_the_front_page_to_a_workspace_by_keyboard_and_mouse(
    page: Page, site: str
) -> None:
    page.goto(site)
    assert violations(page) == []
    page.get_by_role("link", name="Create an account").click()
    page.get_by_label("Your name").fill("Dora")
    page.get_by_label("Email").fill("dora@people.example")
    page.get_by_label("Password").fill(PASSWORD)
    assert violations(page) == []
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Check your mail")).to_be_visible()

    page.goto(site + only_link())
    assert violations(page) == []
    page.get_by_role("button", name="Confirm email").click()
    expect(page.get_by_role("heading", name="Name your workspace")).to_be_visible()
    assert violations(page) == []

    page.get_by_label("Workspace name").fill("Harbour Social")
    page.get_by_label("Time zone").select_option("Europe/Lisbon")
    page.get_by_role("button", name="Create workspace").click()
    expect(page).to_have_url(f"{site}/w/harbour-social/accounts/")


@pytest.mark.parametrize(
    "path", ["/login/", "/password/reset/", "/logout/", "/email/", "/password/change/", "/workspaces/"]
)
def test_a_page_of_one_s_account_is_accessible(path: str, page: Page, site: str) -> None:
    make_person("Alice")
    if path not in {"/login/", "/password/reset/"}:
        sign_in(page, site)
    page.goto(site + path)
    assert violations(page) == []


def test_the_time_zone_of_the_browser_is_chosen_unless_a_person_chose(browser: Browser, site: str) -> None:
    make_person("Alice")
    context = browser.new_context(timezone_id="Asia/Tokyo")
    page = context.new_page()
    sign_in(page, site)
    zone = page.get_by_label("Time zone")
    expect(zone).to_have_value("Asia/Tokyo")
    zone.select_option("Europe/Lisbon")
    page.get_by_label("Workspace name").fill(" ")
    page.locator("form").evaluate("form => form.noValidate = true")
    page.get_by_role("button", name="Create workspace").click()
    expect(page.get_by_text("This field is required.")).to_be_visible()
    expect(zone).to_have_value("Europe/Lisbon")
    context.close()


def test_without_scripts_the_zone_is_a_plain_choice(browser: Browser, site: str) -> None:
    make_person("Alice")
    context = browser.new_context(timezone_id="Asia/Tokyo", java_script_enabled=False)
    page = context.new_page()
    sign_in(page, site)
    expect(page.get_by_label("Time zone")).to_have_value("UTC")
    page.get_by_label("Workspace name").fill("Harbour")
    page.get_by_role("button", name="Create workspace").click()
    expect(page).to_have_url(f"{site}/w/harbour/accounts/")
    context.close()


def sign_in(page: Page, site: str) -> None:
    page.goto(f"{site}/login/")
    page.get_by_label("Email").fill("alice@people.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Name your workspace")).to_be_visible()
    assert User.objects.get().last_login
