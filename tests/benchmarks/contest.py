"""Measures a rival: fill its table, start it, let the due time come, and ask the sandbox what arrived when."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence, Set
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from tests.benchmarks import rivals
from tests.benchmarks.bench import CLIP_BYTES, say
from tests.benchmarks.lateness import Lateness

if TYPE_CHECKING:
    from tests.benchmarks.bench import Bench
    from tests.benchmarks.rivals import Rival
    from tests.processes import Process

DATABASE = "others"
HAND_OUT_SECONDS = 90.0
READY = r"ready|Worker process is ready|The following commands are available|running\.|Huey consumer started"
QUIET_SECONDS = 2.0
LOOKS_EVERY = 0.5


def together(posts: int) -> list[float]:
    """All due at one instant."""
    return [0.0] * posts


class HandedOutLate(Exception):
    """Its posts were due before the rival knew them all: that would be our fault and not its lateness."""


def measure(
    bench: Bench, rival: Rival, offsets: Sequence[float], *, latency_ms: int = 0, patience: float = 60.0
) -> Lateness:
    """The rival's lateness for posts due `offsets` seconds after T; what has not arrived `patience` s later is lost.

    With three times its lead where handing out took longer than that. Raises HandedOutLate where it did again.
    """
    if rival.needs_peers:
        rivals.make_peers_ready()
    _others_database(bench)
    bench.rest_ours()
    try:
        return _measure(bench, rival, offsets, latency_ms, patience)
    except HandedOutLate as late:
        say(f"{rival.name}: {late} Once more, with more time.")
        return _measure(bench, replace(rival, lead=3 * rival.lead), offsets, latency_ms, patience)


def _measure(
    bench: Bench, rival: Rival, offsets: Sequence[float], latency_ms: int, patience: float
) -> Lateness:
    bench.fresh_sandbox(limits=False)
    run = uuid4().hex[:6]
    captions = [f"{run}-{number}" for number in range(len(offsets))]
    uploads = bench.remote.open_uploads(bench.connections[:50], captions, CLIP_BYTES)
    bench.remote.settings(latency_ms=latency_ms)
    others = _Others(bench, rival, environment(bench, rival))
    try:
        others.start_workers()
        due = time.time() + rival.lead
        urls = [upload.upload_url for upload in uploads]
        _fill(bench, [(due + offset, url) for offset, url in zip(offsets, urls, strict=True)])
        others.hand_out()
        if time.time() > due + min(offsets):
            raise HandedOutLate(f"handing out took longer than {rival.lead:g} s.")
        ends = due + max(offsets)
        await_commits(bench, set(captions), begin=ends + QUIET_SECONDS, deadline=ends + patience)
    finally:
        others.end()
    when = {caption: round((due + offset) * 1e9) for caption, offset in zip(captions, offsets, strict=True)}
    return Lateness.of(when, bench.remote.commits())


def await_commits(bench: Bench, captions: Set[str], *, begin: float, deadline: float) -> None:
    """Wait until all of these have arrived or the deadline (epoch) has come; asks nothing before `begin`."""
    time.sleep(max(0.0, begin - time.time()))
    while time.time() < deadline:
        if captions <= {caption for caption, _ in bench.remote.commits()}:
            return
        time.sleep(LOOKS_EVERY)


def environment(bench: Bench, rival: Rival) -> dict[str, str]:
    """Where a rival finds its table and its broker."""
    postgres, redis_url = bench.postgres(), bench.redis_url("naive")
    path, _, number = redis_url.removeprefix("unix://").partition("?db=")
    own = {
        "BENCH_DATABASE_HOST": str(postgres.sockets),
        "BENCH_DATABASE_NAME": DATABASE,
        "BENCH_DATABASE_USER": "oncue",
        "BENCH_REDIS": redis_url,
        "BENCH_BROKER": f"redis+socket://{path}?virtual_host={number}",
        "DJANGO_SETTINGS_MODULE": "tests.benchmarks.naive.settings",
        "PYTHONPATH": str(rivals.PEERS) if rival.needs_peers else "",
        "PYTHONUNBUFFERED": "1",
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", "/"),
    }
    return own | dict(rival.environment)


class _Others:
    """The processes of one rival."""

    def __init__(self, bench: Bench, rival: Rival, surroundings: dict[str, str]) -> None:
        self.bench, self.rival, self.environment = bench, rival, surroundings
        self.started: list[Process] = []

    def start_workers(self) -> None:
        if self.rival.prepare and (tables := self._start(self.rival.prepare)).wait() != 0:
            raise RuntimeError(tables.output)
        workers = [self._start(argv) for argv in self.rival.workers]
        for worker in workers:
            worker.await_line(READY)

    def hand_out(self) -> None:
        told = [self._start(argv) for argv in self.rival.hand_out]
        for process in told:
            if self.rival.stays:
                process.await_line("ready")
            elif process.wait(HAND_OUT_SECONDS) != 0:
                raise RuntimeError(f"{self.rival.name} could not hand out:\n{process.output}")
        for argv in self.rival.after:
            self._start(argv)

    def end(self) -> None:
        for process in reversed(self.started):
            process.kill()

    def _start(self, argv: Sequence[str]) -> Process:
        scratch = str(self.bench.processes.state)
        known = [part.replace("{scratch}", scratch) for part in argv]
        process = self.bench.processes.start(self.rival.name.partition(",")[0], known, self.environment)
        self.started.append(process)
        return process


def _others_database(bench: Bench) -> None:
    bench.once("others' database", lambda: _make_database(bench))


def _make_database(bench: Bench) -> int:
    """The table of the naive project with its million other posts, due from tomorrow on."""
    queued = 100_000 if bench.quick else 1_000_000
    with bench.postgres().connect() as connection:
        connection.execute(f'CREATE DATABASE "{DATABASE}"')
    rival = rivals.naive()
    process = bench.processes.start(
        "naive-migrate", [sys.executable, "-m", "tests.benchmarks.naive.migrate"], environment(bench, rival)
    )
    if process.wait() != 0:
        raise RuntimeError(process.output)
    with bench.postgres().connect(DATABASE) as connection:
        connection.execute(
            "INSERT INTO naive_post (due_at, status, upload_url) "
            "SELECT now() + interval '1 day' + random() * interval '60 days', 'scheduled', '' "
            f"FROM generate_series(1, {queued})"
        )
        connection.execute("VACUUM ANALYZE naive_post")
    return queued


def _fill(bench: Bench, rows: Sequence[tuple[float, str]]) -> None:
    """Exactly these posts are to go out now."""
    with bench.postgres().connect(DATABASE) as connection, connection.cursor() as cursor:
        cursor.execute("DELETE FROM naive_post WHERE upload_url <> ''")
        with cursor.copy("COPY naive_post (due_at, status, upload_url) FROM STDIN") as copy:
            for instant, url in rows:
                copy.write_row((datetime.fromtimestamp(instant, UTC), "scheduled", url))
        cursor.execute("ANALYZE naive_post")


def known(
    bench: Bench,
    rival: Rival,
    offsets: Sequence[float],
    scene: str,
    *,
    latency_ms: int = 0,
    patience: float = 60.0,
) -> Lateness:
    """The rival's lateness in this scene, measured once per run."""
    found: Lateness = bench.once(
        f"{rival.name}, {scene}",
        lambda: bench.guarded(
            lambda: measure(bench, rival, offsets, latency_ms=latency_ms, patience=patience)
        ),
    )
    return found
