"""The calendar in a browser: drag and undo, moves by keyboard alone, live status, phones."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.tenancy import workspace_scope
from scheduler import authoring, times
from scheduler.clock import database_now
from scheduler.models import Post, PostingSlot, PublishAttempt
from tests.browser.axe import violations
from tests.browser.studio import Studio
from tests.factories import make_media, make_post
from tests.people import client_of
from tests.scheduler.rows import attempt

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

WIDTHS = (320, 390, 820, 1440, 1920)


@pytest.fixture
def plan(studio: Studio) -> SimpleNamespace:
    """Next week: a post on Thursday at 12:30, slots at 18:00, a draft without a time; and one post of each status."""
    now = database_now().astimezone(studio.workspace.zone)
    monday = times.week_of(now.date()) + timedelta(days=7)
    video = make_media(studio.workspace)

    def at(day: int, hour: int, minute: int = 30, **fields) -> Post:
        due = times.resolve(
            now.replace(tzinfo=None, hour=hour, minute=minute, second=0, microsecond=0)
            + (monday + timedelta(days=day) - now.date()),
            studio.workspace.time_zone,
            fold=0,
        )
        return make_post(studio.luna, video, studio.alice, due_at=due, **fields)

    post = at(3, 12, caption="Berry layer cake in 40 seconds")
    for number, (status, hold) in enumerate(
        (
            ("published", ""),
            ("publishing", ""),
            ("failed", ""),
            ("scheduled", "needs_reconnect"),
            ("needs_check", ""),
        )
    ):
        other = at(1 + number // 3, 8 + number, caption=f"Autumn loaf, part {number}: the cold proof")
        with workspace_scope(studio.workspace):
            Post.objects.filter(pk=other.pk).update(
                status=status, hold=hold, reason="" if status in {"published", "scheduled"} else "late"
            )
    with workspace_scope(studio.workspace):
        draft = authoring.create(
            workspace=studio.workspace,
            by=studio.alice,
            fields={"caption": "Glaze test", "account": studio.luna, "media": video},
        )
        for weekday in range(7):
            PostingSlot.objects.create(
                workspace=studio.workspace, account=studio.luna, weekday=weekday, at="18:00"
            )
    return SimpleNamespace(
        post=post, draft=draft, monday=monday, day=lambda n: (monday + timedelta(days=n)).isoformat()
    )


@pytest.fixture
def calendar(page: Page, studio: Studio, plan: SimpleNamespace) -> Page:
    studio.sign_in(page)
    page.goto(studio.address(f"calendar/?week={plan.monday}"))
    return page


def fresh(studio: Studio, post: Post) -> Post:
    with workspace_scope(studio.workspace):
        return Post.objects.get(pk=post.pk)


def cell(page: Page, day: str) -> Locator:
    return page.locator(f'.cell[data-date="{day}"]').first


def card(page: Page, post: Post) -> Locator:
    return page.locator(f"[id='p-{post.pk}']")


def until(page: Page, said: Callable[[], bool]) -> None:
    """Wait for the answer of the server, which the page shows."""
    expect(page.locator(".toast")).to_be_visible()
    assert said()


def test_a_card_is_dragged_to_another_day_and_taken_back(
    calendar: Page, studio: Studio, plan: SimpleNamespace
) -> None:
    page, post = calendar, plan.post

    card(page, post).drag_to(cell(page, plan.day(4)), target_position={"x": 40, "y": 150})

    expect(cell(page, plan.day(4)).locator(f"[id='p-{post.pk}']")).to_be_visible()
    expect(page.locator(".toast")).to_contain_text("12:30 Lisbon time.")
    assert fresh(studio, post).due_local == f"{plan.day(4)}T12:30:00"
    assert violations(page) == []

    page.get_by_role("button", name="Undo").click()

    expect(page.locator(".toast")).to_have_text("Moved back.")
    expect(cell(page, plan.day(3)).locator(f"[id='p-{post.pk}']")).to_be_visible()
    assert fresh(studio, post).due_at == post.due_at


def test_a_draft_is_dragged_into_a_free_slot(calendar: Page, studio: Studio, plan: SimpleNamespace) -> None:
    page = calendar

    card(page, plan.draft).drag_to(cell(page, plan.day(5)).locator(".slot"))

    expect(cell(page, plan.day(5)).locator(f"[id='p-{plan.draft.pk}']")).to_be_visible()
    moved = fresh(studio, plan.draft)
    assert (moved.status, moved.due_local) == ("draft", f"{plan.day(5)}T18:00:00")


def test_a_draft_dropped_on_a_day_is_asked_for_its_time(
    calendar: Page, studio: Studio, plan: SimpleNamespace
) -> None:
    page = calendar

    card(page, plan.draft).drag_to(cell(page, plan.day(5)), target_position={"x": 40, "y": 150})
    dialog = page.get_by_role("dialog", name="Move this post")
    expect(dialog.get_by_label("Day", exact=True)).to_have_value(plan.day(5))
    dialog.get_by_label("Time").fill("9:15")
    dialog.get_by_role("button", name="Move post").click()

    expect(dialog).to_be_hidden()
    expect(cell(page, plan.day(5)).locator(f"[id='p-{plan.draft.pk}']")).to_be_visible()
    assert fresh(studio, plan.draft).due_local == f"{plan.day(5)}T09:15:00"


def test_a_post_that_is_out_of_our_hands_cannot_be_dragged(calendar: Page) -> None:
    for status in ("published", "publishing"):
        expect(calendar.locator(f'.pc[data-status="{status}"]').first).not_to_have_attribute(
            "draggable", "true"
        )


def test_a_post_is_moved_by_keyboard_alone(
    calendar: Page, studio: Studio, plan: SimpleNamespace, expected: list[str]
) -> None:
    expected.append("422")
    page, post = calendar, plan.post
    link = card(page, post).get_by_role("link", name=re.compile(", Scheduled, Berry layer cake"))
    while not link.evaluate("(link) => link === document.activeElement"):
        page.keyboard.press("j")
    page.keyboard.press("m")
    dialog = page.get_by_role("dialog", name="Move this post")
    expect(dialog.get_by_label("Time")).to_have_value("12:30")
    assert violations(page) == []

    dialog.get_by_label("Time").fill("")
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("Choose a time.")
    dialog.get_by_label("Day", exact=True).fill(plan.day(6))
    dialog.get_by_label("Time").fill("10:00")
    page.keyboard.press("Enter")

    expect(dialog).to_be_hidden()
    expect(cell(page, plan.day(6)).locator(f"[id='p-{post.pk}']")).to_be_visible()
    expect(link).to_be_focused()
    assert fresh(studio, post).due_local == f"{plan.day(6)}T10:00:00"


def test_the_menu_of_a_card_leads_to_it_and_closing_the_dialog_leads_back(
    calendar: Page, plan: SimpleNamespace
) -> None:
    page = calendar
    card(page, plan.post).hover()
    card(page, plan.post).get_by_role("link", name="Actions for").click()
    menu = page.locator("#card-menu")
    expect(menu.get_by_role("link", name="Open")).to_have_attribute(
        "href", f"{card(page, plan.post).get_attribute('data-post')}"
    )
    assert violations(page) == []
    menu.get_by_role("link", name="Move to").click()
    dialog = page.get_by_role("dialog", name="Move this post")
    expect(dialog).to_be_visible()

    page.keyboard.press("Escape")

    expect(dialog).to_be_hidden()
    expect(card(page, plan.post).get_by_role("link").first).to_be_focused()


def test_free_slots_are_filled_after_a_look_at_the_plan(
    calendar: Page, studio: Studio, plan: SimpleNamespace
) -> None:
    page = calendar
    page.get_by_role("link", name="Fill free slots").click()
    dialog = page.get_by_role("dialog", name="Fill free slots")
    expect(dialog).to_contain_text("Glaze test")
    assert violations(page) == []
    dialog.get_by_role("button", name="Place 1 draft").click()
    expect(page.locator(".toast")).to_contain_text("1 draft placed in free slots.")
    assert fresh(studio, plan.draft).due_at is not None

    page.get_by_role("button", name="Undo").click()

    expect(page.locator(".tray")).to_contain_text("Glaze test")
    assert fresh(studio, plan.draft).due_at is None


def test_a_status_changes_on_the_open_page(page: Page, studio: Studio) -> None:
    video = make_media(studio.workspace)
    post = make_post(studio.luna, video, studio.alice, due_in=timedelta(hours=2), caption="Live")
    with workspace_scope(studio.workspace):
        Post.objects.filter(pk=post.pk).update(
            due_at=database_now(), status="publishing", next_step_at=database_now() + timedelta(hours=1)
        )
    studio.sign_in(page)
    page.goto(studio.address("calendar/"))
    expect(card(page, post)).to_contain_text("Publishing")
    with workspace_scope(studio.workspace):
        Post.objects.filter(pk=post.pk).update(status="published", next_step_at=None)

    expect(card(page, post)).to_have_attribute("data-status", "published")

    expect(page.locator("#board")).not_to_have_attribute("hx-get", "x")
    assert page.locator("#board").get_attribute("hx-trigger") is None


@pytest.mark.parametrize("view", ["", "?view=list"])
def test_an_upload_moves_on_the_open_page_from_bytes_to_words(page: Page, studio: Studio, view: str) -> None:
    video = make_media(studio.workspace)
    post = make_post(studio.luna, video, studio.alice, due_in=timedelta(seconds=50), caption="On its way")
    with workspace_scope(studio.workspace):
        Post.objects.filter(pk=post.pk).update(next_step_at=database_now() + timedelta(minutes=20))
        columns = {"stage": "started", "chunks_sent": 3, "chunk_count": 8}
        sizes = {"video_size": 80_000_000, "chunk_size": 10_000_000}
        sending = attempt(post, ago=None, **columns | sizes)
    studio.sign_in(page)
    page.goto(studio.address(f"calendar/{view}"))
    bar = card(page, post).get_by_role("progressbar", name="Uploading to TikTok")
    expect(bar).to_have_attribute("value", "30000000")
    expect(card(page, post)).to_contain_text("30 MB of 80 MB")
    assert violations(page) == []

    with workspace_scope(studio.workspace):
        PublishAttempt.objects.filter(pk=sending.pk).update(stage="staged", chunks_sent=7)

    expect(card(page, post)).to_contain_text("Sent ahead to TikTok")
    expect(card(page, post)).to_contain_text(re.compile("goes live at .* Lisbon time"))
    with workspace_scope(studio.workspace):
        Post.objects.filter(pk=post.pk).update(status="publishing")
        PublishAttempt.objects.filter(pk=sending.pk).update(
            stage="committed", commit_intent_at=database_now(), last_byte_at=database_now()
        )
    expect(card(page, post)).to_contain_text("TikTok is processing the video")
    bar = card(page, post).get_by_role("progressbar", name="TikTok is processing the video")
    assert bar.get_attribute("value") is None


def test_single_keys_do_what_controls_do_and_can_be_switched_off(
    calendar: Page, plan: SimpleNamespace
) -> None:
    page = calendar
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(keys).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("m")
    page.wait_for_url("**/calendar/?view=month**")
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**/calendar/?view=month&week=*")
    page.keyboard.press("?")
    keys.get_by_role("checkbox").uncheck()
    keys.get_by_role("button", name="Close").click()
    url = page.url
    page.keyboard.press("t")
    page.reload()
    page.keyboard.press("n")
    expect(page).to_have_url(url)


@pytest.mark.parametrize(
    "path", ["calendar/", "calendar/?group=time", "calendar/?view=month", "calendar/?view=list", "/calendar/"]
)
def test_every_view_fits_and_is_accessible(
    page: Page, studio: Studio, plan: SimpleNamespace, path: str
) -> None:
    studio.sign_in(page)
    joint = "&" if "?" in path else "?"
    base = studio.url + path if path.startswith("/") else studio.address(path)
    page.goto(f"{base}{joint}week={plan.monday}")
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (theme, width)
            if width in {390, 1440}:
                assert violations(page) == []
                shot(page, f"calendar-{path.replace('/', '_').replace('?', '-')}-{theme}-{width}")


def test_a_phone_shows_one_day_and_changes_it_without_a_request(
    page: Page, studio: Studio, plan: SimpleNamespace
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    studio.sign_in(page)
    page.goto(studio.address(f"calendar/?week={plan.monday}"))
    expect(card(page, plan.post)).to_be_hidden()

    page.locator(".day-strip label").nth(3).click()

    expect(card(page, plan.post)).to_be_visible()
    expect(page.locator('.cell[data-d="2"]').first).to_be_hidden()


def test_without_script_the_menu_is_a_page(page: Page, studio: Studio, plan: SimpleNamespace) -> None:
    answer = client_of(studio.alice).get(f"/w/{studio.workspace.slug}/calendar/?week={plan.monday}")
    assert f"/posts/{plan.post.pk}/move/?week={plan.monday}" in answer.content.decode()


def shot(page: Page, name: str) -> None:
    """A picture for people, where ONCUE_SHOTS names a folder."""
    folder = os.environ.get("ONCUE_SHOTS")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
