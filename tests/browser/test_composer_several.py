"""The composer in a browser: several accounts at once, what is kept while typing, saved words, the next free slot."""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.tenancy import workspace_scope
from scheduler.models import Post, PostingSlot, Snippet, UnsavedPost
from tests.browser.axe import violations
from tests.browser.looking import until
from tests.browser.studio import Studio
from tests.factories import make_account, make_media
from tests.people import PASSWORD
from tiktok.models import TikTokAccount

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def fern(desk: Studio) -> TikTokAccount:
    return make_account(desk.workspace, desk.tiktok, creator="fernandfold")


@pytest.fixture
def composer(page: Page, desk: Studio) -> Page:
    """The page of a new post, with a video that was uploaded before."""
    video = make_media(desk.workspace)
    desk.sign_in(page)
    page.goto(desk.address(f"posts/new/?media={video.pk}"))
    return page


def field(page: Page, account: TikTokAccount | None, name: str) -> Locator:
    return page.locator(f'[name="{account.pk}-{name}"]' if account else f'[name="{name}"]')


def unfold(page: Page, name: str) -> None:
    """The choices of one account; those of the others fold."""
    page.locator("details.whose > summary", has_text=f"For {name}").click()


def caption(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Caption")


def shot(page: Page, name: str) -> None:
    """Pictures for people, where ONCUE_SHOTS names a folder."""
    folder = os.environ.get("ONCUE_SHOTS")
    for theme in ("light", "dark") if folder else ():
        for width in (1440, 390):
            page.emulate_media(color_scheme=theme)
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=f"{folder}/{name}-{theme}-{width}.png", full_page=True)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1440, "height": 900})


# --- several accounts


def test_two_accounts_each_get_their_own_post(fern: TikTokAccount, composer: Page, desk: Studio) -> None:
    page = composer
    page.get_by_role("button", name="Luna Bakes").click()
    expect(page.locator("#creator")).to_contain_text("@luna.bakes")
    field(page, None, "privacy_level").select_option(label="Everyone")
    page.get_by_role("button", name="Fernandfold").click()
    expect(page.locator("#creator")).to_contain_text("@fernandfold")
    expect(field(page, None, "privacy_level")).to_have_value("PUBLIC_TO_EVERYONE")
    assert violations(page) == []

    caption(page).fill("One loaf, two shops")
    expect(page.locator("#preview-name")).to_have_text("Luna Bakes and 1 more")
    expect(field(page, fern, "privacy_level")).to_be_visible()  # of Luna's nothing is left
    unfold(page, "Luna Bakes")
    expect(field(page, fern, "privacy_level")).to_be_hidden()
    field(page, None, "allow_comment").check()
    page.get_by_label("Day", exact=True).fill("2027-06-01")
    page.get_by_role("combobox", name="Time").fill("12:30")
    left = page.locator("[data-todo-list]")
    expect(left).to_have_text("One thing left: Choose who can watch Fern & Fold")

    page.get_by_role("button", name="Use these for all").first.click()
    expect(field(page, fern, "allow_comment")).to_be_checked()
    expect(field(page, fern, "privacy_level")).to_have_value("")
    expect(page.get_by_text("Who can watch is yours to choose for each account.")).to_be_visible()

    left.get_by_role("link", name="Choose who can watch Fern & Fold").click()
    expect(field(page, fern, "privacy_level")).to_be_focused()
    field(page, fern, "privacy_level").select_option(label="Friends")
    expect(left).to_have_text("Ready")
    assert violations(page) == []
    shot(page, "composer-several")
    page.get_by_role("button", name="Schedule").click()

    page.wait_for_url("**/calendar/**")
    expect(page.locator(".toasts")).to_contain_text("Scheduled for Luna Bakes and")
    with workspace_scope(desk.workspace):
        made = {post.account_id: post for post in Post.objects.filter(workspace=desk.workspace)}
    assert (made[desk.luna.pk].privacy_level, made[fern.pk].privacy_level) == (
        "PUBLIC_TO_EVERYONE",
        "MUTUAL_FOLLOW_FRIENDS",
    )


def test_only_what_every_account_offers_is_copied(fern: TikTokAccount, composer: Page, desk: Studio) -> None:
    page = composer
    page.goto(desk.address(f"posts/new/?account={desk.luna.pk}&account={fern.pk}"))
    field(page, None, "allow_duet").check()
    unfold(page, "Fern & Fold")
    field(page, fern, "privacy_level").select_option(label="Only me")  # opened, so it may be filled
    unfold(page, "Luna Bakes")
    field(page, None, "privacy_level").select_option(label="Everyone")

    page.get_by_role("button", name="Use these for all").first.click()

    expect(field(page, fern, "allow_duet")).to_be_disabled()
    expect(field(page, fern, "allow_duet")).not_to_be_checked()
    expect(field(page, fern, "privacy_level")).to_have_value("PUBLIC_TO_EVERYONE")


def test_a_label_of_one_account_changes_the_declaration_for_all(
    fern: TikTokAccount, composer: Page, desk: Studio
) -> None:
    page = composer
    page.goto(desk.address(f"posts/new/?account={desk.luna.pk}&account={fern.pk}"))
    unfold(page, "Fern & Fold")
    field(page, fern, "disclose").check()
    field(page, fern, "brand_content").check()

    expect(page.locator(".declare")).to_contain_text("Branded Content Policy", use_inner_text=True)
    expect(page.locator("#facts")).to_contain_text("Paid partnership", use_inner_text=True)
    expect(field(page, None, "brand_content")).not_to_be_checked()


@pytest.mark.parametrize("width", [320, 390, 820, 1440, 1920])
def test_the_composer_of_two_accounts_fits_every_width(
    fern: TikTokAccount, composer: Page, desk: Studio, width: int
) -> None:
    composer.goto(desk.address(f"posts/new/?account={desk.luna.pk}&account={fern.pk}"))
    composer.set_viewport_size({"width": width, "height": 900})

    assert composer.evaluate("document.documentElement.scrollWidth <= innerWidth")


# --- what is typed is kept


def test_what_is_typed_survives_a_reload(composer: Page) -> None:
    page = composer
    caption(page).fill("Not lost 🍂")
    field(page, None, "privacy_level").select_option(label="Friends")
    page.locator('input[name="disclose"]').check()
    expect(page.locator("#kept")).to_contain_text("Kept at")

    page.reload()

    expect(caption(page)).to_have_value("Not lost 🍂")
    expect(field(page, None, "privacy_level")).to_have_value("MUTUAL_FOLLOW_FRIENDS")
    expect(page.locator('input[name="disclose"]')).to_be_checked()
    expect(page.locator("[data-media-id] .name")).to_have_text("loaf.mp4")
    expect(page.get_by_text("It is not saved yet")).to_be_visible()
    assert violations(page) == []
    shot(page, "composer-restored")


def test_a_page_that_was_only_looked_at_leaves_nothing_behind(composer: Page, desk: Studio) -> None:
    page = composer
    expect(page.locator("[data-todo-list]")).to_contain_text("things left")  # its elements have settled in
    page.goto(desk.address("calendar/"))
    page.goto(desk.address("posts/new/"))

    expect(page.get_by_text("You left a post unfinished")).to_have_count(0)
    with workspace_scope(desk.workspace):
        assert not UnsavedPost.objects.exists()


def test_leaving_the_page_keeps_it_too(composer: Page, desk: Studio) -> None:
    page = composer
    caption(page).fill("Left in a hurry")
    page.get_by_role("link", name="Back to calendar").click()
    page.wait_for_url("**/calendar/**")
    with workspace_scope(desk.workspace):
        until(page, UnsavedPost.objects.filter(workspace=desk.workspace).exists)

    # As in another tab: what this one keeps besides comes back unasked.
    page.evaluate("sessionStorage.clear()")
    page.goto(desk.address("posts/new/"))
    page.get_by_role("link", name="Go on with it").click()

    expect(caption(page)).to_have_value("Left in a hurry")


@pytest.mark.parametrize("press", ["nothing", "Save draft"])
def test_after_a_lost_session_one_is_back_with_everything(
    composer: Page, desk: Studio, expected: list[str], press: str
) -> None:
    expected.append("403")  # the browser's own line about the answer
    page = composer
    page.context.clear_cookies()
    caption(page).fill("Written while signed out")
    if press != "nothing":
        page.get_by_role("button", name=press).click()
    expect(page.get_by_text("You have been signed out.")).to_be_visible()
    shot(page, "composer-signed-out")

    page.get_by_role("link", name="sign in to go on").click()
    page.get_by_label("Email").fill(desk.alice.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()

    page.wait_for_url("**/posts/new/**")
    expect(caption(page)).to_have_value("Written while signed out")
    expect(page.locator("[data-media-id] .name")).to_have_text("loaf.mp4")
    assert page.evaluate("sessionStorage.length") == 0


def test_a_saved_draft_is_not_offered_again(composer: Page, desk: Studio) -> None:
    page = composer
    caption(page).fill("Saved in earnest")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Saved in earnest")

    page.goto(desk.address("posts/new/"))

    expect(page.get_by_role("link", name="Go on with it")).to_have_count(0)


# --- words and times


def test_saved_words_go_where_the_cursor_stands(composer: Page, desk: Studio) -> None:
    page = composer
    with workspace_scope(desk.workspace):
        Snippet.objects.create(workspace=desk.workspace, name="Bread", text="#sourdough #breadtok")
    page.reload()
    caption(page).fill("Autumn loaf and more")
    caption(page).evaluate("box => box.setSelectionRange(11, 11)")

    page.get_by_role("button", name="Saved", exact=True).click()
    assert violations(page) == []
    shot(page, "composer-saved-words")
    page.get_by_role("button", name="Bread").click()

    expect(caption(page)).to_have_value("Autumn loaf #sourdough #breadtok and more")
    expect(caption(page)).to_be_focused()
    expect(page.locator(".counter")).to_have_text("41 / 2,200")


def test_saved_words_are_managed_on_their_page(page: Page, desk: Studio) -> None:
    desk.sign_in(page)
    page.goto(desk.address("snippets/"))
    page.get_by_label("Name").fill("Bread")
    page.get_by_label("Words").fill("#sourdough #breadtok")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", name="Bread")).to_be_visible()
    assert violations(page) == []
    shot(page, "snippets")

    page.get_by_role("link", name="Change Bread").click()
    page.get_by_label("Words").fill("#rye")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("#rye", exact=True)).to_be_visible()

    page.get_by_role("button", name="Delete Bread").click()
    expect(page.get_by_text("Nothing saved yet.")).to_be_visible()


def test_the_next_free_slot_is_chosen_first(composer: Page, desk: Studio) -> None:
    page = composer
    with workspace_scope(desk.workspace):
        PostingSlot.objects.create(workspace=desk.workspace, account=desk.luna, weekday=2, at="12:30")
    page.goto(page.url)
    expect(page.get_by_label("Next free slot")).to_be_checked()
    expect(page.locator("#facts")).to_contain_text("12:30")
    assert violations(page) == []
    field(page, None, "privacy_level").select_option(label="Everyone")
    caption(page).fill("In the slot")
    shot(page, "composer-slot")

    page.get_by_role("button", name="Schedule").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("In the slot")
    with workspace_scope(desk.workspace):
        [post] = Post.objects.filter(workspace=desk.workspace)
    assert post.due_local.endswith("T12:30:00")


def test_likeness_is_said_while_typing_and_stops_nothing(composer: Page, desk: Studio) -> None:
    page = composer
    with workspace_scope(desk.workspace):
        Post.objects.create(workspace=desk.workspace, account=desk.luna, caption="Autumn loaf")

    caption(page).fill("Autumn loaf")

    warning = page.locator("#like-caption")
    expect(warning).to_contain_text(
        "Luna Bakes has a post with this caption already: a draft without a time."
    )
    assert violations(page) == []
    caption(page).fill("Another loaf")
    expect(warning).to_have_text("")
