"""From the composer to the library and back in a browser: a video with one press, photos by their boxes."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.studio import Studio
from tests.browser.test_library import looked_at, still
from tests.factories import make_image_media, make_media

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

LONG = "final_FINAL-v3_export-for-tiktok_2026-11-20_graded_with-subtitles_really-the-last-one.mp4"


@pytest.fixture
def composer(page: Page, desk: Studio) -> Page:
    """A new post, with two videos and three photos in the library."""
    for number, name in enumerate(("Rye at dawn.mp4", LONG)):
        make_media(desk.workspace, original_name=name, cover_key=still(desk, number))
    for number in range(3):
        make_image_media(desk.workspace, original_name=f"crumb {number}.jpg", cover_key=still(desk, number))
    desk.sign_in(page)
    page.goto(desk.address("posts/new/"))
    return page


def test_a_video_is_taken_from_the_library_and_nothing_typed_is_lost(composer: Page) -> None:
    composer.locator("#id_caption").fill("Rye, slowly")
    composer.get_by_role("button", name="Take one from the library").click()
    expect(composer.get_by_role("heading", name="Choose a video")).to_be_visible()
    expect(composer.locator(".file")).to_have_count(2)
    looked_at(composer, "pick-video")

    composer.get_by_label("Words").fill("dawn")
    composer.get_by_label("Words").press("Enter")
    expect(composer.locator(".file")).to_have_count(1)
    composer.get_by_role("button", name="Rye at dawn.mp4").press("Enter")

    expect(composer.get_by_role("heading", name="New post")).to_be_visible()
    expect(composer.locator("#id_caption")).to_have_value("Rye, slowly")
    expect(composer.locator("resumable-upload", has_text="Rye at dawn.mp4")).to_be_visible()
    expect(composer.locator("#id_media")).not_to_have_value("")
    looked_at(composer, "pick-done")


def test_photos_are_taken_by_their_boxes_and_join_those_there_are(composer: Page) -> None:
    composer.get_by_role("radio", name="Photos").check()
    composer.get_by_role("button", name="Take some from the library").click()
    composer.get_by_label("crumb 1.jpg").check()
    composer.get_by_role("button", name="Add to the post").click()
    expect(composer.locator("resumable-upload ol > li:visible")).to_have_count(1)

    composer.get_by_role("button", name="Take some from the library").click()
    expect(composer.locator(".file", has_text="In this post")).to_have_count(1)
    composer.get_by_label("crumb 0.jpg").check()
    composer.get_by_label("crumb 2.jpg").check()
    looked_at(composer, "pick-photos")
    composer.get_by_role("button", name="Add to the post").click()

    expect(composer.locator("resumable-upload ol > li:visible")).to_have_count(3)
    expect(composer.locator("resumable-upload ol > li:visible").first).to_contain_text("crumb 1.jpg")


def test_without_a_script_a_video_is_taken_and_a_file_renamed(
    browser: Browser, composer: Page, desk: Studio
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    desk.sign_in(page)
    page.goto(desk.address("posts/new/"))
    page.get_by_role("button", name="Take one from the library").click()
    page.get_by_role("button", name="Rye at dawn.mp4").click()
    expect(page.get_by_text("Rye at dawn.mp4").first).to_be_visible()

    page.goto(desk.address("media/"))
    page.get_by_role("link", name="Rye at dawn.mp4").click()
    page.get_by_label("Name in this workspace").fill("Rye at noon.mp4")
    page.get_by_role("button", name="Rename").click()
    expect(page.get_by_role("heading", name="Rye at noon.mp4")).to_be_visible()
    context.close()


def test_enter_in_a_field_saves_a_draft_and_presses_nothing_else(composer: Page) -> None:
    composer.locator("#id_cover_timestamp_ms").press("Enter")
    expect(composer.get_by_text("Draft saved.")).to_be_visible()
