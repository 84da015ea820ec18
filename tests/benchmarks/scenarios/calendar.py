"""The calendar with ten thousand posts in its workspace: what the server takes, and what its user feels (ui.md 7)."""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from accounts.tenancy import workspace_scope
from config.supervisor import readiness
from tests.benchmarks import footprint, visiting
from tests.benchmarks.desk import ACCOUNTS, POSTS, Desk, desk_of
from tests.benchmarks.noise import Measured
from tests.benchmarks.rows import Check, Row

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.benchmarks.bench import Bench

SERVER_MS, FEEL_MS, PAINT_MS = 120, 150, 1_800
VIEWS = {"week by account": "", "month": "?view=month", "list": "?view=list"}
WARM_UPS = 5
ASKED, ASKED_QUICK = 100, 30


@dataclass(frozen=True, kw_only=True)
class Served(Measured):
    """Milliseconds of the 95th of a hundred answers, by view; of processor, what one took of site and database."""

    p95: dict[str, float]
    processor: dict[str, float]


@dataclass(frozen=True, kw_only=True)
class Felt(Measured):
    """Milliseconds: of each gesture to the next paint, of each page to its largest paint."""

    gestures: dict[str, float]
    paints: dict[str, float]


def rows(bench: Bench) -> Iterator[Row]:
    desk = desk_of(bench)
    bench.start_ours()
    base_url = bench.running.base_url
    readiness.await_answer(bench.running.children["web"], f"{base_url}/healthz")
    served = bench.guarded(lambda: _serve(bench, desk, ASKED_QUICK if bench.quick else ASKED))
    yield Row(
        f"calendar of {POSTS:,} posts: server",
        max(served.p95.values()),
        "ms",
        [Check(f"p95, {view}", p95, most=SERVER_MS, unit="ms") for view, p95 in served.p95.items()],
        runs=served.as_json(),
        note=f"{ACCOUNTS} accounts, whole answers of the site, one after the other: {_told(served.p95)}; "
        f"processor of each: {_told(served.processor)}",
    )
    felt = bench.guarded(lambda: _feel(base_url, desk))
    yield Row(
        "calendar: interaction to next paint",
        max(felt.gestures.values()),
        "ms",
        [Check(what, value, most=FEEL_MS, unit="ms") for what, value in felt.gestures.items()],
        runs=felt.gestures,
        note=f"slowest event of each: {_told(felt.gestures)}",
    )
    yield Row(
        "first visit on a phone: largest contentful paint",
        max(felt.paints.values()),
        "ms",
        [Check(page, value, most=PAINT_MS, unit="ms") for page, value in felt.paints.items()],
        runs=felt.paints,
        note=f"1.6 Mbit/s, 150 ms, processor ÷ {visiting.SLOW_PROCESSOR}: {_told(felt.paints)}",
    )


def _serve(bench: Bench, desk: Desk, times: int) -> Served:
    p95, processor = {}, {}
    for view, query in VIEWS.items():
        _p95(
            bench.running.base_url, desk, query, 1
        )  # a process that has just begun compiles its templates first
        before = _processor_seconds(bench)
        p95[view] = _p95(bench.running.base_url, desk, query, times)
        processor[view] = (_processor_seconds(bench) - before) / (WARM_UPS + times) * 1000
    return Served(p95=p95, processor=processor)


def _processor_seconds(bench: Bench) -> float:
    """So far of all that an answer passes through; a neighbour's work on this machine is not in it."""
    passed = [bench.running.children["web"].process, bench.postgres().process]
    return footprint.lineage_seconds(footprint.family([each.pid for each in passed if each]))


def _p95(base_url: str, desk: Desk, query: str, times: int) -> float:
    """Over one connection that stays open, as a browser's does; the first few are not counted."""
    address = urlsplit(base_url)
    site = http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)
    taken = [_seconds(site, desk, query) for _ in range(WARM_UPS + times)][WARM_UPS:]
    site.close()
    return sorted(taken)[int(times * 0.95)] * 1000


def _seconds(site: http.client.HTTPConnection, desk: Desk, query: str) -> float:
    began = time.perf_counter()
    site.request("GET", desk.calendar + query, headers={"Cookie": f"sessionid={desk.cookie}"})
    answer = site.getresponse()
    answer.read()
    if answer.status != http.client.OK:
        raise RuntimeError(f"the calendar answered {answer.status}")
    return time.perf_counter() - began


def _feel(base_url: str, desk: Desk) -> Felt:
    with workspace_scope(desk.workspace):
        desk.post.refresh_from_db()  # each repetition moves it by a day
    with visiting.browser() as browser:
        paints = {
            name: visiting.soonest_paint(browser, base_url, desk.cookie, address)
            for name, address in (("calendar", desk.calendar), ("composer", desk.composer))
        }
        return Felt(gestures=_gestures(browser, base_url, desk), paints=paints)


def _gestures(browser: Browser, base_url: str, desk: Desk) -> dict[str, float]:
    """The menu of a card, and a card dragged to the next day: at a desk, on a processor as fast as this one."""
    due = desk.post.due_at
    assert due is not None
    with visiting.visitor(browser, base_url, desk.cookie, slow=False) as page:
        page.goto(f"{desk.calendar}?week={due.date()}")
        card = page.locator(f"[id='p-{desk.post.pk}']")
        card.hover()
        visiting.slowest_event(page)
        card.get_by_role("link", name="Actions for").click()
        page.locator("#card-menu").wait_for(state="visible")
        menu = visiting.slowest_event(page)
        page.keyboard.press("Escape")
        visiting.slowest_event(page)
        return {"card menu": menu, "drag": _drag(page, desk)}


def _drag(page: Page, desk: Desk) -> float:
    due = desk.post.due_at
    assert due is not None
    tomorrow = due.astimezone(desk.workspace.zone).date() + timedelta(days=1)
    row = page.locator(f".cell[data-date='{tomorrow}'][data-lane='{desk.post.account_id}']")
    page.locator(f"[id='p-{desk.post.pk}']").drag_to(row, target_position={"x": 20, "y": 8})
    page.locator(".toast").wait_for(state="visible")
    return visiting.slowest_event(page)


def _told(values: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.0f} ms" for name, value in values.items())
