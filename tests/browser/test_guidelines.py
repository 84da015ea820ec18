"""TikTok's content sharing guidelines on our pages, one test a point (tiktok-api.md section 15, same numbers).

What the server refuses whatever a page shows is in tests/scheduler; points 33 to 36 concern no page.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.tenancy import workspace_scope
from scheduler.models import Post
from tests.browser.axe import violations
from tests.browser.studio import Studio
from tests.factories import make_media, make_photo_post, make_post

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

NEITHER = "You need to indicate if your content promotes yourself, a third party, or both."
NOT_PRIVATE = "Branded content visibility cannot be set to private."
NOT_FOLLOWERS = "Branded content can be shown to everyone or to friends only."
TOO_LONG = "The video is 12:04, Luna Bakes may post up to 10:00. Replace the video."
PROMOTIONAL = "Your photo/video will be labeled as 'Promotional content'"
PARTNERSHIP = "Your photo/video will be labeled as 'Paid partnership'"
MUSIC = "https://www.tiktok.com/legal/page/global/music-usage-confirmation/en"
BRANDED = "https://www.tiktok.com/legal/page/global/bc-policy/en"


@pytest.fixture
def composer(page: Page, desk: Studio) -> Page:
    """The page of a new post for Luna Bakes, with a video that was uploaded before."""
    video = make_media(desk.workspace)
    desk.sign_in(page)
    page.goto(desk.address(f"posts/new/?media={video.pk}"))
    return page


def box(page: Page, name: str) -> Locator:
    return page.locator(f'input[name="{name}"]')


def audience(page: Page) -> Locator:
    return page.get_by_label("Who can watch this post")


def disclose(page: Page, *boxes: str) -> None:
    box(page, "disclose").check()
    for name in boxes:
        box(page, name).check()


def complete(page: Page) -> None:
    """All that a post needs, so that it goes out at once."""
    audience(page).select_option(label="Everyone")
    page.get_by_label("Post now").check()
    expect(page.locator("[data-todo-list]")).to_have_text("Ready")


def posts(desk: Studio) -> list[Post]:
    with workspace_scope(desk.workspace):
        return list(Post.objects.filter(workspace=desk.workspace))


# --- account and limits


def test_point_01_creator_info_is_asked_for_every_page(composer: Page, desk: Studio) -> None:
    desk.tiktok.control(creators={"luna.bakes": {"stitch_disabled": True}})
    expect(box(composer, "allow_stitch")).to_be_enabled()

    composer.reload()

    expect(box(composer, "allow_stitch")).to_be_disabled()


def test_point_02_the_nickname_says_which_account_gets_the_post(composer: Page, desk: Studio) -> None:
    desk.tiktok.control(creators={"luna.bakes": {"nickname": "Luna Bakes Bread"}})
    composer.reload()

    expect(composer.locator("#creator strong")).to_have_text("Luna Bakes Bread")
    expect(composer.locator("#creator")).to_contain_text("@luna.bakes")


@pytest.mark.parametrize(
    "code", ["spam_risk_too_many_posts", "spam_risk_user_banned_from_posting", "reached_active_user_cap"]
)
def test_point_03_a_creator_that_cannot_post_now_stops_it(composer: Page, desk: Studio, code: str) -> None:
    desk.tiktok.control(faults=[{"kind": "error", "endpoint": "creator_info", "code": code, "times": 9}])
    composer.reload()

    expect(composer.locator("[data-todo-list]")).to_contain_text("Wait for TikTok")
    expect(composer.get_by_role("button", name="Schedule")).to_have_attribute("aria-disabled", "true")
    expect(composer.locator("#creator .note")).to_be_visible()
    assert violations(composer) == []


def test_point_04_a_video_too_long_for_the_creator_is_said_at_once_and_refused(
    composer: Page, desk: Studio, expected: list[str]
) -> None:
    expected.append("422")
    long = make_media(desk.workspace, duration_ms=724_000)
    composer.goto(desk.address(f"posts/new/?media={long.pk}"))
    audience(composer).select_option(label="Everyone")
    composer.get_by_label("Post now").check()

    expect(composer.get_by_role("region", name="Video")).to_contain_text(TOO_LONG, use_inner_text=True)
    expect(composer.locator("[data-todo-list]")).to_have_text("One thing left: Replace the video")
    button = composer.get_by_role("button", name="Post now")
    expect(button).to_have_attribute("aria-disabled", "true")
    assert violations(composer) == []

    composer.evaluate("document.querySelector('[name=media_ms]').value = '1000'")
    button.click()

    expect(composer.locator("#media-error")).to_contain_text(TOO_LONG)
    assert posts(desk) == []


def test_point_04_only_what_is_posted_directly_has_a_length(composer: Page, desk: Studio) -> None:
    long = make_media(desk.workspace, duration_ms=724_000)
    composer.goto(desk.address(f"posts/new/?media={long.pk}"))
    told = composer.get_by_text(TOO_LONG)
    expect(told).to_be_visible()

    composer.locator('input[name="mode"][value="inbox"]').check()

    expect(told).to_be_hidden()
    expect(composer.locator("[data-todo-list]")).not_to_contain_text("Replace the video")


# --- metadata


def test_point_05_the_caption_is_empty_and_editable(composer: Page) -> None:
    caption = composer.get_by_role("textbox", name="Caption")
    expect(caption).to_have_value("")

    composer.get_by_role("button", name="Hashtag").click()
    expect(caption).to_have_value("#")
    caption.fill("")
    expect(caption).to_have_value("")


def test_point_06_who_can_watch_has_no_default_and_must_be_chosen(composer: Page) -> None:
    composer.get_by_label("Post now").check()
    button = composer.get_by_role("button", name="Post now")
    expect(audience(composer)).to_have_value("")
    expect(button).to_have_attribute("aria-disabled", "true")
    expect(composer.locator("[data-todo-list]")).to_have_text("One thing left: Choose who can watch")

    audience(composer).select_option(label="Friends")

    expect(button).to_have_attribute("aria-disabled", "false")


def test_point_07_only_what_the_creator_may_choose_is_offered(composer: Page, desk: Studio) -> None:
    options = audience(composer).locator("option")
    assert options.all_inner_texts() == ["Choose…", "Everyone", "Friends", "Only me"]

    desk.tiktok.control(creators={"luna.bakes": {"private": True}})
    composer.reload()

    assert options.all_inner_texts() == ["Choose…", "Followers", "Friends", "Only me"]


def test_point_08_no_interaction_is_ticked_beforehand(composer: Page) -> None:
    for name in ("allow_comment", "allow_duet", "allow_stitch"):
        expect(box(composer, name)).not_to_be_checked()
        box(composer, name).check()


def test_point_09_what_the_creator_turned_off_is_greyed(composer: Page, desk: Studio) -> None:
    off = {"comment_disabled": True, "duet_disabled": True, "stitch_disabled": True}
    desk.tiktok.control(creators={"luna.bakes": off})
    composer.reload()

    for name in ("allow_comment", "allow_duet", "allow_stitch"):
        expect(box(composer, name)).to_be_disabled()
        expect(box(composer, name)).not_to_be_checked()
    expect(composer.get_by_text("Off in this account's TikTok settings")).to_have_count(3)


def test_point_10_photos_may_only_be_commented_on(composer: Page) -> None:
    composer.locator('input[name="kind"][value="photo"]').check()

    expect(box(composer, "allow_comment")).to_be_visible()
    expect(box(composer, "allow_duet")).to_be_hidden()
    expect(box(composer, "allow_stitch")).to_be_hidden()


# --- commercial content


def test_point_11_the_disclosure_is_off_by_default(composer: Page) -> None:
    switch = composer.get_by_role("switch", name="Disclose commercial content")

    expect(switch).to_be_visible()
    expect(switch).not_to_be_checked()
    expect(box(composer, "brand_organic")).to_be_hidden()


def test_point_12_turning_it_on_shows_two_empty_boxes(composer: Page) -> None:
    disclose(composer)

    for name in ("brand_organic", "brand_content"):
        expect(box(composer, name)).to_be_visible()
        expect(box(composer, name)).not_to_be_checked()
    disclose(composer, "brand_organic", "brand_content")
    for name in ("brand_organic", "brand_content"):
        expect(box(composer, name)).to_be_checked()


def test_point_13_with_neither_box_the_button_is_off_and_says_why(composer: Page) -> None:
    complete(composer)
    disclose(composer)

    button = composer.get_by_role("button", name="Post now")
    expect(button).to_have_attribute("aria-disabled", "true")
    expect(button).to_have_attribute("title", NEITHER)
    expect(composer.get_by_text(NEITHER)).to_be_visible()
    assert violations(composer) == []


def test_point_14_your_brand_alone_is_promotional_content(composer: Page) -> None:
    disclose(composer, "brand_organic")

    expect(composer.get_by_text(PROMOTIONAL)).to_be_visible()
    expect(composer.get_by_text(PARTNERSHIP)).to_be_hidden()


def test_point_15_branded_content_alone_is_a_paid_partnership(composer: Page) -> None:
    disclose(composer, "brand_content")

    expect(composer.get_by_text(PARTNERSHIP)).to_be_visible()
    expect(composer.get_by_text(PROMOTIONAL)).to_be_hidden()


def test_point_16_both_are_a_paid_partnership(composer: Page) -> None:
    disclose(composer, "brand_organic", "brand_content")

    expect(composer.get_by_text(PARTNERSHIP)).to_be_visible()
    expect(composer.get_by_text(PROMOTIONAL)).to_be_hidden()


def test_point_17_no_label_is_announced_before_its_box_is_ticked(composer: Page) -> None:
    for step in (lambda: None, lambda: disclose(composer)):
        step()
        expect(composer.get_by_text(PROMOTIONAL)).to_be_hidden()
        expect(composer.get_by_text(PARTNERSHIP)).to_be_hidden()


def test_point_18_turning_it_off_clears_both_boxes(composer: Page) -> None:
    disclose(composer, "brand_organic", "brand_content")

    box(composer, "disclose").uncheck()

    for name in ("brand_organic", "brand_content"):
        expect(box(composer, name)).not_to_be_checked()


@pytest.mark.parametrize("name", ["brand_organic", "brand_content"])
def test_point_19_each_box_is_the_toggle_of_its_name(composer: Page, desk: Studio, name: str) -> None:
    complete(composer)
    disclose(composer, name)
    composer.get_by_role("button", name="Post now").click()
    composer.wait_for_url("**/posts/*-*/")

    [post] = posts(desk)
    assert (post.brand_organic, post.brand_content) == (name == "brand_organic", name == "brand_content")


# --- privacy and branded content


def test_point_20_branded_content_is_for_the_public_or_friends(composer: Page, desk: Studio) -> None:
    disclose(composer, "brand_content")
    enabled = "option:not([value='']):not([disabled])"
    assert audience(composer).locator(enabled).all_inner_texts() == ["Everyone", "Friends"]

    desk.tiktok.control(creators={"luna.bakes": {"private": True}})
    composer.goto(desk.address("posts/new/"))
    disclose(composer, "brand_content")
    assert audience(composer).locator(enabled).all_inner_texts() == ["Friends"]


def test_point_21_only_me_first_disables_branded_content_and_says_why(composer: Page) -> None:
    disclose(composer)
    audience(composer).select_option(label="Only me")

    expect(box(composer, "brand_content")).to_be_disabled()
    expect(box(composer, "brand_content")).to_have_attribute("title", NOT_PRIVATE)
    expect(composer.get_by_text("Choose another audience above first.")).to_be_visible()


def test_point_21_followers_first_disables_branded_content_too(composer: Page, desk: Studio) -> None:
    desk.tiktok.control(creators={"luna.bakes": {"private": True}})
    composer.reload()
    disclose(composer)
    audience(composer).select_option(label="Followers")

    expect(box(composer, "brand_content")).to_be_disabled()
    expect(box(composer, "brand_content")).to_have_attribute("title", NOT_FOLLOWERS)
    expect(composer.get_by_text(f"{NOT_FOLLOWERS} Choose another audience above first.")).to_be_visible()
    assert violations(composer) == []

    audience(composer).select_option(label="Friends")
    expect(box(composer, "brand_content")).to_be_enabled()


def test_point_22_branded_content_first_disables_only_me_and_says_why(composer: Page) -> None:
    disclose(composer, "brand_content")
    only_me = audience(composer).locator('option[value="SELF_ONLY"]')

    expect(only_me).to_be_disabled()
    expect(only_me).to_have_attribute("title", NOT_PRIVATE)
    assert only_me.evaluate("option => getComputedStyle(option, '::after').content") == f'"{NOT_PRIVATE}"'
    expect(composer.locator(".note", has_text=NOT_PRIVATE)).to_be_visible()
    assert violations(composer) == []


def test_point_23_the_server_refuses_the_pair_whatever_the_page_allowed(
    composer: Page, desk: Studio, expected: list[str]
) -> None:
    expected.append("422")
    complete(composer)
    disclose(composer, "brand_content")
    select = audience(composer)
    select.evaluate("select => { select.querySelector('[value=SELF_ONLY]').disabled = false }")
    select.evaluate("select => { select.value = 'SELF_ONLY' }")

    composer.get_by_role("button", name="Post now").click()

    expect(composer.locator("#privacy-error")).to_contain_text(NOT_PRIVATE)
    assert posts(desk) == []


# --- declarations


@pytest.mark.parametrize("boxes", [(), ("brand_organic",)])
def test_point_24_the_music_usage_is_declared(composer: Page, boxes: tuple[str, ...]) -> None:
    if boxes:
        disclose(composer, *boxes)

    sentence = "By posting, you agree to TikTok's Music Usage Confirmation."
    expect(composer.locator(".declare")).to_contain_text(sentence, use_inner_text=True)


@pytest.mark.parametrize("boxes", [("brand_content",), ("brand_organic", "brand_content")])
def test_point_25_branded_content_declares_its_policy_too(composer: Page, boxes: tuple[str, ...]) -> None:
    disclose(composer, *boxes)

    sentence = "By posting, you agree to TikTok's Branded Content Policy and Music Usage Confirmation."
    expect(composer.locator(".declare")).to_contain_text(sentence, use_inner_text=True)


def test_point_26_the_declarations_link_to_tiktok_s_pages(composer: Page) -> None:
    disclose(composer, "brand_content")
    declared = composer.locator(".declare")

    expect(declared.get_by_role("link", name="Music Usage Confirmation")).to_have_attribute("href", MUSIC)
    expect(declared.get_by_role("link", name="Branded Content Policy")).to_have_attribute("href", BRANDED)


# --- awareness and control


def test_point_27_the_preview_shows_exactly_what_will_be_posted(composer: Page) -> None:
    preview = composer.locator("#preview")
    composer.get_by_role("textbox", name="Caption").fill("Berry cake 🍓 #layers")
    audience(composer).select_option(label="Friends")
    box(composer, "allow_duet").check()
    box(composer, "is_aigc").check()
    composer.get_by_label("Post now").check()

    expect(preview.locator("video")).to_be_visible()
    expect(preview.locator(".phone-text")).to_have_text("Luna BakesBerry cake 🍓 #layers")
    for words in ("Friends", "Duet", "AI-generated", "As soon as it is ready"):
        expect(preview.locator(".facts")).to_contain_text(words)


def test_point_28_nothing_of_ours_is_added(composer: Page, desk: Studio) -> None:
    assert "Oncue" not in composer.locator("#preview").inner_text()
    complete(composer)
    composer.get_by_role("textbox", name="Caption").fill("Only these words")
    composer.get_by_role("button", name="Post now").click()
    composer.wait_for_url("**/posts/*-*/")

    [post] = posts(desk)
    assert (post.caption, post.title) == ("Only these words", "")


def test_point_29_nothing_is_agreed_to_before_the_button(composer: Page, desk: Studio) -> None:
    complete(composer)
    expect(composer.locator("#kept")).to_contain_text("Kept at")
    assert posts(desk) == []

    composer.get_by_role("button", name="Post now").click()
    composer.wait_for_url("**/posts/*-*/")

    [post] = posts(desk)
    assert post.consent_by == desk.alice
    assert post.consent_at
    assert len(post.consent_digest) == 64


def test_point_30_it_is_said_that_the_profile_takes_a_few_minutes(composer: Page) -> None:
    sentence = "After publishing, it can take a few minutes for the post to appear on the profile."

    expect(composer.locator(".declare")).to_contain_text(sentence)


def test_nothing_is_said_of_the_profile_while_it_goes_into_the_inbox(composer: Page) -> None:
    told, now = composer.locator("#declaration"), composer.locator(".choice", has=box(composer, "when")).last
    for mode, verb, place in (
        ("inbox", "Send now", "arrive in the TikTok inbox"),
        ("direct", "Post now", "appear on the profile"),
    ):
        composer.locator(f'input[name="mode"][value="{mode}"]').check()
        expect(told.get_by_text("After ").filter(visible=True)).to_have_count(1)
        expect(told.get_by_text(place)).to_be_visible()
        expect(told).to_contain_text("By posting, you agree to TikTok's")
        expect(now.get_by_role("radio", name=verb)).to_be_visible()


def test_point_31_the_status_is_shown_and_follows(page: Page, desk: Studio) -> None:
    post = make_post(desk.luna, make_media(desk.workspace), desk.alice)
    desk.sign_in(page)
    page.goto(desk.address(f"posts/{post.pk}/"))
    expect(page.locator("#live")).to_contain_text("Scheduled")

    with workspace_scope(desk.workspace):
        Post.objects.filter(workspace=desk.workspace).update(status="published", next_step_at=None)

    expect(page.locator("#live")).to_contain_text("Published")


def test_point_32_a_draft_for_the_app_says_where_to_finish_it(page: Page, desk: Studio) -> None:
    desk.sign_in(page)
    page.goto(desk.address("posts/new/"))
    page.locator('input[name="mode"][value="inbox"]').check()
    expect(page.get_by_text("The creator has to open the notification in the inbox")).to_be_visible()

    post = make_photo_post(desk.luna, 1, desk.alice, mode="inbox", privacy_level="")
    with workspace_scope(desk.workspace):
        Post.objects.filter(workspace=desk.workspace).update(status="in_inbox")
    page.goto(desk.address(f"posts/{post.pk}/"))
    expect(page.get_by_text("Open the notification in the inbox of the TikTok app")).to_be_visible()
