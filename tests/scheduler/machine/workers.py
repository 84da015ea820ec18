"""Workers that stop wherever they speak to the outside, and go on, or die there, when the test says so.

Each is a process in miniature: threads of its own with database connections of their own, of which only one runs at a
time, and never while the test itself does. So a run is an order of events and nothing else, and can be repeated.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from django.db import connection

from accounts.tenancy import workspace_scope
from scheduler import commit, polling, publishing
from scheduler.clock import Clock
from scheduler.lanes import WakeUp
from scheduler.lease import Lease
from scheduler.recovery import after_crash
from scheduler.states import NextStep
from scheduler.transitions import LostRace
from tests.scheduler.machine.moments import Moments
from tests.scheduler.machine.remote import Fate, Remote
from tiktok.client.wire import Request, Response

PATIENCE = 30.0
"""Seconds after which a worker that neither stops nor ends hangs."""

_mine = threading.local()


class HasRemote(Protocol):
    """Whoever knows which TikTok there is now."""

    remote: Remote


class PowerCut(BaseException):
    """The process is gone: no handler of the engine's may run."""


def crashpoint(label: str) -> None:
    """Stands in for `accounts.crashpoints.crashpoint`: the worker stops here."""
    worker = getattr(_mine, "worker", None)
    if worker is not None:
        worker.stop_at(label)


class Worker:
    """One process. `at` is where it stands, None while it is idle."""

    def __init__(self, remote: Remote, moments: Moments) -> None:
        self.remote = remote
        self.moments = moments
        self.at: str | None = None
        self.fates: list[Fate] = []
        self._dead = False
        self._turn = threading.Semaphore(0)
        self._back = threading.Semaphore(0)
        self._hands = self._thread()
        self._loop = self._thread()
        self._job: Future[None] | None = None

    # --- what the test does

    def begin(self, wake_up: WakeUp, fates: list[Fate]) -> None:
        """Start on this message, up to the first stop."""
        self._dead, self.fates = False, list(fates)
        if wake_up.step in {NextStep.COMMIT, NextStep.ASK}:
            chunk = commit.commit_all if wake_up.step == NextStep.COMMIT else polling.ask_all
            self._run(self._loop, lambda: asyncio.run(chunk(Loop(self), [wake_up])))  # type: ignore[arg-type]
        else:
            self._run(self._hands, lambda: step(wake_up))

    def go_on(self, *, dies: bool = False) -> None:
        """Up to the next stop, or to the end; or die where it stands."""
        self._dead = dies
        self._turn.release()
        self._wait()

    def finish(self) -> None:
        while self.at is not None:
            self.go_on()

    def die(self) -> None:
        while self.at is not None:
            self.go_on(dies=True)

    def close(self) -> None:
        self.die()
        self._hands.submit(lambda: connection.close()).result(PATIENCE)
        self._hands.shutdown()
        self._loop.shutdown()

    # --- what happens inside

    def stop_at(self, label: str) -> None:
        if not self._dead:
            self.at = label
            self._back.release()
            self._turn.acquire()
        if self._dead:
            raise PowerCut(label)

    def send(self, request: Request) -> Response:
        """One call: stop before it, as a process may be stopped there for any time."""
        if request.label.startswith("/v2/oauth/"):  # made under the account's row lock
            return self.remote.answer(request, Fate.WELL)
        self.stop_at(f"before {request.label}")
        fate = self.fates.pop(0) if self.fates else Fate.WELL
        return self.remote.answer(request, fate)

    async def in_hands(self, work: Callable[[], Any]) -> Any:
        self.stop_at("before the database")
        return await asyncio.get_running_loop().run_in_executor(self._hands, work)

    async def let_pass_until(self, instant: datetime) -> None:
        reach = partial(self.moments.reach, instant)
        await asyncio.get_running_loop().run_in_executor(self._hands, reach)

    def _thread(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(1, initializer=lambda: setattr(_mine, "worker", self))

    def _run(self, where: ThreadPoolExecutor, job: Callable[[], None]) -> None:
        self.at = "started"
        self._job = where.submit(job)
        self._job.add_done_callback(lambda _: self._back.release())
        self._wait()

    def _wait(self) -> None:
        if not self._back.acquire(timeout=PATIENCE):
            raise TimeoutError(f"a worker hangs after {self.at}")
        assert self._job is not None
        if self._job.done():
            self.at = None
            error = self._job.exception()
            if error is not None and not isinstance(error, PowerCut):
                raise error


class Loop:
    """A `Clockwork` of one worker's: holding a post to its instant lets that time pass."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self.transport = AsyncDoor(worker)

    async def in_thread(self, work: Callable[[], Any]) -> Any:
        return await self._worker.in_hands(work)

    async def until(self, clock: Clock, instant: datetime) -> None:
        self._worker.stop_at("holding")
        await self._worker.let_pass_until(instant)

    async def until_moving(self, clock: Clock, instant: Callable[[], datetime]) -> None:
        await self.until(clock, instant())


class AsyncDoor:
    """The way to TikTok in an event loop."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    async def send(self, request: Request, *, deadline: float) -> Response:
        return self._worker.send(request)

    async def warm(self, url: object, connections: int) -> int:
        return connections


class Door:
    """The way to TikTok of whoever calls: a worker stops there, a person does not."""

    def __init__(self, here: HasRemote) -> None:
        self._here = here

    def send(self, request: Request, *, deadline: float) -> Response:
        worker = getattr(_mine, "worker", None)
        return self._here.remote.answer(request, Fate.WELL) if worker is None else worker.send(request)


def step(wake_up: WakeUp) -> None:
    """What `tasks.take_step` does; a process that is killed leaves its lane busy."""
    with workspace_scope(wake_up.workspace_id):
        lease = Lease.take(wake_up)
        if lease is None:
            return
        crashpoint("claimed")
        try:
            publishing.take_step(lease, Clock.measure())
        except LostRace:
            pass
        except Exception:
            after_crash(lease)
            lease.leave_lane()
            raise
        lease.leave_lane()
