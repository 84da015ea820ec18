"""One Chromium per worker, and a `page` that fails its test on anything a visitor's browser would have refused.

Every console error, CSP violation, script error and request to a foreign origin is a failure, unless the test names
it beforehand in `expected` (a fragment of the message) or `origins` (such as the sandbox's consent page).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from tests.browser.studio import Studio, make_studio, open_studio, tiktok_environment
from tests.chromium import FLAGS, find
from tests.nursery import Nursery
from tests.processes import Processes, live_environment, popen
from tests.sandbox_process import Sandbox, start_sandbox

# Playwright's synchronous interface keeps an event loop in this thread, which Django takes for an async view.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

expect.set_options(timeout=20_000)  # what a page shows in the end; how fast is for `make bench`

LOCAL_SCHEMES = frozenset({"blob", "data"})
TELL_VIOLATIONS = """document.addEventListener("securitypolicyviolation",
    (e) => console.error(`CSP ${e.violatedDirective}: ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`))"""


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The worker's Chromium; without one the test is skipped loudly, and failed where `CI` is set (design 8)."""
    chromium = find()
    if chromium is None:
        message = "No Chromium: run `make test`, which installs one, or set ONCUE_CHROMIUM."
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium), args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def expected() -> list[str]:
    """Fragments of console messages that this test provokes on purpose."""
    return []


@pytest.fixture
def origins() -> set[str]:
    """Origins that this test may visit; the first one it opens is added by itself."""
    return set()


@pytest.fixture
def page(browser: Browser, expected: list[str], origins: set[str]) -> Iterator[Page]:
    """A fresh visitor at 1440 × 900 with the rules above."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    context.add_init_script(TELL_VIOLATIONS)
    problems: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error" and not any(part in message.text for part in expected):
            problems.append(f"console: {message.text} ({page.url})")

    def on_request(request: Request) -> None:
        url = urlsplit(request.url)
        if url.scheme in LOCAL_SCHEMES:
            return
        if not origins:
            origins.add(f"{url.scheme}://{url.netloc}")
        if f"{url.scheme}://{url.netloc}" not in origins:
            problems.append(f"left the origin: {request.url}")

    context.on("console", on_console)
    context.on("weberror", lambda error: problems.append(f"script: {error.error}"))
    context.on("request", on_request)
    page = context.new_page()
    yield page
    context.close()
    assert problems == []


@pytest.fixture(scope="package")
def state_of_package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("browser") / "state"


@pytest.fixture
def state_folder(state_of_package: Path, settings: Settings) -> Path:
    """One for all tests, because the nursery's processes know that one; empty for each."""
    shutil.rmtree(state_of_package, ignore_errors=True)
    settings.DATA_DIR = state_of_package
    settings.MEDIA_ROOT = state_of_package / "media"
    settings.EMAIL_FILE_PATH = str(state_of_package / "mail")
    return state_of_package


@pytest.fixture(scope="package")
def tiktok(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """The worker's sandbox; who uses it resets it."""
    sandbox = start_sandbox(tmp_path_factory.mktemp("sandbox"), allow_loopback=True)
    yield sandbox
    sandbox.stop()


@pytest.fixture(scope="package")
def nursery(state_of_package: Path, tiktok: Sandbox, django_db_setup: None) -> Iterator[Nursery]:
    """Forks a studio's processes, each of which would import for two seconds."""
    environment = live_environment(state_of_package) | tiktok_environment(tiktok)
    with Nursery(environment, state_of_package.with_name("nursery.log")) as nursery:
        yield nursery


@pytest.fixture
def processes(
    live_database: dict[str, str],
    state_folder: Path,
    request: pytest.FixtureRequest,
    page: Page,
    expected: list[str],
) -> Iterator[Processes]:
    """Those of any test; whatever page looks at them is left before they are killed."""

    def start(argv: Sequence[str], environment: Mapping[str, str]) -> Any:
        """Forked where the nursery's settings are the ones that were ordered."""
        nursery: Nursery = request.getfixturevalue("nursery")
        theirs = environment.items() <= nursery.environment.items()
        return nursery.fork(argv, {}) if theirs else popen(argv, environment)

    with Processes(live_database, state_folder, start) as running:
        yield running
        _leave(page, expected)


@pytest.fixture
def studio(processes: Processes, tiktok: Sandbox, tmp_path: Path, settings: Settings) -> Studio:
    """A site with TikTok's sandbox behind it, and Luna Bakes connected."""
    tiktok.reset()
    settings.TIKTOK_CLIENT_KEY = tiktok.client_key
    return open_studio(processes, tiktok, tmp_path)


@pytest.fixture
def desk(
    page: Page,
    live_server: LiveServer,
    tiktok: Sandbox,
    tmp_path: Path,
    settings: Settings,
    expected: list[str],
) -> Iterator[Studio]:
    """The same without a worker: pages only, which start in a moment."""
    tiktok.reset()
    settings.PUBLIC_BASE_URL = live_server.url
    settings.TIKTOK_API_BASE_URL = settings.TIKTOK_AUTH_BASE_URL = tiktok.base_url
    settings.TIKTOK_CLIENT_KEY = tiktok.client_key
    settings.TIKTOK_CLIENT_SECRET = tiktok.client_secret
    settings.TIKTOK_APP_AUDITED = True
    yield make_studio(live_server.url, tiktok, tmp_path)
    page.wait_for_load_state("networkidle")
    _leave(page, expected)
    _let_us_win()


def _leave(page: Page, expected: list[str]) -> None:
    """What a page sends on leaving would meet a server that is being killed, or tables that are being emptied."""
    expected.append("Failed to load resource")
    page.context.set_offline(True)
    page.goto("about:blank")


def _let_us_win() -> None:
    """Where a page's last words, on their way already, meet the emptying of the tables in a circle, they give way."""
    with connection.cursor() as cursor:
        cursor.execute("SET deadlock_timeout = '30s'")
