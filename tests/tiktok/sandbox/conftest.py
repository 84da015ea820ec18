"""One sandbox process per test file, as on the first day before each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox_process import Sandbox, start_sandbox

from .caller import Caller
from .media_host import MediaHost, media_host


@pytest.fixture(scope="module")
def strict_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    sandbox = start_sandbox(tmp_path_factory.mktemp("strict"))
    yield sandbox
    sandbox.stop()
    assert "Traceback" not in sandbox.log.read_text()


@pytest.fixture(scope="module")
def loopback_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    sandbox = start_sandbox(tmp_path_factory.mktemp("loopback"), allow_loopback=True)
    yield sandbox
    sandbox.stop()
    assert "Traceback" not in sandbox.log.read_text()


@pytest.fixture
def sandbox(strict_process: Sandbox) -> Sandbox:
    """As TikTok is: no exception for loopback."""
    strict_process.reset()
    return strict_process


@pytest.fixture
def loopback_sandbox(loopback_process: Sandbox) -> Sandbox:
    """As `make run` starts it."""
    loopback_process.reset()
    return loopback_process


@pytest.fixture
def luna(sandbox: Sandbox) -> Caller:
    """The app, acting for Luna Bakes, with every scope; posts are processed and moderated at once."""
    sandbox.control(settings={"processing_seconds": 0, "moderation_seconds": 0})
    return Caller(sandbox)


@pytest.fixture
def host() -> Iterator[MediaHost]:
    """Where media lies for TikTok to fetch."""
    with media_host() as running:
        yield running


@pytest.fixture
def nearby(loopback_sandbox: Sandbox) -> Caller:
    """The app, acting for Luna Bakes, where media may lie on this machine; everything is processed at once."""
    loopback_sandbox.control(settings={"processing_seconds": 0, "moderation_seconds": 0})
    return Caller(loopback_sandbox)
