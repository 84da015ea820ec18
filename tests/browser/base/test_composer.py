"""The live rules of the composer: TikTok's sharing guidelines, `tiktok-api.md` section 15, points 5 to 26."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, Route, expect

pytestmark = pytest.mark.slow

PRIVATE = "Branded content visibility cannot be set to private."
INDICATE = "You need to indicate if your content promotes yourself, a third party, or both."
PROMOTIONAL = "Your photo/video will be labeled as 'Promotional content'"
PARTNERSHIP = "Your photo/video will be labeled as 'Paid partnership'"
DISCLOSE = "Disclose commercial content"


def schedule(page: Page) -> Locator:
    return page.get_by_role("button", name="Schedule")


def complete(page: Page) -> None:
    """Everything that is asked for, and nothing else."""
    page.evaluate("document.querySelector('#id_media').value = '7'")
    page.get_by_label("Who can watch this video").select_option("PUBLIC_TO_EVERYONE")
    page.get_by_label("Day").fill("2026-11-20")
    page.get_by_role("textbox", name="Time").fill("12:30")


def test_nothing_is_chosen_for_the_user(composer: Page) -> None:
    expect(composer.get_by_label("Who can watch this video")).to_have_value("")
    for name in ("Comment", "Duet", DISCLOSE, "AI-generated content"):
        expect(composer.get_by_label(name)).not_to_be_checked()


def test_schedule_stays_off_and_names_what_is_left_until_nothing_is(composer: Page) -> None:
    bar = composer.get_by_role("status").filter(has_text="left")
    expect(schedule(composer)).to_be_disabled()
    expect(bar).to_have_text(
        "4 things left: Add a video · Choose who can watch · Choose a day · Choose a time"
    )
    complete(composer)
    expect(schedule(composer)).to_be_enabled()
    expect(composer.get_by_text("Ready. Goes out at the time you picked.")).to_be_visible()


def test_one_missing_choice_is_named_and_its_link_leads_to_the_field(composer: Page) -> None:
    complete(composer)
    composer.get_by_label("Who can watch this video").select_option("")
    expect(schedule(composer)).to_have_attribute("title", "Choose who can watch")
    composer.get_by_role("link", name="Choose who can watch").click()
    expect(composer.get_by_label("Who can watch this video")).to_be_focused()


def test_a_click_on_the_switched_off_button_sends_nothing_and_leads_to_the_gap(composer: Page) -> None:
    composer.evaluate("document.querySelector('[data-needs-complete]').click()")
    expect(composer.locator("#id_media_file")).to_be_focused()
    assert composer.url.endswith("/components/composer/")


def test_an_interaction_that_the_creator_switched_off_stays_off(composer: Page) -> None:
    expect(composer.get_by_label("Stitch")).to_be_disabled()


def test_disclosure_opens_two_boxes_and_asks_for_one_of_them(composer: Page) -> None:
    complete(composer)
    expect(composer.get_by_label("Your brand")).to_be_hidden()
    composer.get_by_label(DISCLOSE).check()
    for name in ("Your brand", "Branded content"):
        expect(composer.get_by_label(name)).not_to_be_checked()
    expect(schedule(composer)).to_be_disabled()
    expect(schedule(composer)).to_have_attribute("title", INDICATE)
    expect(composer.get_by_text(INDICATE)).to_be_visible()


def test_no_label_is_visible_before_its_box_is_ticked(composer: Page) -> None:
    composer.get_by_label(DISCLOSE).check()
    for words in (PROMOTIONAL, PARTNERSHIP):
        expect(composer.get_by_text(words)).to_be_hidden()


@pytest.mark.parametrize(
    ("ticked", "shown", "hidden"),
    [
        (["Your brand"], PROMOTIONAL, PARTNERSHIP),
        (["Branded content"], PARTNERSHIP, PROMOTIONAL),
        (["Your brand", "Branded content"], PARTNERSHIP, PROMOTIONAL),
    ],
)
def test_the_label_follows_the_boxes(composer: Page, ticked: list[str], shown: str, hidden: str) -> None:
    complete(composer)
    composer.get_by_label(DISCLOSE).check()
    for name in ticked:
        composer.get_by_label(name).check()
    expect(composer.get_by_text(shown)).to_be_visible()
    expect(composer.get_by_text(hidden)).to_be_hidden()
    expect(schedule(composer)).to_be_enabled()


def test_switching_disclosure_off_clears_both_boxes(composer: Page) -> None:
    composer.get_by_label(DISCLOSE).check()
    composer.get_by_label("Your brand").check()
    composer.get_by_label("Branded content").check()
    composer.get_by_label(DISCLOSE).uncheck()
    assert composer.evaluate(
        "[...document.querySelectorAll('[name=brand_organic], [name=brand_content]')].map((box) => box.checked)"
    ) == [False, False]


def test_branded_content_closes_only_me_and_says_why(composer: Page) -> None:
    composer.get_by_label(DISCLOSE).check()
    composer.get_by_label("Branded content").check()
    option = composer.locator("option[value=SELF_ONLY]")
    expect(option).to_be_disabled()
    expect(option).to_have_attribute("title", PRIVATE)
    composer.get_by_label("Branded content").uncheck()
    expect(option).to_be_enabled()


def test_only_me_closes_branded_content_and_says_why(composer: Page) -> None:
    composer.get_by_label("Who can watch this video").select_option("SELF_ONLY")
    composer.get_by_label(DISCLOSE).check()
    expect(composer.get_by_label("Branded content")).to_be_disabled()
    expect(composer.get_by_text("Choose another audience above first.")).to_be_visible()
    composer.get_by_label("Who can watch this video").select_option("MUTUAL_FOLLOW_FRIENDS")
    expect(composer.get_by_label("Branded content")).to_be_enabled()


def test_the_declaration_names_the_branded_policy_only_with_branded_content(composer: Page) -> None:
    declaration = composer.get_by_text("By posting, you agree to TikTok's")
    music = composer.get_by_role("link", name="Music Usage Confirmation")
    policy = composer.get_by_role("link", name="Branded Content Policy")
    expect(declaration).to_be_visible()
    expect(music).to_have_attribute(
        "href", "https://www.tiktok.com/legal/page/global/music-usage-confirmation/en"
    )
    expect(policy).to_be_hidden()
    composer.get_by_label(DISCLOSE).check()
    composer.get_by_label("Your brand").check()
    expect(policy).to_be_hidden()
    composer.get_by_label("Branded content").check()
    expect(policy).to_have_attribute("href", "https://www.tiktok.com/legal/page/global/bc-policy/en")


def test_the_preview_says_what_will_be_posted(composer: Page) -> None:
    composer.clock.set_fixed_time("2026-11-19T12:00:00Z")
    preview = composer.locator("#preview")
    composer.get_by_role("textbox", name="Caption").fill("Crumb shot <b>")
    complete(composer)
    composer.get_by_label("Comment").check()
    composer.get_by_label("AI-generated content").check()
    for words in ("Crumb shot <b>", "Everyone", "Comment", "AI-generated", "Fri 20 Nov, 12:30"):
        expect(preview).to_contain_text(words)
    composer.get_by_label("Day").fill("2027-03-28")
    expect(preview).to_contain_text("Sun 28 Mar 2027, 12:30")


def test_posting_now_asks_for_no_time(composer: Page) -> None:
    complete(composer)
    composer.get_by_label("Day").fill("")
    composer.get_by_label("Post now").check()
    expect(schedule(composer)).to_be_enabled()
    expect(composer.get_by_label("Day")).to_be_hidden()
    expect(composer.locator("#preview")).to_contain_text("As soon as it is ready")


def test_a_conflict_that_came_from_the_server_can_be_undone(composer: Page) -> None:
    composer.evaluate(
        """() => {
        for (const box of document.querySelectorAll("[name=disclose], [name=brand_content]")) box.checked = true;
        document.querySelector("[name=privacy_level]").value = "SELF_ONLY";
        document.querySelector("[name=is_aigc]").click() }"""
    )
    expect(composer.get_by_label("Branded content")).to_be_enabled()
    composer.get_by_label("Branded content").uncheck()
    expect(composer.get_by_label("Branded content")).to_be_disabled()


def test_the_second_click_does_nothing(composer: Page) -> None:
    complete(composer)
    sent: list[str] = []

    def swallow(route: Route) -> None:
        sent.append(route.request.method)
        route.fulfill(status=204)  # the browser stays on the page

    composer.route("**/components/composer/", swallow)
    with composer.expect_request("**/components/composer/"):
        composer.evaluate(
            "() => { const go = document.querySelector('[data-needs-complete]'); go.click(); go.click() }"
        )
    expect(schedule(composer)).to_have_attribute("aria-busy", "true")
    assert sent == ["POST"]
