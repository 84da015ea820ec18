"""A whole Oncue of real processes around one world, and a way to break each of them.

`Engine.start` forks workers, beat and the site as `config/supervisor/parts.py` words them. A part is known by its name;
one that was killed is started again under the same name.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import redis
from django.db.models import Q

from accounts.tenancy import CrossTenant, cross_tenant
from config.supervisor import parts
from scheduler.models import Post
from tests.faults.world import FINAL, World
from tests.processes import Process, Processes
from tests.sandbox_process import Sandbox
from tests.scheduler.engine import attempts, fresh

WORKERS = {worker.name: worker for worker in parts.WORKERS}
PLAIN = ("clock", "publish", "uploads", "beat")
SETTLES_WITHIN = 120.0
"""Seconds after the last kill: a lease (15), a tick, an upload again where it takes one, a poll (5) or two; three
times that, on a machine that does much else. How soon it is, the campaign prints."""

PROCESSING_SECONDS = 0.3
READY = dict.fromkeys(WORKERS, r"ready\.") | {"beat": r"beat: Starting", "web": r"Booting worker"}


def eventually(condition: Callable[[], object], *, within: float, what: str) -> float:
    """Seconds until the condition held; fails after `within`. Looks often, as other processes send no news here."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > within:
            raise AssertionError(f"not within {within:g} s: {what}")
        time.sleep(0.05)
    return time.monotonic() - began


@dataclass
class Engine:
    """The processes around one world, and what a test asks of them."""

    world: World
    sandbox: Sandbox
    processes: Processes
    broker_url: str
    web_url: str
    state: Path
    parts: dict[str, Process] = field(default_factory=dict)
    everything_is_broken: bool = False
    last_kill: float = 0.0
    verdicts: list[object] = field(default_factory=list)
    _workers: int = 0

    # --- parts

    def start(self, *names: str, crashpoint: str = "", **environment: str) -> None:
        """Start these parts, all but the site unless told; a name may carry a number: `publish2`."""
        for name in names or PLAIN:
            self.parts[name] = self._start(name, {"ONCUE_CRASHPOINT": crashpoint, **environment})

    def begin(self, name: str, **environment: str) -> None:
        """Start one part without waiting until it is ready."""
        self.parts[name] = self._begin(name, environment)

    def await_ready(self) -> None:
        for name, process in self.parts.items():
            process.await_line(READY[name.rstrip("0123456789")])

    def kill(self, name: str) -> None:
        """SIGKILL to the part and whatever it started."""
        self.parts[name].kill()
        self.last_kill = time.monotonic()

    def restart(self, name: str) -> None:
        """Kill it, and start it again at once."""
        self.kill(name)
        self.start(name)

    def stop(self, name: str) -> int:
        """SIGTERM, as a deploy does; its exit code."""
        return self.parts[name].stop()

    def freeze(self, name: str) -> None:
        os.killpg(self.parts[name].pid, signal.SIGSTOP)

    def thaw(self, name: str) -> None:
        os.killpg(self.parts[name].pid, signal.SIGCONT)
        self.last_kill = time.monotonic()

    def await_crash(self, name: str, *, within: float = 60.0) -> None:
        """Wait until this part has killed itself at its crash point, then start a sound one in its place."""
        code = self.parts[name].wait(within)
        assert code == -signal.SIGKILL, self.parts[name].output
        self.last_kill = time.monotonic()
        self.start(name)

    def output(self) -> str:
        return "".join(text for _, text in self.processes.outputs())

    # --- the broker

    def flush_broker(self) -> None:
        with redis.Redis.from_url(self.broker_url) as broker:
            broker.flushdb()

    def queued(self, *queues: str) -> int:
        with redis.Redis.from_url(self.broker_url) as broker:
            return sum(int(broker.llen(queue)) for queue in queues or parts.ALL_QUEUES)

    # --- what became of posts

    def unsettled(self) -> list[Post]:
        """Due posts of the world that are neither at an end nor held with a reason."""
        ids = [post.pk for post in (*self.world.posts, *self.world.bystanders)]
        with cross_tenant(CrossTenant.SEED):
            rows = (
                Post.objects.filter(pk__in=ids)
                .exclude(status__in=FINAL)
                .exclude(~Q(hold=""), status="scheduled")
            )
            return list(rows)

    def settle(self, *, within: float = SETTLES_WITHIN) -> float:
        """Wait until every post is settled; seconds that took, counted from now."""
        return eventually(lambda: not self.unsettled(), within=within, what="all posts are settled")

    def settled(self, post: Post, *, within: float = SETTLES_WITHIN) -> Post:
        eventually(
            lambda: not any(row.pk == post.pk for row in self.unsettled()),
            within=within,
            what=f"{post.pk} is settled: {fresh(post).status}",
        )
        return fresh(post)

    def publish_ids(self, post: Post) -> list[str]:
        return [attempt.publish_id for attempt in attempts(post)]

    def seen(self, endpoint: str, *, times: int = 1, within: float = 30.0, **filters: str) -> None:
        """Wait until TikTok was asked this so often."""
        eventually(
            lambda: len(self.sandbox.requests(endpoint=endpoint, **filters)) >= times,
            within=within,
            what=f"TikTok has had {times} × {endpoint}",
        )

    def _start(self, name: str, environment: dict[str, str]) -> Process:
        child = self._begin(name, environment)
        child.await_line(READY[name.rstrip("0123456789")])
        return child

    def _begin(self, name: str, environment: dict[str, str]) -> Process:
        kind = name.rstrip("0123456789")
        if kind == "beat":
            return self.processes.start(name, parts.beat(), environment)
        if kind == "web":
            return self.processes.start(name, parts.web(*self._web_place()), environment)
        worker = WORKERS[kind]
        self._workers += 1
        argv = parts.worker(f"{name}-{self._workers}", worker.queues, threads=min(worker.threads, 8))
        return self.processes.start(name, argv, environment | worker.environment)

    def _web_place(self) -> tuple[str, int]:
        host, _, port = self.web_url.removeprefix("http://").partition(":")
        return host, int(port)


SOON = timedelta(seconds=6)
"""A due time that leaves room to start what a test starts."""
