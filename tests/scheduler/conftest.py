"""A running sandbox as TikTok, and a workspace with a connected creator in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from uuid import UUID

import pytest
from pytest_django import Settings

from accounts.models import User, Workspace
from scheduler import uploads
from scheduler.models import Media
from tests.factories import make_account, make_media, make_post
from tests.people import alice, bob, charlie, elsewhere, harbour, in_harbour  # noqa: F401
from tests.sandbox_process import Sandbox, start_sandbox
from tests.scheduler.uploads import reader


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
        row = fields.pop("media", None) or make_media(harbour, pad_to=fields.pop("pad_to", 0))
        return make_post(fields.pop("account", luna), row, alice, **fields)

    return SimpleNamespace(alice=alice, workspace=harbour, luna=luna, post=post, tiktok=tiktok)


@pytest.fixture
def receive(db: None, harbour: Workspace, alice: User, in_harbour: UUID) -> Callable[..., Media]:  # noqa: F811
    """Uploads bytes to Alice's workspace as a browser would."""

    def do(data: bytes, *, declared: int | None = None, name: str = "loaf.mp4") -> Media:
        size = len(data) if declared is None else declared
        return uploads.bring(read=reader(data), length=size, name=name, workspace=harbour, by=alice)

    return do
