"""The cover of a video in the composer: written in seconds, or taken from where the preview stands."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.studio import Studio
from tests.clips import make_clip

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_the_preview_and_the_moment_of_the_cover_follow_each_other(page: Page, studio: Studio) -> None:
    studio.sign_in(page)
    page.goto(studio.address("posts/new/"))
    clip = make_clip(studio.clips / "cover.mp4", seconds=3, width=540, height=960)
    page.locator("#id_media_file").set_input_files(clip)
    expect(page.locator("[data-kind=video] .checks")).to_be_visible()
    cover, video = page.get_by_role("textbox", name="Cover"), page.locator("video[data-preview]")

    cover.fill("1,5")
    expect(video).to_have_js_property("currentTime", 1.5)

    video.evaluate("video => { video.currentTime = 2.25 }")
    page.get_by_role("button", name="Use the frame in the preview").click()
    expect(cover).to_have_value("2.2")
