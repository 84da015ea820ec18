"""What all examples share: a workspace with its files, the workers, and the doors through which the engine calls."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.db import connection
from pytest_django import Settings

from accounts.models import User, Workspace
from accounts.tenancy import workspace_scope
from scheduler import commit, confirm, receivers, schedule, staging, starting
from scheduler.clock import database_now
from scheduler.models import Media
from tests.factories import make_image_media, make_media
from tests.people import make_person, make_workspace
from tests.scheduler.machine.moments import Moments, movable_time
from tests.scheduler.machine.remote import PRIVACY, Remote
from tests.scheduler.machine.stages import noted_stages
from tests.scheduler.machine.workers import Door, Worker, crashpoint
from tiktok import wiring
from tiktok.client import CreatorInfo, Secret, chunks
from tiktok.models import AccountStatus, TikTokAccount
from tiktok.signals import account_connected
from tiktok.vault import seal_on

CHUNK = 400
SMALL, LARGE = 500, 1300
"""Bytes of a chunk here, of a video that is its own last chunk, and of one of three chunks."""

YEARS = timedelta(days=3650)
ROWS = (
    "scheduler_postevent",
    "scheduler_pull",
    "scheduler_publishattempt",
    "scheduler_postimage",
    "scheduler_post",
    "scheduler_lane",
    "tiktok_webhookevent",
)


class World:
    """Set up once; `begin` makes it new for an example."""

    def __init__(self, moments: Moments, alice: User, workspace: Workspace, settings: Settings) -> None:
        self.moments, self.alice, self.workspace, self.settings = moments, alice, workspace, settings
        self.remote = Remote(moments)
        self.workers = [Worker(self.remote, moments) for _ in range(2)]
        self.images = [make_image_media(workspace) for _ in range(2)]
        self._videos: dict[int, Media] = {}

    def video(self, size: int) -> Media:
        if size not in self._videos:
            self._videos[size] = make_media(self.workspace, content=bytes([size % 251]) * size)
        return self._videos[size]

    def begin(self) -> TikTokAccount:
        """Another creator, and a TikTok that knows nothing."""
        self.forget()
        self.remote = Remote(self.moments)
        for worker in self.workers:
            worker.remote = self.remote
        return connect(self._account())

    def creator(self) -> CreatorInfo:
        """What the composer's page read before the person agreed."""
        return CreatorInfo("Luna", "luna", "", tuple(PRIVACY), False, False, False, 600)

    def forget(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role TO replica")  # or the timeline refuses
            for table in ROWS:
                cursor.execute(f"DELETE FROM {table}")
            cursor.execute("RESET session_replication_role")

    def close(self) -> None:
        for worker in self.workers:
            worker.close()

    def _account(self) -> TikTokAccount:
        open_id = uuid4().hex
        return TikTokAccount(
            workspace=self.workspace,
            open_id=open_id,
            client_key="test-key",
            username=open_id[:8],
            nickname="Luna",
            scopes=["user.info.basic", "video.publish", "video.upload", "video.list"],
        )


def connect(account: TikTokAccount) -> TikTokAccount:
    """The creator has agreed, anew or again, as `tiktok.confirmations` records it."""
    account.status, account.status_reason = AccountStatus.ACTIVE, ""
    account.access_expires_at = account.refresh_expires_at = _far()
    account.access_token = seal_on(account, "access_token", Secret("act.one"))
    account.refresh_token = seal_on(account, "refresh_token", Secret("rft.one"))
    account.generation += 1
    account.save()
    account_connected.send(sender=TikTokAccount, account=account)
    return account


def _far() -> datetime:
    return database_now() + YEARS


@contextmanager
def world(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[World]:
    """The world, until the block ends. Chunks are small here, and nobody waits for a message of the broker's."""
    for module in (commit, confirm, staging, starting):
        monkeypatch.setattr(module, "crashpoint", crashpoint)
    monkeypatch.setattr(chunks, "SMALLEST_CHUNK", CHUNK)
    monkeypatch.setattr(starting, "plan_staged", partial(chunks.plan_staged, chunk_size=CHUNK))
    monkeypatch.setattr(schedule, "INTENT_LEAD", timedelta(milliseconds=1))
    monkeypatch.setattr(receivers, "_after_commit", lambda task, **arguments: None)
    with movable_time(monkeypatch) as moments, noted_stages():
        alice = make_person("Alice")
        here = World(moments, alice, make_workspace(alice), settings)
        monkeypatch.setattr(wiring, "_shared", lambda: Door(here))
        try:
            with workspace_scope(here.workspace):
                yield here
        finally:
            here.close()
