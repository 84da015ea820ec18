"""A whole engine of real processes: sandbox, Valkey, workers, beat, and a way to kill each of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import redis
from pytest_django import Settings

from scheduler.models import Post
from tests.factories import make_account, make_media, make_post
from tests.people import make_person, make_workspace
from tests.processes import Process, Processes
from tests.sandbox_process import Sandbox, start_sandbox
from tests.scheduler.engine import attempts, fresh

FINAL = {"published", "failed", "needs_check", "missed", "cancelled"}


def eventually(condition: Callable[[], bool], *, within: float, what: str) -> float:
    """Seconds until the condition held; fails after `within`. Looks often, as other processes send no news here."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > within:
            raise AssertionError(f"not within {within:g} s: {what}")
        time.sleep(0.1)
    return time.monotonic() - began


@dataclass
class Engine:
    """The processes around one workspace, and what a test asks of them."""

    sandbox: Sandbox
    processes: Processes
    environment: dict[str, str]
    broker_url: str
    make: Callable[..., Post]

    def worker(self, *, crashpoint: str = "") -> Process:
        return self.processes.start_worker(env=self.environment | {"ONCUE_CRASHPOINT": crashpoint})

    def beat(self) -> Process:
        return self.processes.start_beat(env=self.environment)

    def flush_broker(self) -> None:
        with redis.Redis.from_url(self.broker_url) as broker:
            broker.flushdb()

    def queued(self) -> int:
        with redis.Redis.from_url(self.broker_url) as broker:
            return sum(broker.llen(queue) for queue in ("publish", "upload"))

    def settled(self, post: Post, *, within: float) -> Post:
        """The post once its outcome is known; fails where it takes longer."""
        eventually(lambda: fresh(post).status in FINAL, within=within, what=f"{post.pk} is settled")
        return fresh(post)

    def posts_of(self, post: Post) -> int:
        """How many TikTok posts carry this post's caption: the ledger's word."""
        rows = [row for row in self.sandbox.ledger()["contents"] if row["caption"] == post.caption]
        return sum(row["posts"] for row in rows)

    def publish_ids(self, post: Post) -> list[str]:
        return [attempt.publish_id for attempt in attempts(post)]


@pytest.fixture
def engine(processes: Processes, tmp_path: Path, settings: Settings) -> Iterator[Engine]:
    sandbox = start_sandbox(tmp_path, allow_loopback=True)
    sandbox.control(settings={"processing_seconds": 0.5, "moderation_seconds": 0.0})
    environment = {
        "TIKTOK_API_BASE_URL": sandbox.base_url,
        "TIKTOK_AUTH_BASE_URL": sandbox.base_url,
        "TIKTOK_CLIENT_KEY": sandbox.client_key,
        "TIKTOK_CLIENT_SECRET": sandbox.client_secret,
    }
    alice = make_person("Alice")
    workspace = make_workspace(alice)
    luna = make_account(workspace, sandbox)

    def make(*, pad_to: int = 0, **fields: Any) -> Post:
        return make_post(luna, make_media(workspace, pad_to=pad_to), alice, **fields)

    yield Engine(sandbox, processes, environment, settings.REDIS_URL, make)
    sandbox.stop()
