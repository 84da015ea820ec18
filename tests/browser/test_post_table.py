"""The table of posts in a browser: filtered without a reload, chosen, moved and undone, with and without scripts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from accounts.models import User, Workspace
from accounts.tenancy import workspace_scope
from scheduler.models import Media, Post, PostImage
from tests.browser.looking import looked_at
from tests.clips import make_image
from tests.factories import make_image_media
from tests.people import client_of, make_person, make_workspace
from tests.processes import Processes
from tests.scheduler.engine import fresh
from tests.scheduler.rows import attempt
from tests.scheduler.table_rows import NOON, a_draft, a_post, an_account, posts
from tiktok.models import TikTokAccount

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

LONG = "Forty layers of pastry, one very patient baker, and what happens to butter at eleven degrees: the long answer"


@dataclass
class Desk:
    """A site without workers, so that nothing moves by itself, and a workspace with posts in many states."""

    url: str
    alice: User
    workspace: Workspace
    luna: TikTokAccount

    def address(self, path: str = "posts/") -> str:
        return f"{self.url}/w/{self.workspace.slug}/{path}"

    def sign_in(self, page: Page) -> Page:
        session = client_of(self.alice).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": self.url}])
        return page


@pytest.fixture
def desk(processes: Processes) -> Desk:
    alice = make_person("Alice")
    workspace = make_workspace(alice)
    luna, fern = an_account(workspace), an_account(workspace, "fern.and.fold")
    fill(workspace, alice, luna, fern)
    return Desk(processes.start_web().base_url, alice, workspace, luna)


def fill(workspace: Workspace, alice: User, luna: TikTokAccount, fern: TikTokAccount) -> None:
    live = a_post(fern, alice, caption="How we fold a fitted sheet", status="published", published_at=NOON)
    attempt(live, publish_id="v_pub_file~v2.7301", post_ids=["7301"], share_url="https://www.tiktok.com/7301")
    made = [
        live,
        *posts(luna, alice, 3, due_at=NOON + timedelta(days=2)),
        a_post(luna, alice, caption=LONG, due_zone="Asia/Tokyo"),
        a_post(luna, alice, caption="Berry layer cake", hold="needs_reconnect"),
        a_post(fern, alice, caption="Repotting, the lazy way", status="failed", reason="privacy_gone"),
        a_post(fern, alice, caption="Did it go?", status="needs_check", reason="outcome_unknown"),
        a_draft(luna, alice, caption="Needs a cover"),
    ]
    for number, post in enumerate(made):
        with workspace_scope(workspace):
            PostImage.objects.create(
                workspace=workspace, post=post, media=picture(workspace, number), position=0
            )


def picture(workspace: Workspace, number: int) -> Media:
    """A photo in storage with its small cover, of a colour of its own."""
    small = make_image(Image.new("RGB", (90, 160), (70 + 18 * number, 140, 190 - 16 * number)))
    key = default_storage.save(f"{workspace.pk}/cover{number}.jpg", ContentFile(small))
    return make_image_media(workspace, cover_key=key)


@pytest.fixture
def table(desk: Desk, page: Page) -> Page:
    """The page; it closes before its site ends, so that no picture is still on its way."""
    desk.sign_in(page).goto(desk.address())
    return page


def row(caption: str) -> str:
    return f"tr:has(a:text-is('{caption}'))"


def test_posts_are_chosen_moved_and_put_back(table: Page, desk: Desk) -> None:
    told = table.locator("[data-count]")
    move = table.get_by_role("button", name="Move")
    expect(move).to_be_disabled()
    looked_at(table, "posts")

    table.get_by_role("checkbox", name="Choose Loaf 0").check()
    table.get_by_role("checkbox", name="Choose How we fold a fitted sheet").check()
    expect(told).to_have_text("2 posts chosen")
    move.click()

    expect(table.get_by_role("heading", name="Move in time: 1 post")).to_be_visible()
    looked_at(table, "posts-review")
    table.get_by_label("Days, as 1 or -1").fill("2")
    table.get_by_role("button", name="Move").click()

    expect(table.get_by_text("Moved to Fri 5 Mar 2027, 12:00, Lisbon time.")).to_be_visible()
    looked_at(table, "posts-done")
    table.get_by_role("button", name="Undo").click()

    expect(table.get_by_text("Back at Wed 3 Mar 2027, 12:00, UTC.")).to_be_visible()
    with workspace_scope(desk.workspace):
        assert Post.objects.filter(due_at=NOON + timedelta(days=2)).count() == 3


def test_all_of_a_page_are_chosen_at_once(table: Page) -> None:
    table.get_by_role("checkbox", name="All on this page").check()
    expect(table.locator("[data-count]")).to_have_text("9 posts chosen")

    table.get_by_role("checkbox", name="Choose Loaf 0").uncheck()
    expect(table.locator("[data-count]")).to_have_text("8 posts chosen")
    assert table.locator("[data-all] input").evaluate("(box) => box.indeterminate")


def test_a_filter_changes_the_list_and_the_address_without_a_reload(table: Page, desk: Desk) -> None:
    table.evaluate("window.same = true")

    table.get_by_label("Status").focus()
    table.get_by_label("Status").select_option("Needs you")
    expect(table.locator("tbody tr")).to_have_count(3)
    expect(table).to_have_url(desk.address("posts/?status=attention"))
    expect(table.get_by_role("link", name="Needs you")).to_have_attribute("aria-current", "true")
    assert table.evaluate("document.activeElement.id") == "filter-status"

    table.get_by_label("Words").fill("repotting")
    table.get_by_label("Words").press("Enter")
    expect(table.locator("tbody tr")).to_have_count(1)
    assert table.evaluate("window.same")

    table.get_by_label("Words").fill("no such words")
    table.get_by_label("Words").press("Enter")
    expect(table.get_by_role("heading", name="No post matches")).to_be_visible()
    looked_at(table, "posts-none")
    table.get_by_text("Save as a view").click()
    table.get_by_label("Name of the view").fill("Lost")
    table.get_by_role("button", name="Save").click()
    expect(table.get_by_role("link", name="Lost")).to_have_attribute("aria-current", "true")

    table.go_back()
    expect(table.get_by_role("heading", name="No post matches")).to_be_visible()


def test_the_history_shows_its_evidence(table: Page) -> None:
    table.get_by_role("link", name="History").click()

    expect(table.locator("tbody tr")).to_have_count(3)
    table.locator(row("How we fold a fitted sheet")).locator("summary").click()
    expect(table.get_by_text("v_pub_file~v2.7301")).to_be_visible()
    looked_at(table, "history")


def test_everything_can_be_taken_out(table: Page) -> None:
    table.get_by_role("link", name="Export").click()
    looked_at(table, "export")
    with table.expect_download() as download:
        table.get_by_role("button", name="Export").click()

    lines = Path(download.value.path()).read_text("utf-8").splitlines()
    assert download.value.suggested_filename.endswith("-posts.jsonl")
    assert len(lines) == 9


def test_without_a_script_posts_are_chosen_and_cancelled(browser: Browser, desk: Desk) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = desk.sign_in(context.new_page())
    page.goto(desk.address("posts/?status=scheduled"))

    page.get_by_role("checkbox", name="Choose Loaf 1").check()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Cancel posts").click()

    expect(page.get_by_text("Cancelled. It will not go out.")).to_be_visible()
    with workspace_scope(desk.workspace):
        cancelled = Post.objects.get(caption="Loaf 1")
    assert fresh(cancelled).status == "cancelled"
    context.close()
