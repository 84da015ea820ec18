"""Buttons that send something: they show that they work, and the second click does nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

pytestmark = pytest.mark.slow

TWICE = "(id) => { const go = document.getElementById(id); go.click(); go.click() }"


@pytest.fixture
def sheet(open_sheet: Callable[[str], Page]) -> Page:
    return open_sheet("index")


@pytest.fixture
def sent(sheet: Page) -> list[str]:
    """What arrives at `/save/…`; the browser stays on its page."""
    arrived: list[str] = []

    def swallow(route: Route) -> None:
        arrived.append(route.request.url.rpartition("/save/")[2])
        route.fulfill(status=204)

    sheet.route("**/save/*", swallow)
    return arrived


def add(page: Page, html: str) -> None:
    """Puts markup into the page, as a swap would."""
    page.evaluate(
        """(html) => { const main = document.querySelector("main");
        main.insertAdjacentHTML("afterbegin", html); htmx.process(main) }""",
        html,
    )


def form(name: str, more: str = "") -> str:
    return f'<form method="post" action="/save/{name}" {more}><button id="{name}" class="btn">Save</button></form>'


def test_a_form_is_sent_once_and_its_button_shows_it(sheet: Page, sent: list[str]) -> None:
    add(sheet, form("one") + form("other"))

    with sheet.expect_response("**/save/one"):
        sheet.evaluate(TWICE, "one")
    expect(sheet.locator("#one")).to_have_attribute("aria-busy", "true")
    with sheet.expect_response("**/save/other"):
        sheet.locator("#other").click()

    assert sent == ["one", "other"]


def test_a_page_that_is_gone_back_to_can_send_again(sheet: Page, sent: list[str]) -> None:
    add(sheet, form("one"))
    with sheet.expect_response("**/save/one"):
        sheet.locator("#one").click()

    sheet.evaluate("() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")

    expect(sheet.locator("#one")).not_to_have_attribute("aria-busy", "true")
    with sheet.expect_response("**/save/one"):
        sheet.locator("#one").click()
    assert sent == ["one", "one"]


def test_a_form_that_answers_with_a_file_can_be_sent_again(sheet: Page, sent: list[str]) -> None:
    add(sheet, form("file", "data-download"))

    for _ in range(2):
        with sheet.expect_response("**/save/file"):
            sheet.locator("#file").click()
        expect(sheet.locator("#file")).not_to_have_attribute("aria-busy", "true")


@pytest.mark.parametrize(
    "html",
    [
        '<button id="go" hx-post="/save/slow" hx-swap="none">Save</button>',
        '<form hx-post="/save/slow" hx-swap="none"><button id="go">Save</button></form>',
    ],
)
def test_a_button_of_htmx_is_busy_until_the_answer_is_there(sheet: Page, html: str) -> None:
    meanwhile: list[str | None] = []

    def answer(route: Route) -> None:
        meanwhile.append(sheet.locator("#go").get_attribute("aria-busy"))
        route.fulfill(status=204)

    sheet.route("**/save/slow", answer)
    add(sheet, html)

    for number in (1, 2):
        with sheet.expect_response("**/save/slow"):
            sheet.evaluate(TWICE, "go")
        expect(sheet.locator("#go")).not_to_have_attribute("aria-busy", "true")
        assert meanwhile == ["true"] * number
