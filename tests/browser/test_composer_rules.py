"""TikTok's points on the composer as a person meets them (tiktok-api.md section 15), on a real site.

One page load walks through each group of points, in the guideline's order.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import violations
from tests.browser.studio import Studio

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

NEITHER = "You need to indicate if your content promotes yourself, a third party, or both."
NOT_PRIVATE = "Branded content visibility cannot be set to private."
PROMOTIONAL = "Your photo/video will be labeled as 'Promotional content'"
PARTNERSHIP = "Your photo/video will be labeled as 'Paid partnership'"


@pytest.fixture
def composer(page: Page, studio: Studio) -> Page:
    studio.tiktok.control(creators={"luna.bakes": {"stitch_disabled": True}})
    studio.sign_in(page)
    page.goto(studio.address("posts/new/"))
    return page


def box(page: Page, name: str) -> Locator:
    return page.locator(f'input[name="{name}"]')


def test_audience_and_interactions_start_empty_and_follow_the_creator(composer: Page) -> None:
    """Points 2, 6 to 9."""
    page = composer
    audience = page.locator("#id_privacy_level")

    expect(page.locator("#creator strong")).to_have_text("Luna Bakes")
    expect(audience).to_have_value("")
    assert audience.locator("option").all_inner_texts() == ["Choose…", "Everyone", "Friends", "Only me"]
    for name in ("allow_comment", "allow_duet", "allow_stitch", "disclose", "is_aigc"):
        expect(box(page, name)).not_to_be_checked()
    expect(box(page, "allow_stitch")).to_be_disabled()
    expect(page.get_by_text("Off in this account's TikTok settings")).to_be_visible()
    expect(page.locator("[data-todo-list]")).to_contain_text("Choose who can watch")


def test_the_disclosure_opens_labels_and_clears(composer: Page) -> None:
    """Points 11 to 18, 24 and 25."""
    page = composer
    schedule = page.get_by_role("button", name="Schedule")
    declaration = page.locator(".declare")
    expect(box(page, "brand_organic")).to_be_hidden()
    expect(declaration).to_contain_text(
        "By posting, you agree to TikTok's Music Usage Confirmation.", use_inner_text=True
    )
    expect(page.get_by_text(PROMOTIONAL)).to_be_hidden()
    expect(page.get_by_text(PARTNERSHIP)).to_be_hidden()

    box(page, "disclose").check()
    expect(box(page, "brand_organic")).not_to_be_checked()
    expect(box(page, "brand_content")).not_to_be_checked()
    expect(schedule).to_have_attribute("aria-disabled", "true")
    expect(schedule).to_have_attribute("title", NEITHER)
    assert violations(page) == []

    box(page, "brand_organic").check()
    expect(page.get_by_text(PROMOTIONAL)).to_be_visible()
    expect(page.get_by_text(PARTNERSHIP)).to_be_hidden()

    box(page, "brand_content").check()
    expect(page.get_by_text(PROMOTIONAL)).to_be_hidden()
    expect(page.get_by_text(PARTNERSHIP)).to_be_visible()
    expect(declaration).to_contain_text(
        "By posting, you agree to TikTok's Branded Content Policy and Music Usage Confirmation."
    )

    box(page, "disclose").uncheck()
    for name in ("brand_organic", "brand_content"):
        expect(box(page, name)).not_to_be_checked()
    expect(declaration).not_to_contain_text("Branded Content Policy", use_inner_text=True)


def test_branded_content_and_only_me_exclude_each_other(composer: Page) -> None:
    """Points 20 to 22."""
    page = composer
    audience = page.locator("#id_privacy_level")
    only_me = audience.locator('option[value="SELF_ONLY"]')

    box(page, "disclose").check()
    box(page, "brand_content").check()
    expect(only_me).to_be_disabled()
    expect(only_me).to_have_attribute("title", NOT_PRIVATE)

    box(page, "brand_content").uncheck()
    audience.select_option("SELF_ONLY")
    expect(box(page, "brand_content")).to_be_disabled()
    expect(box(page, "brand_content")).to_have_attribute("title", NOT_PRIVATE)


def test_the_preview_shows_exactly_what_will_be_posted(composer: Page) -> None:
    """Points 5, 27 and 28: the words as typed, and nothing of ours."""
    page = composer
    preview = page.locator("#preview")

    page.get_by_role("textbox", name="Caption").fill("Berry cake 🍓 #layers")
    page.locator("#id_privacy_level").select_option("MUTUAL_FOLLOW_FRIENDS")
    box(page, "allow_duet").check()
    box(page, "is_aigc").check()
    page.get_by_label("Post now").check()
    expect(page.get_by_role("button", name="Post now")).to_be_visible()
    expect(page.get_by_role("button", name="Schedule")).to_have_count(0)

    expect(preview.locator(".phone-text")).to_have_text("Luna BakesBerry cake 🍓 #layers")
    for words in ("Friends", "Duet", "AI-generated", "As soon as it is ready"):
        expect(preview.locator(".facts")).to_contain_text(words)
    assert "Oncue" not in preview.inner_text()


def test_the_keyboard_alone_reaches_what_is_missing(composer: Page) -> None:
    page = composer
    page.locator("[data-todo-list] a", has_text="Choose who can watch").focus()

    page.keyboard.press("Enter")

    expect(page.locator("#id_privacy_level")).to_be_focused()


@pytest.mark.parametrize("width", [320, 390, 820, 1440])
def test_the_composer_fits_every_width(composer: Page, width: int) -> None:
    composer.set_viewport_size({"width": width, "height": 900})

    assert composer.evaluate("document.documentElement.scrollWidth <= innerWidth")
