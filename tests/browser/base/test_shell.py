"""The frame: theme, toasts, menu, and htmx under the Content-Security-Policy."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

pytestmark = pytest.mark.slow

BACKGROUNDS = {"light": "rgb(246, 245, 241)", "dark": "rgb(16, 20, 18)"}


def background(page: Page) -> str:
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


@pytest.mark.parametrize("theme", BACKGROUNDS)
def test_without_a_choice_the_system_decides(
    open_sheet: Callable[[str], Page], page: Page, theme: str
) -> None:
    page.emulate_media(color_scheme=theme)
    open_sheet("index")
    assert background(page) == BACKGROUNDS[theme]


def test_a_chosen_theme_is_there_before_any_script_runs(
    open_sheet: Callable[[str], Page], page: Page
) -> None:
    page.emulate_media(color_scheme="light")
    open_sheet("index")
    page.get_by_role("button", name="Switch theme").click()
    assert background(page) == BACKGROUNDS["dark"]
    page.route("**/*.js", lambda route: route.abort())
    page.context.set_offline(False)
    html = page.request.get(page.url).text()
    assert '<html lang="en" data-theme="dark">' in html
    page.unroute_all()
    page.reload()
    assert background(page) == BACKGROUNDS["dark"]
    page.get_by_role("button", name="Switch theme").click()
    assert background(page) == BACKGROUNDS["light"]


def test_an_invented_theme_cookie_changes_nothing(site: str, page: Page) -> None:
    answer = page.request.get(f"{site}/components/", headers={"Cookie": 'theme="x\\" onload=go()"'})
    assert "data-theme" not in answer.text()


def test_a_toast_leaves_by_itself_unless_it_is_read(open_sheet: Callable[[str], Page], page: Page) -> None:
    page.clock.install()
    open_sheet("index")
    page.evaluate("document.dispatchEvent(new CustomEvent('toast', { detail: 'Draft saved.' }))")
    toast = page.get_by_text("Draft saved.")
    toast.hover()
    page.clock.run_for(9_000)
    expect(toast).to_be_visible()
    page.mouse.move(5, 5)
    page.clock.run_for(9_000)
    expect(toast).to_have_count(0)


def test_the_rail_becomes_a_bar_with_the_same_pages_on_a_phone(
    open_sheet: Callable[[str], Page], page: Page
) -> None:
    open_sheet("index")
    further = {"Media", "Recurring", "Saved", "Analytics", "Notifications"}
    names = {"Calendar", "Posts", "Accounts"}  # and no "New post": nobody is a member there
    for width, shown, expected in ((1440, ".rail", names | further), (390, ".tabbar", names)):
        page.set_viewport_size({"width": width, "height": 800})
        links = page.locator(f"{shown} nav a, nav{shown} a")
        assert {text.strip() for text in links.all_text_contents()} == expected
        expect(links.first).to_be_visible()
    page.get_by_role("button", name="More").click()
    for name in further:
        expect(page.locator("#me").get_by_role("link", name=name)).to_be_visible()


def test_the_menu_opens_and_closes_without_script(open_sheet: Callable[[str], Page], page: Page) -> None:
    open_sheet("index")
    page.get_by_role("button", name="Your menu").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()


def test_the_first_tab_skips_to_the_content(open_sheet: Callable[[str], Page], page: Page) -> None:
    open_sheet("index")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def add(page: Page, html: str) -> None:
    """Puts htmx markup into the page, as a swap would."""
    page.evaluate(
        """(html) => { const main = document.querySelector("main");
        main.insertAdjacentHTML("afterbegin", html); htmx.process(main) }""",
        html,
    )


def test_htmx_swaps_a_form_with_errors_and_sends_the_token(
    open_sheet: Callable[[str], Page], page: Page, expected: list[str]
) -> None:
    expected.append("422")
    tokens: list[str] = []

    def refuse(route: Route) -> None:
        tokens.append(route.request.headers.get("x-csrftoken", ""))
        route.fulfill(status=422, content_type="text/html", body='<p id="answer">Choose who can watch.</p>')

    page.route("**/save/", refuse)
    open_sheet("composer")
    add(
        page,
        '<button id="go" hx-post="/save/" hx-target="#answer" hx-swap="outerHTML">Save</button><p id="answer"></p>',
    )
    page.locator("#go").click()
    expect(page.get_by_text("Choose who can watch.")).to_be_visible()
    assert len(tokens[0]) == 64


def test_htmx_polls_and_morphs_without_losing_what_is_typed(
    open_sheet: Callable[[str], Page], page: Page
) -> None:
    page.route(
        "**/status/",
        lambda route: route.fulfill(
            content_type="text/html", body='<div id="live"><input id="typed"><p>Published 12:30:02</p></div>'
        ),
    )
    open_sheet("index")
    add(
        page,
        '<div id="live" hx-get="/status/" hx-trigger="every 200ms" hx-swap="outerMorph">'
        '<input id="typed"><p>Publishing</p></div>',
    )
    page.locator("#typed").fill("half a wo")
    expect(page.get_by_text("Published 12:30:02")).to_be_visible()
    expect(page.locator("#typed")).to_have_value("half a wo")
    expect(page.locator("#typed")).to_be_focused()


def test_a_hidden_tab_asks_for_nothing_until_it_is_seen_again(
    open_sheet: Callable[[str], Page], page: Page
) -> None:
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.method)
        route.fulfill(status=204)

    page.route("**/status/", answer)
    open_sheet("index")
    page.evaluate(
        """() => { Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
        document.addEventListener("htmx:config:request", ({ target }) => { target.textContent += "|" }) }"""
    )
    add(page, '<div id="turns" hx-get="/status/" hx-trigger="every 100ms"></div>')
    expect(page.locator("#turns")).to_contain_text("|||")
    assert asked == []

    with page.expect_request("**/status/"):
        page.evaluate("() => { delete document.hidden }")
