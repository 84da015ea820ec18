"""A running sandbox as TikTok, and a workspace with a connected creator in it."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from pytest_django import Settings

from accounts.models import User, Workspace
from tests.factories import make_account, make_media, make_post
from tests.people import alice, bob, charlie, elsewhere, harbour, in_harbour  # noqa: F401
from tests.sandbox_process import Sandbox, start_sandbox


@pytest.fixture(scope="module")
def sandbox_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    sandbox = start_sandbox(tmp_path_factory.mktemp("sandbox"), allow_loopback=True)
    yield sandbox
    sandbox.stop()


@pytest.fixture
def tiktok(sandbox_process: Sandbox, settings: Settings) -> Sandbox:
    """TikTok, as on the first day, answering at once."""
    sandbox_process.reset()
    sandbox_process.control(settings={"processing_seconds": 0.0, "moderation_seconds": 0.0})
    settings.TIKTOK_API_BASE_URL = sandbox_process.base_url
    settings.TIKTOK_AUTH_BASE_URL = sandbox_process.base_url
    settings.TIKTOK_CLIENT_KEY = sandbox_process.client_key
    settings.TIKTOK_CLIENT_SECRET = sandbox_process.client_secret
    return sandbox_process


@pytest.fixture
def studio(transactional_db: None, tiktok: Sandbox, alice: User, harbour: Workspace) -> SimpleNamespace:  # noqa: F811
    """Alice's workspace with Luna Bakes connected; `post(...)` makes a scheduled post of a small video."""
    luna = make_account(harbour, tiktok)

    def post(**fields):
        media = fields.pop("media", None) or make_media(harbour, pad_to=fields.pop("pad_to", 0))
        return make_post(fields.pop("account", luna), media, alice, **fields)

    return SimpleNamespace(alice=alice, workspace=harbour, luna=luna, post=post, tiktok=tiktok)
