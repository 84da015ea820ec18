"""Every component and screen, in both themes and all widths: accessible, within its width, big enough to hit."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import LazySettings
from django.test import Client
from playwright.sync_api import Page

from config.components import SHEETS
from tests.browser.axe import violations

pytestmark = pytest.mark.slow
WIDTHS = (320, 390, 720, 820, 1024, 1180, 1440, 1920)
# Links inside a sentence are exempt (WCAG 2.5.8), and so is what only screen readers meet.
TOO_SMALL = """() => [...document.querySelectorAll("a, button, input, select, textarea, summary")]
    .filter((el) => el.checkVisibility({ visibilityProperty: true }) && !el.matches("[type=hidden]"))
    .filter((el) => !el.closest(".vh, .skip, .plain-foot, p:not(.fix)"))
    .map((el) => [el.outerHTML.slice(0, 80), (el.closest("label") ?? el).getBoundingClientRect()])
    .filter(([, box]) => box.width < 24 || box.height < 24).map(([html]) => html)"""


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("sheet", SHEETS)
def test_a_sheet_breaks_no_accessibility_rule(
    open_sheet: Callable[[str], Page], page: Page, sheet: str, theme: str, width: int
) -> None:
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 900})
    open_sheet(sheet)
    assert violations(page) == []


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_sheet_never_scrolls_sideways(open_sheet: Callable[[str], Page], page: Page, sheet: str) -> None:
    open_sheet(sheet)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("sheet", SHEETS)
def test_controls_are_at_least_24_pixels(
    open_sheet: Callable[[str], Page], page: Page, sheet: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    open_sheet(sheet)
    assert page.evaluate(TOO_SMALL) == []


def test_text_at_twice_its_size_still_fits(open_sheet: Callable[[str], Page], page: Page) -> None:
    page.set_viewport_size({"width": 720, "height": 900})
    open_sheet("composer")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 720


def test_the_components_are_shown_in_debug_only(client: Client, settings: LazySettings) -> None:
    settings.DEBUG = False
    assert client.get("/components/").status_code == 404
    settings.DEBUG = True
    assert client.get("/components/nothing/").status_code == 404
