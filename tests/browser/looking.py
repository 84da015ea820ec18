"""What a page is to the eye and to the line: at rest, how wide, how heavy, how soon, how steady.

For every page alike; what one page has to do is tested beside the others of its kind.
"""

from __future__ import annotations

import gzip
import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Response

from tests.browser.axe import violations

WIDTHS = (320, 721, 901, 1001, 1181, 1920)
"""The ends, and where a layout of ui.md 5.5 has the least room: just before it gives way to the next."""
MORE_WIDTHS = sorted({*WIDTHS, 390, 720, 900, 1024, 1440})
DESKTOP, PHONE = 1440, 390

AT_REST = """async () => {
    for (const image of document.images) image.loading = "eager";
    await document.fonts.ready;
    await Promise.allSettled([...document.images].map(image => image.decode()));
    await Promise.all([...document.querySelectorAll("video[src]:not([preload=none])")].map(video => new Promise(known =>
        video.readyState || video.error ? known() : video.onloadedmetadata = video.onerror = known)));
}"""
"""Every picture is there, those below the fold too, and the font; videos know what they are."""

TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

ENTRIES = """type => { const seen = new PerformanceObserver(() => {});
    seen.observe({ type, buffered: true });
    return seen.takeRecords().map(each => [each.hadRecentInput ? 0 : each.value ?? 0, each.startTime]) }"""

MOVED = """() => { const seen = new PerformanceObserver(() => {});
    const at = ({ x, y, width, height }) => `${x},${y} ${width}x${height}`;
    seen.observe({ type: "layout-shift", buffered: true });
    return seen.takeRecords().flatMap(each => each.sources.map(({ node, previousRect, currentRect }) =>
        `${node?.nodeName} ${(node?.nodeType === 1 ? node : node?.parentElement)?.className} ${at(previousRect)} to `
        + `${at(currentRect)} after ${Math.round(each.startTime)} ms`)) }"""

LARGEST = """() => new Promise((known, gone) => {
    new PerformanceObserver(seen => known(Math.max(...seen.getEntries().map(each => each.startTime))))
        .observe({ type: "largest-contentful-paint", buffered: true });
    setTimeout(() => gone(new Error("Nothing was painted.")), 10_000);
})"""
"""Painting comes after `load` on a slow machine, so the first paint is awaited."""

SLOW_LINE = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 94_000}
"""1.6 Mbit/s and 150 ms: a phone away from home (ui.md section 7)."""


def at_rest(page: Page) -> None:
    page.evaluate(AT_REST)


def looked_at(page: Page, name: str) -> None:
    """Accessible in both themes, never wider than its window; a picture of each where ONCUE_SHOTS names a folder."""
    folder = os.environ.get("ONCUE_SHOTS")
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        for width in (DESKTOP, PHONE):
            page.set_viewport_size({"width": width, "height": 900})
            assert violations(page) == []
            if folder:
                page.screenshot(path=Path(folder) / f"{name}-{theme}-{width}.png", full_page=True)
    assert overflow(page, MORE_WIDTHS) == []
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": DESKTOP, "height": 900})


def overflow(page: Page, widths: Iterable[int] = WIDTHS) -> list[str]:
    """The widths at which the page would scroll sideways, with the pixels too many."""
    size = page.viewport_size
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        if (pixels := page.evaluate(TOO_WIDE)) > 0:
            found.append(f"{pixels} px too wide at {width}")
    if size:
        page.set_viewport_size(size)
    return found


def until(page: Page, holds: Callable[[], object]) -> None:
    """Let the browser work until that holds, which no locator can say.

    `wait_for_function` would evaluate a text in the page, again and again, which its policy forbids.
    """
    ends_at = time.monotonic() + 20
    while not holds():
        if time.monotonic() > ends_at:
            pytest.fail("It never came.")
        page.wait_for_timeout(50)


def shift(page: Page) -> float:
    """How much the page has moved under the reader's eyes so far (CLS)."""
    return sum(value for value, _ in page.evaluate(ENTRIES, "layout-shift"))


def what_moved(page: Page) -> str:
    """The parts of the page that moved, each from where to where."""
    return "; ".join(page.evaluate(MOVED))


def largest_paint(page: Page) -> float:
    """When the largest thing of the first screen was painted, in seconds (LCP)."""
    return float(page.evaluate(LARGEST)) / 1000


def through_a_slow_line(page: Page) -> None:
    """From now on; nothing is kept from one page to the next."""
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.setCacheDisabled", {"cacheDisabled": True})
    line.send("Network.emulateNetworkConditions", SLOW_LINE)


@dataclass
class Scale:
    """What comes over the line for a page whose visitor has nothing of it yet.

    Each file counts as it travelled the first time, also where the browser has kept it since; a page's HTML counts
    packed, as it is sent. Videos don't count: a page brings only their first bytes, and they are the person's.
    """

    page: Page
    sizes: dict[str, int] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        line = self.page.context.new_cdp_session(self.page)
        line.on("Network.requestWillBeSent", self._begins)
        line.on("Network.loadingFinished", self._ends)
        line.send("Network.enable")

    def clear(self) -> None:
        """The next page begins."""
        self.asked.clear()

    def weigh(self, answer: Response) -> None:
        """The page itself."""
        self.sizes[answer.url] = len(gzip.compress(answer.body()))

    def bytes_of(self, *kinds: str) -> int:
        """Of these kinds of files (`Stylesheet`, `Script`, `Image`, …), or of all."""
        return sum(
            self.sizes.get(address, 0)
            for address, kind in self.asked.items()
            if kind in kinds or (not kinds and kind != "Media")
        )

    @property
    def requests(self) -> int:
        return len(self.asked)

    def _begins(self, event: dict[str, Any]) -> None:
        address = event["request"]["url"]
        self.asked[address] = event.get("type", "")
        self.addresses[event["requestId"]] = address

    def _ends(self, event: dict[str, Any]) -> None:
        address = self.addresses.get(event["requestId"], "")
        self.sizes[address] = max(self.sizes.get(address, 0), event["encodedDataLength"])
