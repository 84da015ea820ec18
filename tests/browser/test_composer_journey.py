"""The composer in a browser, on a real site: from an empty page to a scheduled post, and back from every error."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from accounts.tenancy import workspace_scope
from scheduler.models import Post
from tests.browser.axe import violations
from tests.browser.studio import Studio
from tests.clips import make_clip
from tests.factories import make_account, make_media, make_post
from tests.processes import Processes

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def composer(page: Page, studio: Studio) -> Page:
    studio.sign_in(page)
    page.goto(studio.address("posts/new/"))
    return page


def clip(studio: Studio, name: str = "autumn loaf.mp4", **shape) -> Path:
    return make_clip(studio.clips / name, seconds=1, width=540, height=960, **shape)


def posts(studio: Studio) -> list[Post]:
    with workspace_scope(studio.workspace):
        return list(Post.objects.filter(workspace=studio.workspace))


def upload(page: Page, path: Path) -> None:
    page.locator("#id_media_file").set_input_files(path)


def left(page: Page) -> str:
    return page.locator("[data-todo-list]").inner_text()


def shot(page: Page, name: str) -> None:
    """A picture for people, where ONCUE_SHOTS names a folder: each page in both themes, wide and narrow."""
    folder = os.environ.get("ONCUE_SHOTS")
    if not folder:
        return
    for theme in ("light", "dark"):
        for width, height in ((1440, 900), (390, 844)):
            page.emulate_media(color_scheme=theme)
            page.set_viewport_size({"width": width, "height": height})
            page.screenshot(path=f"{folder}/{name}-{theme}-{width}.png", full_page=True, caret="initial")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1440, "height": 900})


def test_a_video_is_uploaded_described_and_scheduled(composer: Page, studio: Studio) -> None:
    page = composer
    expect(page.locator("#s-account ~ * strong").first).to_have_text("Luna Bakes")
    assert violations(page) == []
    shot(page, "composer-empty")

    upload(page, clip(studio))
    page.get_by_role("textbox", name="Caption").fill("Autumn loaf 🍂 #sourdough")
    expect(page.locator(".checks")).to_contain_text("540 × 960")
    expect(page.locator(".counter")).to_contain_text("25 / 2,200")
    assert "Choose who can watch" in left(page)

    page.get_by_label("Who can watch this post").select_option(label="Everyone")
    page.get_by_role("checkbox", name="Comment").check()
    page.get_by_label("Day", exact=True).fill("2027-06-01")
    page.get_by_role("combobox", name="Time").fill("12:30")
    expect(page.locator("[data-todo-list]")).to_contain_text("Ready")
    assert violations(page) == []
    shot(page, "composer-filled")

    page.get_by_role("button", name="Schedule").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Autumn loaf 🍂 #sourdough")
    (post,) = posts(studio)
    assert (post.status, post.due_local) == ("scheduled", "2027-06-01T12:30:00")
    assert violations(page) == []
    shot(page, "post-scheduled")


def test_schedule_does_nothing_until_everything_is_there(composer: Page, studio: Studio) -> None:
    button = composer.get_by_role("button", name="Schedule")
    expect(button).to_have_attribute("aria-disabled", "true")

    button.click(force=True)

    assert composer.url.endswith("/posts/new/")
    assert posts(studio) == []


def test_a_file_that_is_no_video_is_refused_and_replaced(composer: Page, studio: Studio) -> None:
    page = composer
    page.get_by_role("textbox", name="Caption").fill("Kept while the video is wrong")
    bad = studio.clips / "notes.mp4"
    bad.write_text("I am not a video" * 100)

    upload(page, bad)
    expect(page.locator(".up .err")).to_contain_text("not a video we can read")
    assert "Replace the video" in left(page)
    assert violations(page) == []

    upload(page, clip(studio))
    expect(page.locator(".checks")).to_contain_text("H.264")
    expect(page.get_by_role("textbox", name="Caption")).to_have_value("Kept while the video is wrong")


def test_an_error_keeps_the_words_and_the_video(composer: Page, studio: Studio, expected: list[str]) -> None:
    expected.append("422")  # the browser's own line about the answer
    page = composer
    upload(page, clip(studio))
    page.get_by_role("textbox", name="Caption").fill("Kept through an error")
    page.get_by_label("Who can watch this post").select_option(label="Friends")
    page.get_by_label("Day", exact=True).fill("2027-03-28")
    page.get_by_role("combobox", name="Time").fill("01:30")
    expect(page.locator("[data-todo-list]")).to_contain_text("Ready")

    page.get_by_role("button", name="Schedule").click()

    expect(page.locator("#time-error")).to_contain_text("skip 01:30")
    expect(page.get_by_role("textbox", name="Caption")).to_have_value("Kept through an error")
    expect(page.get_by_label("Who can watch this post")).to_have_value("MUTUAL_FOLLOW_FRIENDS")
    expect(page.locator("[data-media-id] .name")).to_have_text("autumn loaf.mp4")
    assert violations(page) == []
    shot(page, "composer-gap")

    page.get_by_role("button", name="Use 02:00").click()
    expect(page.locator("[data-todo-list]")).to_contain_text("Ready")
    page.get_by_role("button", name="Schedule").click()
    page.wait_for_url("**/posts/*-*/")
    assert posts(studio)[0].due_local == "2027-03-28T02:00:00"


def test_with_tiktok_away_the_composer_says_so_and_tries_again(composer: Page, studio: Studio) -> None:
    page = composer
    studio.tiktok.control(faults=[{"kind": "html", "endpoint": "creator_info", "times": 1}])
    page.reload()
    expect(page.locator("#creator")).to_contain_text("TikTok does not answer properly right now")
    assert violations(page) == []
    shot(page, "composer-tiktok-away")
    page.get_by_role("textbox", name="Caption").fill("Written meanwhile")

    page.get_by_role("button", name="Try again").click()

    expect(page.locator("#creator")).to_contain_text("videos up to 10 min")
    expect(page.get_by_label("Who can watch this post").locator("option")).to_have_count(4)
    expect(page.get_by_role("textbox", name="Caption")).to_have_value("Written meanwhile")


def test_another_account_leaves_the_upload_and_the_words_alone(page: Page, studio: Studio) -> None:
    make_account(studio.workspace, studio.tiktok, creator="fernandfold")
    studio.sign_in(page)
    page.goto(studio.address("posts/new/"))
    page.get_by_role("button", name="Luna Bakes").click()
    expect(page.locator("#creator")).to_contain_text("@luna.bakes")
    upload(page, clip(studio))
    page.get_by_role("textbox", name="Caption").fill("For one of the two")
    page.get_by_label("Who can watch this post").select_option(label="Everyone")

    page.locator("#creator").get_by_role("button", name="Fernandfold").click()
    expect(page.locator("#creator")).to_contain_text("@fernandfold")
    page.locator("#creator").get_by_role("button", name="Remove Luna Bakes").click()

    expect(page.locator("#creator")).not_to_contain_text("@luna.bakes")
    expect(page.locator("#preview-name")).to_contain_text("Fern")
    expect(page.get_by_label("Who can watch this post")).to_have_value("")
    expect(page.get_by_role("textbox", name="Caption")).to_have_value("For one of the two")
    expect(page.locator(".checks")).to_contain_text("H.264")
    assert violations(page) == []


def test_the_post_page_follows_the_post_until_it_is_out(
    page: Page, studio: Studio, processes: Processes
) -> None:
    processes.start_beat()
    post = make_post(studio.luna, make_media(studio.workspace), studio.alice)
    studio.sign_in(page)

    page.goto(studio.address(f"posts/{post.pk}/"))

    expect(page.locator("#why")).to_have_text("Published by Luna Bakes", timeout=30_000)
    assert page.locator("#live").get_attribute("hx-trigger") is None
    expect(page.get_by_role("link", name="Edit")).to_have_count(0)
    expect(page.get_by_role("button", name="Cancel this post")).to_have_count(0)
    assert violations(page) == []
    shot(page, "post-published")


def test_trouble_on_our_side_leaves_the_live_part_as_it_was(
    page: Page, studio: Studio, expected: list[str]
) -> None:
    expected.append("500")
    post = make_post(studio.luna, make_media(studio.workspace), studio.alice)
    studio.sign_in(page)
    page.goto(studio.address(f"posts/{post.pk}/"))
    page.route(
        "**/?seen=*",
        lambda route: route.fulfill(status=500, content_type="text/html", body="<h1>Broken</h1>"),
    )

    with page.expect_response("**/?seen=*"):
        pass

    expect(page.locator("#live h1")).to_contain_text("Autumn loaf")
    expect(page.get_by_text("Broken")).to_have_count(0)


def test_a_failed_post_and_the_calendar_read_well(page: Page, studio: Studio) -> None:
    post = make_post(studio.luna, make_media(studio.workspace), studio.alice)
    make_post(
        studio.luna, make_media(studio.workspace), studio.alice, caption="Berry layer cake in 40 seconds"
    )
    with workspace_scope(studio.workspace):
        Post.objects.filter(pk=post.pk).update(status="failed", reason="tiktok_trouble", next_step_at=None)
    studio.sign_in(page)

    page.goto(studio.address(f"posts/{post.pk}/"))
    assert violations(page) == []
    shot(page, "post-failed")
    page.goto(studio.address("calendar/"))
    assert violations(page) == []
    shot(page, "calendar")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
