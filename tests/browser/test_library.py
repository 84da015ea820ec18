"""The media library in a browser: files come in while one looks, are found, tagged, posted and deleted."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings

from accounts.tenancy import workspace_scope
from scheduler import tagging, uploads
from scheduler.models import Media, Upload
from tests.browser.looking import looked_at
from tests.browser.studio import Studio
from tests.clips import make_image, picture
from tests.factories import clip_bytes, make_image_media, make_media, make_photo_post, make_post

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

LONG = "final_FINAL-v3_export-for-tiktok_2026-11-20_graded_with-subtitles_really-the-last-one.mp4"


@pytest.fixture
def stocked(desk: Studio, page: Page) -> Page:
    """The library with a film and a photo in posts, one in none, one refused, one being checked."""
    film = make_media(
        desk.workspace, original_name="Rye at dawn.mp4", cover_key=still(desk, 0), uploaded_by=desk.alice
    )
    photo = make_image_media(desk.workspace, original_name="crumb.jpg", cover_key=still(desk, 1))
    make_image_media(desk.workspace, original_name="spare.jpg", cover_key=still(desk, 2))
    make_media(desk.workspace, original_name=LONG, cover_key=still(desk, 3))
    refusal = "“notes.mov” is not a video we can read. Export it as MP4 and add it again."
    make_media(desk.workspace, original_name="notes.mov", status="refused", refusals=[refusal])
    make_media(
        desk.workspace, original_name="just in.mp4", status="checking", check_due_at="2030-01-01T00:00Z"
    )
    make_post(desk.luna, film, desk.alice, due_in=timedelta(days=1), caption="Rye, slowly")
    make_photo_post(desk.luna, [photo], desk.alice, due_in=timedelta(days=2))
    with workspace_scope(desk.workspace):
        tagging.put(media=film, names=["autumn", "rye", "recipe", "long reads"])
    desk.sign_in(page)
    page.goto(desk.address("media/"))
    return page


def still(desk: Studio, number: int) -> str:
    """A small picture in storage, of a colour of its own."""
    small = make_image(Image.new("RGB", (90, 160), (70 + 40 * number, 140, 190 - 36 * number)))
    return default_storage.save(f"{desk.workspace.pk}/still{number}.jpg", ContentFile(small))


def test_uploads_that_stopped_are_listed_where_files_are_chosen(desk: Studio, page: Page) -> None:
    with workspace_scope(desk.workspace):
        for name, length, sent in ((LONG, 4_000_000_000, 2_030_000_000), ("brand.mov", 900_000_000, 0)):
            upload = uploads.begin(workspace=desk.workspace, by=desk.alice, name=name, length=length)
            Upload.objects.filter(pk=upload.pk).update(offset=sent)
    desk.sign_in(page)

    page.goto(desk.address("media/"))
    left = page.get_by_role("list", name="Unfinished uploads")
    expect(left).to_contain_text("2.03 of 4.00 GB came.")
    looked_at(page, "library-unfinished")
    page.goto(desk.address("posts/new/"))
    expect(left).to_contain_text("0 kB of 900 MB came.")
    looked_at(page, "composer-unfinished")

    left.get_by_role("button", name="Discard the upload of brand.mov").click()
    expect(left.get_by_role("listitem")).to_have_count(1)
    expect(page.locator("resumable-upload[data-target=media]")).to_contain_text("uses 4 of 50 GB")


def test_a_file_without_room_is_refused_at_its_place_before_its_first_byte(
    desk: Studio, page: Page, settings: Settings, expected: list[str]
) -> None:
    expected.append("413")
    settings.MEDIA_QUOTA_BYTES = 10**9
    stored = make_media(desk.workspace)
    with workspace_scope(desk.workspace):
        Media.objects.filter(pk=stored.pk).update(size=10**9)
    desk.sign_in(page)
    page.goto(desk.address("posts/new/"))
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    box = page.locator("resumable-upload[data-target=media]")
    expect(box).to_contain_text("This workspace uses all of its 1 GB. Delete media that no post needs first.")

    box.locator("input[type=file]").set_input_files(not_a_video(desk))

    expect(box.get_by_role("alert")).to_contain_text("This workspace may keep 1.00 GB of media")
    assert "PATCH" not in sent


def not_a_video(studio: Studio) -> Path:
    path = studio.clips / "notes.mov"
    path.write_bytes(b"Remember the salt.")
    return path


def test_files_are_found_without_a_reload(stocked: Page, desk: Studio) -> None:
    looked_at(stocked, "library")
    stocked.evaluate("window.same = true")

    stocked.get_by_label("Kind").select_option("Photos")
    expect(stocked.locator(".file")).to_have_count(2)
    expect(stocked).to_have_url(desk.address("media/?kind=image"))
    stocked.get_by_label("Kind").select_option("Any")
    stocked.get_by_label("Tag").select_option("rye")
    expect(stocked.locator(".file")).to_have_count(1)

    stocked.get_by_label("Words").fill("no such words")
    stocked.get_by_label("Words").press("Enter")
    expect(stocked.get_by_role("heading", name="No file matches")).to_be_visible()
    assert stocked.evaluate("window.same")
    looked_at(stocked, "library-none")


def test_a_check_that_ends_shows_by_itself(stocked: Page, desk: Studio) -> None:
    card = stocked.locator(".file", has_text="just in.mp4")
    expect(card).to_contain_text("Being checked")

    with workspace_scope(desk.workspace):
        Media.objects.filter(original_name="just in.mp4").update(status="ready", check_due_at=None)

    expect(card).to_contain_text("Not in a post")
    expect(stocked.locator("[hx-trigger='every 3s']")).to_have_count(0)


def test_a_file_is_tagged_and_posted(stocked: Page, desk: Studio) -> None:
    stocked.get_by_role("link", name="Rye at dawn.mp4").click()
    expect(stocked.get_by_role("link", name="Media").first).to_have_attribute("aria-current", "page")
    looked_at(stocked, "library-file")

    stocked.get_by_label("Words to find it by").fill("rye, #Winter")
    stocked.get_by_role("button", name="Save tags").click()
    expect(stocked.get_by_label("Words to find it by")).to_have_value("rye, winter")

    stocked.get_by_role("link", name="New post with this").click()
    expect(stocked.locator("#s-video ~ *", has_text="Rye at dawn.mp4").first).to_be_visible()
    expect(stocked.locator("#id_media")).not_to_have_value("")


def test_what_a_post_needs_stays_and_says_which(stocked: Page) -> None:
    stocked.get_by_role("link", name="Rye at dawn.mp4").click()

    kept = stocked.get_by_role("region", name="Delete")
    expect(kept).to_contain_text("1 post still needs this file.")
    kept.get_by_role("link", name="Rye, slowly").click()
    expect(stocked.get_by_role("heading", name="Rye, slowly")).to_be_visible()


def test_a_long_name_fits_and_a_refusal_is_told(stocked: Page) -> None:
    stocked.get_by_role("link", name=LONG).click()
    stocked.get_by_text("Delete this file").click()
    expect(stocked.get_by_role("button", name="Delete for good")).to_be_visible()
    looked_at(stocked, "library-file-unused")

    stocked.get_by_role("link", name="Media").first.click()
    stocked.get_by_role("link", name="notes.mov").click()
    expect(stocked.get_by_text("is not a video we can read")).to_be_visible()
    expect(stocked.get_by_role("link", name="New post with this")).to_have_count(0)
    looked_at(stocked, "library-file-refused")


def test_without_a_script_a_file_is_found_and_deleted(browser: Browser, stocked: Page, desk: Studio) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    desk.sign_in(page)
    page.goto(desk.address("media/"))
    page.get_by_label("Use", exact=True).select_option("Not in a post")
    page.get_by_role("button", name="Filter").click()
    page.get_by_role("link", name="spare.jpg").click()
    page.get_by_text("Delete this file").click()
    page.get_by_role("button", name="Delete for good").click()

    expect(page.get_by_text("“spare.jpg” deleted.")).to_be_visible()
    expect(page.get_by_role("link", name="spare.jpg")).to_have_count(0)
    context.close()


def test_several_files_come_in_and_join_the_others(page: Page, studio: Studio) -> None:
    studio.sign_in(page)
    page.goto(studio.address("media/"))
    expect(page.get_by_role("heading", name="Bring your first video")).to_be_visible()
    looked_at(page, "library-empty")
    clip, image = studio.clips / "loaf.mp4", studio.clips / "crumb.jpg"
    clip.write_bytes(clip_bytes())
    image.write_bytes(make_image(picture(300, 500)))

    page.locator("#id_files").set_input_files([clip, image])

    expect(page.locator(".file")).to_have_count(2)
    expect(page.locator(".file", has_text="Not in a post")).to_have_count(2)
    expect(page.locator(".file .cover[src]")).to_have_count(2)
    expect(page.locator("resumable-upload li").first).to_be_hidden()  # it stands among the files now
    page.locator("#id_files").set_input_files(not_a_video(studio))
    expect(page.locator("resumable-upload")).to_contain_text("notes.mov")
    expect(page.locator(".file", has_text="Can't be posted")).to_have_count(1)
    looked_at(page, "library-added")
