"""One house for all fault tests of a run: a sandbox, a nursery of processes, addresses; and a new world for each test.

Tests marked `faults` run by `make faults` only: together they take minutes.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from tests.faults import verdicts
from tests.faults.engine import PROCESSING_SECONDS, Engine
from tests.faults.world import World
from tests.nursery import Nursery
from tests.processes import Processes, live_environment
from tests.sandbox_process import Sandbox, free_port, start_sandbox

CLIENT_SECRET = "sb-secret-of-the-fault-tests"


@dataclass(frozen=True)
class House:
    """What outlives a test: the folder, TikTok, and a parent for processes whose settings were read already."""

    state: Path
    sandbox: Sandbox
    nursery: Nursery
    web_url: str


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Iterator[House]:
    state = tmp_path_factory.mktemp("house")
    sandbox = start_sandbox(state, allow_loopback=True, client_secret=CLIENT_SECRET)
    web_url = f"http://127.0.0.1:{free_port()}"
    environment = environment_of(state, sandbox, web_url)
    with Nursery(environment, state / "nursery.log") as nursery:
        yield House(state, sandbox, nursery, web_url)
    sandbox.stop()


def environment_of(state: Path, sandbox: Sandbox, web_url: str) -> dict[str, str]:
    """What all processes of ours are told."""
    return live_environment(state / "state") | {
        "TIKTOK_API_BASE_URL": sandbox.base_url,
        "TIKTOK_AUTH_BASE_URL": sandbox.base_url,
        "TIKTOK_CLIENT_KEY": sandbox.client_key,
        "TIKTOK_CLIENT_SECRET": sandbox.client_secret,
        "PUBLIC_BASE_URL": web_url,
    }


@pytest.fixture
def state_folder(house: House, settings: Settings) -> Path:
    """The house's folder instead of the test's own, because its processes know that one; empty for each test."""
    state = house.state / "state"
    shutil.rmtree(state, ignore_errors=True)
    settings.DATA_DIR = state
    settings.MEDIA_ROOT = state / "media"
    settings.EMAIL_FILE_PATH = str(state / "mail")
    return state


@pytest.fixture
def processes(house: House, transactional_db: None, state_folder: Path) -> Iterator[Processes]:
    """Processes forked by the house's nursery; all are killed after the test."""
    with Processes({}, state_folder / "logs", house.nursery.fork) as running:
        yield running


@pytest.fixture
def engine(
    house: House, processes: Processes, state_folder: Path, settings: Settings, request: pytest.FixtureRequest
) -> Iterator[Engine]:
    """A new world in the house, with nothing running yet."""
    sandbox = house.sandbox
    sandbox.reset()
    sandbox.control(
        settings={
            "processing_seconds": PROCESSING_SECONDS,
            "moderation_seconds": 0.0,
            "webhook_url": f"{house.web_url}/webhooks/tiktok/",
        }
    )
    settings.TIKTOK_API_BASE_URL = settings.TIKTOK_AUTH_BASE_URL = sandbox.base_url
    settings.TIKTOK_CLIENT_KEY, settings.TIKTOK_CLIENT_SECRET = sandbox.client_key, sandbox.client_secret
    settings.PUBLIC_BASE_URL = house.web_url
    made = Engine(World.begin(sandbox), sandbox, processes, settings.REDIS_URL, house.web_url, state_folder)
    made.flush_broker()
    yield made
    request.node.user_properties.append(("runs", [_row(verdict) for verdict in made.verdicts]))


def _row(verdict: Any) -> dict[str, Any]:
    return {name: value for name, value in asdict(verdict).items() if isinstance(value, int)}


# --- which tests run, and the table


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "faults: real processes, minutes in all: `make faults` runs it")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the long ones to `make faults`, which names their marker."""
    if "faults" in config.getoption("markexpr"):
        return
    left = [item for item in items if item.get_closest_marker("faults")]
    items[:] = [item for item in items if not item.get_closest_marker("faults")]
    if left:
        config.hook.pytest_deselected(items=left)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """One line a fault."""
    reports = [
        report
        for kind in ("passed", "failed", "error")
        for report in terminalreporter.stats.get(kind, [])
        if getattr(report, "when", "") == "call" or kind == "error"
    ]
    ended = {
        report.nodeid: report for report in terminalreporter.stats.get("", []) if report.when == "teardown"
    }
    runs = [
        (report.nodeid, sum_of(ended.get(report.nodeid, report)), report.outcome != "passed")
        for report in reports
    ]
    if any(verdicts.faults_of(nodeid) for nodeid, _, _ in runs):
        terminalreporter.section("faults")
        terminalreporter.write_line(verdicts.table(runs))


def sum_of(report: Any) -> dict[str, int]:
    """The verdicts of one test, added up."""
    found: dict[str, int] = {}
    for name, rows in report.user_properties:
        for row in rows if name == "runs" else []:
            for key, value in row.items():
                found[key] = found.get(key, 0) + value
    return found
