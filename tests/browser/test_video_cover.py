"""The cover of a video in the composer: one of six frames, a moment in seconds, or where the preview stands."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import looked_at, overflow, until
from tests.browser.studio import Studio
from tests.clips import make_clip
from tests.factories import make_media

AT = ["0:00.0", "0:01.0", "0:02.0", "0:03.0", "0:04.0", "0:05.0"]
"""Where a video of six seconds has its frames."""

PICTURES = "canvases => canvases.map(canvas => canvas.toDataURL())"

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


def test_six_frames_of_the_video_write_the_moment(page: Page, desk: Studio) -> None:
    clip = make_clip(desk.clips / "cover.mp4", seconds=6, width=540, height=960)
    video = make_media(desk.workspace, content=clip.read_bytes(), duration_ms=6000)
    desk.sign_in(page)
    page.goto(desk.address(f"posts/new/?media={video.pk}"))
    frames = page.get_by_role("group", name="Cover")
    radios, written = frames.get_by_role("radio"), page.get_by_role("textbox", name="Cover moment")
    frames.scroll_into_view_if_needed()

    expect(frames.locator("[data-slot=at]")).to_have_text(AT)
    until(page, lambda: len(set(frames.locator("canvas").evaluate_all(PICTURES))) == len(AT))
    expect(radios.first).to_be_checked()
    expect(written).to_have_value("")
    looked_at(page, "composer-cover")
    assert overflow(page, [360]) == []

    radios.first.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(written).to_have_value("3")
    expect(page.locator("video[data-preview]")).to_have_js_property("currentTime", 3)

    written.fill("4,5")
    expect(frames.get_by_role("radio", checked=True)).to_have_count(0)
    written.fill("0:05")
    expect(radios.last).to_be_checked()


def test_a_video_that_the_browser_can_t_play_leaves_the_field(page: Page, desk: Studio) -> None:
    video = make_media(desk.workspace, content=b"no frames in here", duration_ms=6000)
    desk.sign_in(page)
    page.goto(desk.address(f"posts/new/?media={video.pk}"))

    expect(page.locator("[data-slot=frames]")).to_be_hidden()
    written = page.get_by_role("textbox", name="Cover moment")
    written.fill("4.5")
    expect(page.locator("#kept")).to_contain_text("Kept at")
    page.reload()
    expect(written).to_have_value("4.5")
