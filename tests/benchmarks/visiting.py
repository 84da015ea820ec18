"""A browser that visits pages as a phone on a slow line does, and says what its user would have felt.

The numbers are the browser's own: entries of its performance timeline, under the throttling of its developer tools.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.looking import largest_paint, through_a_slow_line
from tests.chromium import FLAGS, find

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
SLOW_PROCESSOR = 4
LOOKS = 3
"""A busy machine paints late, a heavy page every time."""


WATCH = """
window.seen = { events: [] };
new PerformanceObserver((list) => {
  for (const { name, duration, interactionId } of list.getEntries())
    seen.events.push({ name, duration, interactionId });
}).observe({ type: "event", durationThreshold: 16, buffered: true });
"""
NEXT_PAINT = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 100)))"
DRAGGING = frozenset({"dragstart", "dragenter", "dragover", "drop", "dragend"})


@contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(find()), args=list(FLAGS))
        try:
            yield started
        finally:
            started.close()


@contextmanager
def visitor(started: Browser, base_url: str, cookie: str, *, slow: bool, size: Any = DESK) -> Iterator[Page]:
    """A page with an empty cache, signed in."""
    context = started.new_context(viewport=size, base_url=base_url, reduced_motion="reduce")
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": base_url}])
    page = context.new_page()
    page.add_init_script(WATCH)
    if slow:
        through_a_slow_line(page)
        tools = context.new_cdp_session(page)
        tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOW_PROCESSOR})
    try:
        yield page
    finally:
        context.close()


def soonest_paint(started: Browser, base_url: str, cookie: str, address: str) -> float:
    """Milliseconds from the start of a first visit to the largest contentful paint; the best of a few."""
    return min(_paint(started, base_url, cookie, address) for _ in range(LOOKS)) * 1000


def _paint(started: Browser, base_url: str, cookie: str, address: str) -> float:
    with visitor(started, base_url, cookie, slow=True, size=PHONE) as page:
        page.goto(address, wait_until="load", timeout=60_000)
        page.evaluate(NEXT_PAINT)
        return largest_paint(page)


def slowest_event(page: Page) -> float:
    """Milliseconds from what the user did to the next paint, of the slowest since the last asking.

    Below 16 ms the browser tells of none; then it is said to have taken those.
    """
    page.evaluate(NEXT_PAINT)
    events = page.evaluate("seen.events.splice(0)")
    felt = [event["duration"] for event in events if event["interactionId"] or event["name"] in DRAGGING]
    return float(max(felt, default=16.0))
