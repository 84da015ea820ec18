"""TikTok's side as a running sandbox, and our side as the people of `tests.people` see it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.people import alice, bob, charlie, elsewhere, harbour, in_harbour  # noqa: F401
from tests.sandbox_process import Sandbox, start_sandbox
from tests.tiktok.guests import address, guest  # noqa: F401
from tiktok import notices


@pytest.fixture(scope="module")
def sandbox_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    sandbox = start_sandbox(tmp_path_factory.mktemp("sandbox"), allow_loopback=True)
    yield sandbox
    sandbox.stop()


@pytest.fixture
def tiktok(sandbox_process: Sandbox, settings: Settings) -> Sandbox:
    """TikTok, as on the first day, behind the addresses of the settings."""
    sandbox_process.reset()
    settings.TIKTOK_API_BASE_URL = sandbox_process.base_url
    settings.TIKTOK_AUTH_BASE_URL = sandbox_process.base_url
    settings.TIKTOK_CLIENT_KEY = sandbox_process.client_key
    settings.TIKTOK_CLIENT_SECRET = sandbox_process.client_secret
    return sandbox_process


@pytest.fixture(autouse=True)
def mail_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Owners are mailed as soon as the message is sent; no worker takes it."""
    monkeypatch.setattr(notices.mail_owners, "delay", notices.mail_owners)


@pytest.fixture
def refresh_calls(tiktok: Sandbox):
    """How many calls the token endpoint has had: `refresh_calls()`."""
    return lambda: len(tiktok.requests(endpoint="token"))
