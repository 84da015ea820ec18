"""Settings in the browser: another zone, with the question that it asks; and a person's own page."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from scheduler import holds
from scheduler.states import Reason
from tests.browser.axe import violations
from tests.browser.looking import looked_at
from tests.browser.studio import Studio
from tests.factories import make_media, make_post
from tests.scheduler.engine import fresh
from tests.scheduler.pages import standing

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_a_workspace_moves_and_its_posts_keep_what_was_chosen(
    page: Page, desk: Studio, expected: list[str]
) -> None:
    expected.append("422")  # Chromium tells of every refused form
    post = make_post(desk.luna, make_media(desk.workspace), desk.alice, due_in=timedelta(days=40))
    desk.sign_in(page)
    page.goto(desk.address("calendar/"))
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Settings").click()
    page.get_by_label("Time zone").select_option("Asia/Tokyo")
    question = page.get_by_role("group", name="What do planned posts keep?")
    expect(question).to_contain_text("Tokyo time")
    page.get_by_label("Time zone").select_option("Asia/Kolkata")
    expect(question).to_contain_text("Kolkata time")
    page.get_by_label("Time zone").select_option("Europe/Lisbon")
    expect(question).to_have_count(0)

    page.get_by_label("Time zone").select_option("Asia/Tokyo")
    expect(question).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Choose what they keep.")).to_be_visible()
    looked_at(page, "settings-asks")

    page.get_by_role("radio", name=re.compile("^Their clock time")).check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".toast")).to_contain_text("One post goes out at another moment now.")
    expect(page.locator(".workspace-name")).to_contain_text("Tokyo time")
    assert fresh(post).due_at < post.due_at
    assert violations(page) == []


def test_a_persons_own_page_keeps_name_and_theme(page: Page, desk: Studio) -> None:
    desk.sign_in(page)
    page.goto(f"{desk.url}/me/")
    looked_at(page, "me")
    page.get_by_label("Your name").fill("Alice Amaral")
    page.get_by_label("Theme").select_option("Dark")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert User.objects.get(pk=desk.alice.pk).name == "Alice Amaral"


def test_mails_about_posts_are_listed(page: Page, desk: Studio) -> None:
    post = make_post(desk.luna, make_media(desk.workspace), desk.alice, due_in=timedelta(hours=1))
    standing(post, hold=Reason.DAILY_CAP)
    holds.tell_owners()
    desk.sign_in(page)
    page.goto(desk.address("notifications/"))
    expect(page.get_by_role("main")).to_contain_text("reached TikTok's limit for today")
    looked_at(page, "notifications")
    page.get_by_role("main").get_by_role("link").first.click()
    expect(page).to_have_url(re.compile(f"/posts/{post.pk}/"))
