"""What every test has: real servers, no network, folders of its own.

The servers come first, before any module that reads Django's settings; that is why they are started here and not
in a fixture.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django
import pytest
from pytest_django import Settings

# Before any import of ours: the Celery application names the local settings where nobody has chosen.
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"

from tests import servers
from tests.loopback import sitecustomize  # noqa: F401  (the guard works from import on)

servers.begin()
django.setup()

from django.core.cache import cache  # noqa: E402  (it reads settings)
from django.test import TransactionTestCase  # noqa: E402

from config.supervisor import parts  # noqa: E402
from tests.emptying import empty_database  # noqa: E402
from tests.processes import Processes, live_environment  # noqa: E402

if TYPE_CHECKING:
    from tests.s3_process import S3Server

TransactionTestCase._fixture_teardown = lambda self: empty_database()


@pytest.fixture(autouse=True)
def state_folder(tmp_path: Path, settings: Settings) -> Path:
    """A state folder of the test's own; media and mail go below it."""
    state = tmp_path / "state"
    settings.DATA_DIR = state
    settings.MEDIA_ROOT = state / "media"
    settings.EMAIL_FILE_PATH = str(state / "mail")
    return state


@pytest.fixture(autouse=True)
def nobody_was_seen_yet() -> None:
    """Signs of life that an earlier test left in the shared broker would be old by now, and pages would say so."""
    cache.delete_many([f"seen:{worker.name}" for worker in parts.WORKERS])


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    from tests.s3_process import start_s3  # boto3 takes a second to import

    server = start_s3(tmp_path_factory.mktemp("s3"))
    yield server
    server.stop()


@pytest.fixture
def s3(s3_server: S3Server, settings: Settings) -> S3Server:
    """An empty bucket, in which the test's media lies."""
    s3_server.reset()
    settings.STORAGES = settings.STORAGES | {"default": s3_server.storages}
    return s3_server


@pytest.fixture
def live_database(transactional_db: None, state_folder: Path) -> dict[str, str]:
    """Committed data that other processes see; the value is the environment that leads them to it."""
    return live_environment(state_folder)


@pytest.fixture
def processes(live_database: dict[str, str], state_folder: Path) -> Iterator[Processes]:
    """Starts real workers, beats and web servers against the test's database; ends them all after the test."""
    with Processes(live_database, state_folder) as running:
        yield running


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[Any]:
    """Show what the child processes of a failed test wrote."""
    report = yield
    running = getattr(item, "funcargs", {}).get("processes")
    if report.failed and isinstance(running, Processes):
        report.sections.extend(running.outputs())
    return report
