"""What the composer says before anything is sent: what is missing, what is too long, which times have passed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.tenancy import workspace_scope
from scheduler.clock import database_now
from scheduler.models import PostingSlot, UnsavedPost
from scheduler.times import NotATime, parse_time
from tests.browser.axe import violations
from tests.browser.looking import looked_at, until
from tests.browser.studio import Studio
from tests.factories import make_account, make_image_media, make_media, make_post

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

FAR_EAST = "Pacific/Kiritimati"
"""14 hours before UTC: its clocks show another day than the browser's most of the time."""

TYPED = (
    "2310",
    "23:10",
    "23.10",
    "11:10 pm",
    "11.10PM",
    "9",
    "0930",
    "9h30",
    "18h",
    "12 am",
    " 7:05 ",
    "12:30:15",
)
NO_TIMES = ("", "noon", "24:00", "12:60", "12:3", "13 pm", "0 am", "99", "12345", "1:2:3")


@pytest.fixture
def composer(page: Page, desk: Studio) -> Page:
    desk.sign_in(page)
    page.goto(desk.address("posts/new/"))
    return page


def left(page: Page) -> Locator:
    return page.locator("[data-todo-list]")


def caption(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Caption")


def pick(page: Page, day: str, time: str) -> None:
    """As a person does: the last field is left."""
    page.get_by_label("Day", exact=True).fill(day)
    field = page.get_by_role("combobox", name="Time")
    field.fill(time)
    field.blur()


# --- what is missing


def test_schedule_on_an_empty_form_says_what_is_missing(composer: Page) -> None:
    page = composer

    page.get_by_role("button", name="Schedule").click(force=True)

    words = "Not yet. 4 things left: Add a video · Choose who can watch · Choose a day · Choose a time"
    expect(left(page)).to_have_text(words)
    expect(left(page)).to_be_in_viewport()
    expect(page.get_by_role("status").filter(has_text="Not yet.")).to_have_text(words)
    expect(page.locator("#id_media_file")).to_be_focused()
    looked_at(page, "composer-asked")

    page.get_by_label("Post now").check()
    expect(left(page)).to_have_text("Not yet. 2 things left: Add a video · Choose who can watch")


def test_a_caption_too_long_says_by_how_much(composer: Page) -> None:
    page = composer
    caption(page).fill("x" * 2212)

    expect(left(page)).to_contain_text("Shorten the caption by 12")
    told = page.locator("#caption-over")
    expect(told).to_have_text("TikTok takes up to 2,200 characters. Shorten it by 12.")
    expect(caption(page)).to_have_accessible_description(
        "2,212 / 2,200 TikTok takes up to 2,200 characters. Shorten it by 12."
    )
    assert violations(page) == []

    caption(page).fill("x" * 2200)
    expect(told).to_be_hidden()
    expect(left(page)).not_to_contain_text("Shorten")


def test_a_lost_connection_is_named_and_mended_from_here(composer: Page, desk: Studio) -> None:
    page = composer
    desk.tiktok.control(tokens=[{"creator": "luna.bakes", "do": "revoke"}])
    page.reload()
    caption(page).fill("Written before the reconnect")

    left(page).get_by_role("link", name="Reconnect Luna Bakes").click()

    expect(left(page)).not_to_contain_text("Wait for TikTok")
    expect(page.get_by_role("button", name="Reconnect Luna Bakes")).to_be_focused()
    looked_at(page, "composer-lost")


# --- times


def test_a_time_that_has_passed_is_said_at_once(composer: Page, desk: Studio) -> None:
    page = composer
    ago = database_now().astimezone(desk.workspace.zone) - timedelta(minutes=2)

    pick(page, ago.date().isoformat(), f"{ago:%H:%M}")

    expect(page.locator("#time-past")).to_contain_text("This time has passed")
    expect(page.locator("#facts")).to_contain_text(f"{ago:%H:%M} Lisbon time: this time has passed")
    expect(left(page)).to_contain_text("Choose a later time")
    expect(page.get_by_role("combobox", name="Time")).to_have_attribute("aria-invalid", "true")
    looked_at(page, "composer-past")

    pick(page, "2027-06-01", "12:30")
    expect(page.locator("#time-past")).to_be_hidden()
    expect(left(page)).not_to_contain_text("Choose a later time")
    expect(page.locator("#facts")).not_to_contain_text("passed")


def test_the_browsers_own_clock_and_zone_are_not_asked(page: Page, desk: Studio) -> None:
    desk.workspace.time_zone = FAR_EAST
    desk.workspace.save()
    desk.sign_in(page)
    page.clock.install(time="2001-01-01")
    page.goto(desk.address("posts/new/"))
    there = database_now().astimezone(desk.workspace.zone)

    for minutes, passed in ((-3, True), (30, False)):
        chosen = there + timedelta(minutes=minutes)
        pick(page, chosen.date().isoformat(), f"{chosen:%H:%M}")
        expect(page.locator("#time-past")).to_be_visible(visible=passed)


def test_a_time_passes_while_nobody_touches_the_page(page: Page, desk: Studio) -> None:
    desk.sign_in(page)
    page.clock.install()
    page.goto(desk.address("posts/new/"))
    soon = database_now().astimezone(desk.workspace.zone) + timedelta(minutes=5)
    pick(page, soon.date().isoformat(), f"{soon:%H:%M}")
    expect(page.locator("#facts")).to_contain_text(f"{soon:%H:%M} Lisbon time")
    expect(page.locator("#time-past")).to_be_hidden()

    page.clock.fast_forward("06:00")

    expect(left(page)).to_contain_text("Choose a later time")


@pytest.mark.parametrize("typed", ["2310", "23.10", "11:10 pm"])
def test_a_typed_time_is_written_as_the_clock_shows_it(composer: Page, typed: str) -> None:
    pick(composer, "2027-06-01", typed)

    expect(composer.get_by_role("combobox", name="Time")).to_have_value("23:10")
    expect(composer.locator("#facts")).to_contain_text("Tue 1 Jun 2027, 23:10 Lisbon time")


def test_what_is_no_time_says_what_to_write(composer: Page) -> None:
    pick(composer, "2027-06-01", "after lunch")

    expect(composer.locator("#time-unclear")).to_have_text("Write the time as 12:30, 1230 or 12:30 pm.")
    expect(left(composer)).to_contain_text("Write the time as 12:30")
    assert violations(composer) == []


def test_the_page_reads_a_time_as_the_server_does(composer: Page) -> None:
    read = composer.evaluate(
        """async texts => { const { timeOf } = await import("/static/js/clock-time.js"); return texts.map(timeOf) }""",
        [*TYPED, *NO_TIMES],
    )

    assert read == [shown(text) for text in (*TYPED, *NO_TIMES)]


def shown(text: str) -> str:
    try:
        time = parse_time(text)
    except NotATime:
        return ""
    return f"{time:%H:%M:%S}" if time.second else f"{time:%H:%M}"


def test_the_free_slots_of_the_day_are_suggested_and_follow_it(composer: Page, desk: Studio) -> None:
    with workspace_scope(desk.workspace):
        for at in ("09:00", "18:30"):
            PostingSlot.objects.create(workspace=desk.workspace, account=desk.luna, weekday=1, at=at)
    page = composer
    page.reload()
    page.get_by_label("Pick a time").check()
    suggested = page.locator("#free-times option")

    page.get_by_label("Day", exact=True).fill("2027-06-01")
    expect(suggested).to_have_count(2)
    assert suggested.evaluate_all("all => all.map(one => one.value)") == ["09:00", "18:30"]
    assert page.get_by_role("combobox", name="Time").get_attribute("list") == "free-times"
    looked_at(page, "composer-times")

    page.get_by_label("Day", exact=True).fill("2027-06-02")
    expect(suggested).to_have_count(0)


# --- what other posts there are


def test_another_post_close_by_and_the_same_video_are_said_at_their_sections(
    page: Page, desk: Studio
) -> None:
    video = make_media(desk.workspace)
    planned = database_now().replace(second=0, microsecond=0) + timedelta(days=2)
    there = make_post(desk.luna, video, desk.alice, due_at=planned)
    at = (there.due_at + timedelta(minutes=10)).astimezone(desk.workspace.zone)
    desk.sign_in(page)

    page.goto(desk.address(f"posts/new/?media={video.pk}&date={at:%Y-%m-%d}&time={at:%H:%M}"))

    expect(page.get_by_role("region", name="Video")).to_contain_text("has this video already: planned for")
    close = page.get_by_role("region", name="When")
    expect(close).to_contain_text("has another post close to this one, 10 min apart")
    expect(close).to_contain_text(f"{there.due_at.astimezone(desk.workspace.zone):%H:%M} UTC.")
    expect(close).not_to_contain_text("this video already")
    assert violations(page) == []

    pick(page, "2027-06-01", "12:30")
    expect(close).not_to_contain_text("close to this one")


def test_an_account_that_is_added_brings_its_warnings(page: Page, desk: Studio) -> None:
    video = make_media(desk.workspace)
    fern = make_account(desk.workspace, desk.tiktok, creator="fernandfold")
    make_post(fern, video, desk.alice, due_in=timedelta(days=2))
    desk.sign_in(page)
    page.goto(desk.address(f"posts/new/?account={desk.luna.pk}&media={video.pk}"))
    expect(page.locator("#like-media")).to_have_text("")

    page.get_by_role("button", name="Fernandfold").click()

    expect(page.locator("#like-media")).to_contain_text("has this video already")


# --- the photos of the preview


def test_the_carousel_is_paged_by_its_buttons_and_shows_no_scrollbar(page: Page, desk: Studio) -> None:
    photos = [make_image_media(desk.workspace) for _ in range(2)]
    desk.sign_in(page)
    page.goto(desk.address(f"posts/new/?images={photos[0].pk},{photos[1].pk}"))
    carousel = page.locator("photo-preview")
    expect(carousel.locator("img")).to_have_count(2)
    expect(carousel).to_have_css("scrollbar-width", "none")
    frame = carousel.bounding_box()
    assert frame is not None

    page.mouse.click(frame["x"] + frame["width"] - 24, frame["y"] + frame["height"] / 2)

    until(page, lambda: carousel.evaluate("carousel => carousel.scrollLeft > 0"))
    looked_at(page, "composer-carousel")


# --- kept at once


def test_the_first_change_is_kept_at_the_first_pause(page: Page, desk: Studio) -> None:
    desk.sign_in(page)
    page.clock.install()
    page.goto(desk.address("posts/new/"))
    page.clock.pause_at(database_now() + timedelta(hours=1))  # from here on time passes as the test says

    caption(page).press_sequentially("Half a")
    with page.expect_request("**/posts/unsaved/"):
        page.clock.run_for(500)

    expect(page.locator("#kept")).to_contain_text("Kept at")
    with workspace_scope(desk.workspace):
        [row] = UnsavedPost.objects.filter(workspace=desk.workspace)
    page.reload()
    expect(caption(page)).to_have_value("Half a")
    assert str(row.place) in page.url


def test_what_is_still_on_its_way_leaves_nothing_behind_a_saved_draft(composer: Page, desk: Studio) -> None:
    page = composer
    with page.expect_request("**/posts/unsaved/"):
        caption(page).fill("Saved while it is kept")

    page.get_by_role("button", name="Save draft").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Saved while it is kept")
    with workspace_scope(desk.workspace):
        assert not UnsavedPost.objects.exists()
