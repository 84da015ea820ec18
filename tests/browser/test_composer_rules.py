"""The composer by keyboard alone and at every width; TikTok's points on it are in test_guidelines.py."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.studio import Studio

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def composer(page: Page, desk: Studio) -> Page:
    desk.sign_in(page)
    page.goto(desk.address("posts/new/"))
    return page


def test_the_keyboard_alone_reaches_what_is_missing(composer: Page) -> None:
    page = composer
    page.locator("[data-todo-list] a", has_text="Choose who can watch").focus()

    page.keyboard.press("Enter")

    expect(page.locator("#id_privacy_level")).to_be_focused()


@pytest.mark.parametrize("width", [320, 390, 820, 1440])
def test_the_composer_fits_every_width(composer: Page, width: int) -> None:
    composer.set_viewport_size({"width": width, "height": 900})

    assert composer.evaluate("document.documentElement.scrollWidth <= innerWidth")
