"""A list of all that TikTok takes, in a real browser: a video, a draft for the app, photos, a cover."""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from accounts.tenancy import workspace_scope
from scheduler.clock import database_now
from scheduler.models import BulkImport, Media, Post, PostingSlot
from tests.browser.looking import looked_at
from tests.browser.studio import Studio
from tests.clips import make_image
from tests.factories import clip_bytes, make_image_media, make_media

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

VIDEOS = ("rye.mp4", "wheat.mp4", "spelt.mp4")
PHOTOS = ("crust.jpg", "crumb.jpg", "table.jpg")


def files(studio: Studio) -> list[Path]:
    """Three clips and three photos, all of which differ."""
    paths = [studio.clips / name for name in (*VIDEOS, *PHOTOS)]
    for number, path in enumerate(paths):
        clip = clip_bytes() + (16).to_bytes(4) + b"free" + bytes([number]) * 8
        photo = make_image(Image.new("RGB", (360, 640), (40 * number, 90, 60)))
        path.write_bytes(clip if path.suffix == ".mp4" else photo)
    return paths


def begun(page: Page, studio: Studio, *rows: str) -> None:
    """An import of these rows; days are counted from today."""
    head = "file;photos;mode;title;caption;date;time;privacy;comment;cover;music"
    path = studio.clips / "posts.csv"
    path.write_text("\n".join([head, *rows]), encoding="utf-8-sig")
    studio.sign_in(page)
    page.goto(studio.address("import/"))
    page.get_by_label("Choose the list").set_input_files(path)
    page.get_by_role("button", name="Begin").click()


def day(ahead: int) -> str:
    return (database_now() + timedelta(days=ahead)).date().isoformat()


def slots(studio: Studio) -> None:
    """Every day at nine."""
    with workspace_scope(studio.workspace):
        for weekday in range(7):
            PostingSlot.objects.create(
                workspace=studio.workspace, account=studio.luna, weekday=weekday, at=time(9)
            )


def posts(studio: Studio) -> list[Post]:
    with workspace_scope(studio.workspace):
        return list(
            Post.objects.filter(workspace=studio.workspace).select_related("media").order_by("caption")
        )


def photos_of(studio: Studio, post: Post) -> list[str]:
    with workspace_scope(studio.workspace):
        return [image.media.original_name for image in post.images.select_related("media")]


def test_every_kind_of_post_comes_of_one_list(page: Page, studio: Studio) -> None:
    slots(studio)
    begun(
        page,
        studio,
        f"rye.mp4;;;;A video;{day(9)};12:30;Everyone;yes;;",
        f"wheat.mp4;;inbox;;;{day(9)};18:00;;;;",
        ';"crust.jpg; crumbs.jpg; table.jpg";;Three looks;Photos;;;Everyone;yes;3;yes',
        f"spelt.mp4;;direct;;With a cover;{day(10)};12:30;Only me;;0:00.5;",
    )
    expect(page.get_by_text("4 rows have no file yet")).to_be_visible()
    page.locator("#id_files").set_input_files(files(studio))
    photos = page.locator("#row-r3")
    expect(photos).to_contain_text("No photo is called “crumbs.jpg”.", timeout=60_000)
    expect(photos).to_contain_text("Did you mean “crumb.jpg”?", timeout=60_000)
    expect(page.get_by_text("3 of 4 rows ready")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("No row names “crumb.jpg”.")).to_be_visible()
    expect(page.get_by_label("Who can watch row 2")).to_have_count(0)
    looked_at(page, "import-kinds")

    page.get_by_label("Photos of row 3").fill("crust.jpg\ncrumb.jpg\ntable.jpg")
    page.keyboard.press("Tab")
    expect(photos).to_contain_text("No time yet", timeout=20_000)
    expect(page.get_by_label("Cover photo of row 3")).to_have_value("2")
    page.get_by_role("button", name="Place 1 into free slots").click()
    expect(page.get_by_text("4 of 4 rows ready")).to_be_visible()
    looked_at(page, "import-kinds-placed")

    page.get_by_role("button", name="Look and schedule").click()
    expect(page.get_by_role("heading", name="Schedule 4 posts")).to_be_visible()
    expect(page.locator(".slide[data-cover]")).to_be_in_viewport()
    expect(page.locator(".slide[data-cover]")).to_contain_text("Cover")
    looked_at(page, "import-kinds-review")
    page.get_by_role("button", name="Agree and schedule 4").click()
    expect(page.get_by_text("Row 4: Scheduled for Luna Bakes")).to_be_visible()

    inbox, video, carousel, covered = posts(studio)
    assert {post.status for post in (inbox, carousel, video, covered)} == {"scheduled"}
    assert (inbox.mode, inbox.media.original_name, inbox.privacy_level) == ("inbox", "wheat.mp4", "")
    assert (carousel.kind, carousel.title, carousel.cover_index) == ("photo", "Three looks", 2)
    assert photos_of(studio, carousel) == list(PHOTOS)
    assert (carousel.auto_add_music, carousel.allow_comment, carousel.due_local[-8:]) == (
        True,
        True,
        "09:00:00",
    )
    assert (video.mode, video.kind, video.cover_timestamp_ms) == ("direct", "video", None)
    assert (covered.cover_timestamp_ms, covered.privacy_level) == (500, "SELF_ONLY")
    with workspace_scope(studio.workspace):
        assert BulkImport.objects.get(workspace=studio.workspace).rows == []


def test_a_row_changes_where_it_goes_and_keeps_what_was_chosen(page: Page, desk: Studio) -> None:
    make_media(desk.workspace, original_name="rye.mp4")
    begun(page, desk, f"rye.mp4;;;;Rye;{day(9)};12:30;Everyone;yes;0.5;")
    expect(page.get_by_text("1 of 1 row ready")).to_be_visible()
    page.get_by_label("Where it goes, row 1").select_option("TikTok inbox")
    row = page.locator("#row-r1")
    expect(row).to_contain_text("What the list says is kept here and not sent.")
    expect(page.get_by_label("Who can watch row 1")).to_have_count(0)
    expect(page.get_by_text("1 of 1 row ready")).to_be_visible()

    page.get_by_label("Where it goes, row 1").select_option("On the profile")
    expect(page.get_by_label("Who can watch row 1")).to_have_value("PUBLIC_TO_EVERYONE")
    expect(page.get_by_label("Caption of row 1")).to_have_value("Rye")
    expect(page.get_by_label("Cover moment of row 1")).to_have_value("0.5")
    expect(row.get_by_label("Comment")).to_be_checked()


def test_photos_that_share_a_name_are_asked_about(page: Page, desk: Studio) -> None:
    make_image_media(desk.workspace, original_name="1.jpg", width=720)
    other = make_image_media(desk.workspace, original_name="1.jpg", width=361)
    begun(page, desk, f";1.jpg;;;Rye;{day(9)};12:30;Everyone;;;")
    expect(page.locator("#row-r1")).to_contain_text("2 photos are called “1.jpg”. Choose one.")
    looked_at(page, "import-doubles")
    which = page.get_by_label("Photo 1 of row 1, 1.jpg")
    which.select_option(value=f"0:{other.pk}")
    expect(page.get_by_text("1 of 1 row ready")).to_be_visible()
    page.reload()
    expect(which).to_have_value(f"0:{other.pk}")


def test_photos_without_a_row_become_one_carousel(page: Page, desk: Studio) -> None:
    desk.sign_in(page)
    page.goto(desk.address("import/"))
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_text("No rows yet")).to_be_visible()
    with workspace_scope(desk.workspace):
        batch = BulkImport.objects.get(workspace=desk.workspace)
        photos = [make_image_media(desk.workspace, original_name=name) for name in PHOTOS]
        BulkImport.objects.filter(pk=batch.pk).update(files=[str(photo.pk) for photo in photos])
        assert Media.objects.count() == len(PHOTOS)
    page.reload()
    page.get_by_role("button", name="Make one row of the 3 photos").click()
    expect(page.get_by_label("Photos of row 1")).to_have_value("\n".join(PHOTOS))
    page.get_by_label("Cover photo of row 1").select_option("2: crumb.jpg")
    page.get_by_role("button", name="Save as drafts").click()
    expect(page.get_by_text("Row 1: Draft saved")).to_be_visible()
    [post] = posts(desk)
    assert (photos_of(desk, post), post.cover_index) == (list(PHOTOS), 1)
