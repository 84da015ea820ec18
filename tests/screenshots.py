"""`make screenshots`: a picture of every page, at a desk and on a phone, light and dark, for people to look at.

A stack of its own on a state folder of its own shows the demo's workspace; the pages are those of
`tests.browser.pages`, the pictures `.data/screenshots/<page>-<desktop or mobile>-<light or dark>.png`. With
`--readme` it takes those of the README instead, small enough to be kept beside it.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import django
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from config import env
from config.supervisor import stack, temporary_state
from tests.browser.looking import at_rest
from tests.browser.pages import PAGES, Shown, Where
from tests.chromium import FLAGS, find

if TYPE_CHECKING:
    from tests.browser.cast import Cast

SIZES = {"desktop": (1440, 900), "mobile": (390, 844)}
THEMES = ("light", "dark")
README = (
    ("calendar", "desktop", "light"),
    ("composer-photos", "desktop", "light"),
    ("post-failed", "desktop", "dark"),
    ("calendar", "mobile", "dark"),
)
COLOURS = 256


@dataclass(frozen=True)
class Studio:
    """The running site, and where pictures go."""

    url: str
    cast: Cast
    folder: Path

    def shoot_all(self, size: str) -> int:
        """Every page at one size, each in both themes; returns how many pictures there are."""
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=str(find()), args=list(FLAGS))
            for where in Where:
                page = self._visitor(browser, size, where)
                for shown in (each for each in PAGES if each.where is where):
                    self._open(page, shown)
                    for theme in THEMES:
                        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
                        page.screenshot(path=self.folder / f"{shown.name}-{size}-{theme}.png", full_page=True)
            browser.close()
        return len(PAGES) * len(THEMES)

    def shoot_for_readme(self) -> int:
        """One screen each, in few colours."""
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=str(find()), args=list(FLAGS))
            for name, size, theme in README:
                page = self._visitor(browser, size, Where.FULL)
                page.emulate_media(color_scheme=theme, reduced_motion="reduce")
                self._open(page, next(each for each in PAGES if each.name == name))
                small = Image.open(BytesIO(page.screenshot())).convert("RGB").quantize(COLOURS)
                small.save(self.folder / f"{name}-{size}-{theme}.png", optimize=True)
            browser.close()
        return len(README)

    def _visitor(self, browser: Browser, size: str, where: Where) -> Page:
        width, height = SIZES[size]
        context = browser.new_context(viewport={"width": width, "height": height}, locale="en-GB")
        if where is not Where.OUTSIDE:
            context.add_cookies([self.cast.sessions[where]])
        return context.new_page()

    def _open(self, page: Page, shown: Shown) -> None:
        answer = page.goto(f"{self.url}{self.cast.path(shown)}")
        if answer is None or answer.status != shown.status:
            raise RuntimeError(f"{shown.name} answered {answer.status if answer else 'nothing'}")
        at_rest(page)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def prepare(folder: Path) -> None:
    """The folder exists and holds no picture of a page that is gone."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()


def main(*, for_readme: bool) -> int:
    begun = monotonic()
    folder = env.BASE_DIR / ".github" / "pictures" if for_readme else env.data_dir() / "screenshots"
    if find() is None:
        say("NO BROWSER: install Chromium, or name one with ONCUE_CHROMIUM.")
        return 1
    prepare(folder)
    with temporary_state() as state, stack(data_dir=state, web_port=0, seed=True, say=say) as running:
        os.environ |= running.environment  # from here on this process is one of the stack's
        django.setup()
        from tests.browser.cast import gather

        studio = Studio(running.base_url, gather(), folder)
        if for_readme:
            count = studio.shoot_for_readme()
        else:
            with ThreadPoolExecutor(len(SIZES)) as desks:
                count = sum(desks.map(studio.shoot_all, SIZES))
    say(f"{count} pictures in {folder}, after {monotonic() - begun:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(for_readme="--readme" in sys.argv[1:]))
