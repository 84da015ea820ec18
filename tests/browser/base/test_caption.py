"""The caption is counted as TikTok counts it: in UTF-16 units, amber from 2,000, red over 2,200."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("text", "count", "level"),
    [
        ("", "0 / 2,200", ""),
        ("a" * 1999, "1,999 / 2,200", ""),
        ("a" * 2000, "2,000 / 2,200", "near"),
        ("a" * 2200, "2,200 / 2,200", "near"),
        ("a" * 2201, "2,201 / 2,200", "over"),
        ("🍂" * 1101, "2,202 / 2,200", "over"),
    ],
    ids=["empty", "below amber", "amber", "full", "over", "1101 leaves"],
)
def test_the_counter(composer: Page, text: str, count: str, level: str) -> None:
    composer.get_by_role("textbox", name="Caption").fill(text)
    counter = composer.locator(".counter")
    expect(counter).to_have_text(count)
    expect(counter).to_have_attribute("data-level", level)
    shorten = composer.get_by_role("link", name="Shorten the caption")
    expect(shorten).to_have_count(1 if level == "over" else 0)


def test_a_tool_inserts_its_sign_at_the_cursor_with_a_gap(composer: Page) -> None:
    caption = composer.get_by_role("textbox", name="Caption")
    caption.fill("loaf")
    composer.get_by_role("button", name="Hashtag").click()
    expect(caption).to_have_value("loaf #")
    expect(caption).to_be_focused()
    expect(composer.locator(".counter")).to_have_text("6 / 2,200")
