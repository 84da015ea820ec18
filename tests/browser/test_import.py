"""Three videos and a list in a real browser: dropped, matched, one error mended in place, all scheduled."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, Response, expect

from accounts.tenancy import workspace_scope
from scheduler.clock import database_now
from scheduler.models import BulkImport, Post
from tests.browser.looking import looked_at
from tests.browser.studio import Studio
from tests.factories import clip_bytes, make_media

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

NAMES = ("rye.mp4", "wheat.mp4", "spelt.mp4")


def films(studio: Studio) -> list[Path]:
    """Three clips that are not the same."""
    paths = [studio.clips / name for name in NAMES]
    for number, path in enumerate(paths):
        path.write_bytes(clip_bytes() + (16).to_bytes(4) + b"free" + bytes([number]) * 8)
    return paths


def csv(studio: Studio) -> Path:
    """One row for each, the last of which says no audience that there is."""
    day = (database_now() + timedelta(days=9)).date()
    rows = [
        f"{name};@luna.bakes;Loaf of {name};{day + timedelta(days=number)};12:30;{level};yes"
        for number, (name, level) in enumerate(zip(NAMES, ("Everyone", "only me", "Everybody"), strict=True))
    ]
    path = studio.clips / "posts.csv"
    path.write_text(
        "\n".join(["file;account;caption;date;time;privacy;comment", *rows]), encoding="utf-8-sig"
    )
    return path


def begun(page: Page, studio: Studio) -> Page:
    studio.sign_in(page)
    page.goto(studio.address("posts/"))
    page.get_by_role("link", name="Import many").click()
    looked_at(page, "import-begin")
    page.get_by_label("Choose the list").set_input_files(csv(studio))
    expect(page.locator("list-field")).to_contain_text("posts.csv")
    page.get_by_role("button", name="Begin").click()
    return page


def test_three_videos_and_a_list_become_three_posts(page: Page, studio: Studio) -> None:
    begun(page, studio)
    expect(page.get_by_text("3 rows have no video yet")).to_be_visible()

    page.locator("#id_files").set_input_files(films(studio))
    third = page.locator("#row-r3")
    expect(page.get_by_text("2 of 3 rows ready")).to_be_visible(timeout=60_000)
    expect(third).to_contain_text("The list says “Everybody”. Choose who can watch.")
    looked_at(page, "import-table")

    page.get_by_label("Who can watch row 3").select_option("Everyone")
    page.get_by_label("Caption of row 3").fill("Spelt, at last")  # while the table is drawn again
    page.get_by_label("Time, Lisbon time, of row 3").fill("9.15")
    page.keyboard.press("Tab")
    expect(page.get_by_text("3 of 3 rows ready")).to_be_visible()
    expect(third).to_contain_text("09:15 Lisbon time")
    page.reload()
    expect(page.get_by_label("Caption of row 3")).to_have_value("Spelt, at last")
    expect(page.get_by_label("Time, Lisbon time, of row 3")).to_have_value("9.15")

    page.get_by_role("button", name="Look and schedule").click()
    expect(page.get_by_role("heading", name="Schedule 3 posts")).to_be_visible()
    looked_at(page, "import-review")
    page.get_by_role("button", name="Agree and schedule 3").click()
    expect(page.get_by_text("Row 3: Scheduled for Luna Bakes")).to_be_visible()
    looked_at(page, "import-done")

    with workspace_scope(studio.workspace):
        posts = list(Post.objects.filter(workspace=studio.workspace).order_by("due_at"))
        assert [(post.status, post.privacy_level) for post in posts] == [
            ("scheduled", "PUBLIC_TO_EVERYONE"),
            ("scheduled", "SELF_ONLY"),
            ("scheduled", "PUBLIC_TO_EVERYONE"),
        ]
        assert [post.media.original_name for post in posts if post.media] == list(NAMES)
        assert BulkImport.objects.get(workspace=studio.workspace).rows == []


def test_a_mistyped_name_is_mended_with_a_video_of_the_library(page: Page, desk: Studio) -> None:
    make_media(desk.workspace, original_name="rye.mp4")
    make_media(desk.workspace, original_name="Wheat.MP4", pad_to=200_000)
    make_media(desk.workspace, original_name="spelt-2.mp4", pad_to=300_000)
    begun(page, desk)
    row = page.locator("#row-r3")
    expect(row).to_contain_text("No video is called “spelt.mp4”")
    expect(page.locator("#row-r1")).to_contain_text("Ready")
    page.get_by_label("Day of row 3").fill("2020-01-01")
    page.get_by_label("Time, Lisbon time, of row 3").fill("noon")
    page.keyboard.press("Tab")
    expect(row).to_contain_text("Write the time as 12:30.")
    looked_at(page, "import-errors")

    page.get_by_label("Video of row 3").select_option(label="spelt-2.mp4, 0:01")
    page.get_by_label("Time, Lisbon time, of row 3").fill("")
    page.get_by_label("Day of row 3").fill("")
    expect(row).to_contain_text("No time yet: a draft, or a free slot.")
    page.locator("#row-r2").get_by_role("button", name="Remove row 2").click()
    expect(page.locator("#row-r2")).to_have_count(0)
    page.get_by_role("button", name="Save as drafts").click()
    expect(page.get_by_text("Row 1: Draft saved for Luna Bakes")).to_be_visible()
    expect(page.get_by_text("Row 3: Draft saved for Luna Bakes")).to_be_visible()


def test_branded_content_and_only_me_exclude_each_other_in_the_table(page: Page, desk: Studio) -> None:
    make_media(desk.workspace, original_name="wheat.mp4")
    begun(page, desk)
    row = page.locator("#row-r2")
    row.get_by_label("Disclose commercial content").check()
    branded = row.get_by_label("Branded content")
    expect(branded).to_be_disabled()
    expect(branded).to_have_attribute("title", "Branded content visibility cannot be set to private.")

    page.get_by_label("Who can watch row 2").select_option("Everyone")
    branded.check()
    expect(row.get_by_text("labeled as 'Paid partnership'")).to_be_visible()
    expect(page.get_by_label("Who can watch row 2").locator("option", has_text="Only me")).to_be_disabled()
    row.get_by_label("Disclose commercial content").uncheck()
    expect(branded).not_to_be_checked()


def is_kept(answer: Response) -> bool:
    return answer.request.method == "POST"


def test_two_tabs_of_one_import_keep_what_each_has_written(
    page: Page, desk: Studio, expected: list[str]
) -> None:
    expected += ["status of 409", "status of 404"]
    make_media(desk.workspace, original_name="rye.mp4")
    begun(page, desk)
    expect(page.get_by_text("1 of 3 rows ready")).to_be_visible()
    other = page.context.new_page()
    other.goto(page.url)
    caption = "Caption of row 1"

    other.get_by_label(caption, exact=True).fill("Theirs")
    with other.expect_response(is_kept):
        other.keyboard.press("Tab")
    page.get_by_label(caption, exact=True).fill("Mine 🍂")
    with page.expect_response(is_kept):
        page.keyboard.press("Tab")
    row = page.locator("#row-r1")
    expect(page.get_by_role("alert")).to_contain_text("Choose which of the two stays")
    expect(row.locator("q")).to_have_text("Mine 🍂")
    expect(page.get_by_label(caption, exact=True)).to_have_value("Theirs")
    expect(row.locator(".counter")).to_have_text("6 / 2,200")
    looked_at(page, "import-clash")

    with page.expect_response(is_kept):
        row.get_by_role("button", name="Use mine").click()
    expect(row.locator("q")).to_have_count(0)
    expect(page.get_by_label(caption, exact=True)).to_have_value("Mine 🍂")
    expect(row.locator(".counter")).to_have_text("7 / 2,200")

    other.get_by_role("button", name="Discard this import").click()
    expect(other.get_by_text("Import discarded.")).to_be_visible()
    page.get_by_label(caption, exact=True).fill("More")
    with page.expect_response(is_kept):
        page.keyboard.press("Tab")
    expect(page.get_by_role("alert")).to_contain_text("This import is not here any more")


def test_what_is_missing_leads_to_its_field(page: Page, desk: Studio) -> None:
    make_media(desk.workspace, original_name="rye.mp4")
    desk.sign_in(page)
    page.goto(desk.address("import/"))
    (desk.clips / "bare.csv").write_text("file\nrye.mp4\n")
    page.get_by_label("Choose the list").set_input_files(desk.clips / "bare.csv")
    page.get_by_role("button", name="Begin").click()
    look = page.get_by_role("button", name="Look and schedule")
    expect(look).to_be_disabled()
    expect(page.locator("#row-r1 .err")).to_have_count(0)
    looked_at(page, "import-untouched")

    page.get_by_role("link", name="choose who can watch (row 1)").click()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_label("Who can watch row 1")).to_be_focused()
