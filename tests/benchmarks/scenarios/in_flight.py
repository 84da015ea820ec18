"""The everyday case again, while TikTok is asked about five thousand posts that it is still processing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import aiohttp

from tests.benchmarks import load, ours
from tests.benchmarks.bench import CLIP_BYTES
from tests.benchmarks.lateness import Lateness, middle
from tests.benchmarks.rows import Check, Row, quotient
from tests.benchmarks.scenarios import random_instants

if TYPE_CHECKING:
    from tests.benchmarks.bench import Bench
    from tests.benchmarks.remote import OpenUpload

IN_FLIGHT = 5_000
PROCESSING_SECONDS = 3_600.0
SENT_AT_ONCE = 16


def rows(bench: Bench) -> Iterator[Row]:
    alone = middle(random_instants.measured(bench))
    run, polls = bench.once("Oncue, random instants, 5000 in flight", lambda: _measure(bench))
    yield Row(
        f"lateness at random instants while {IN_FLIGHT} in flight are polled: p99",
        run.p99,
        "ms",
        [
            Check(
                "against the same with nothing in flight", quotient(run.p99, alone.p99), most=1.25, unit="×"
            ),
            Check("status fetches meanwhile", polls, least=1),
            *random_instants.nothing_wrong([run]),
        ],
        peers={"Oncue, nothing in flight": alone.p99},
        against="Oncue, nothing in flight",
        runs=[run.as_json()],
        note=f"{polls:g} status fetches meanwhile",
    )


def _measure(bench: Bench) -> tuple[Lateness, float]:
    ours.fill_queue(bench)
    bench.start_ours()
    bench.fresh_sandbox(processing_seconds=PROCESSING_SECONDS)
    captions = ours.captions_of(IN_FLIGHT)
    uploads = bench.remote.open_uploads(load.cast_of(bench).connections, captions, CLIP_BYTES)
    asyncio.run(_send_all(uploads))
    posts = load.schedule_in_flight(bench, captions, uploads)
    try:
        before = bench.remote.count("status")
        lateness = ours.measure(bench, random_instants.offsets(), fresh=False)
        return lateness, float(bench.remote.count("status") - before)
    finally:
        load.forget(posts)


async def _send_all(uploads: Sequence[OpenUpload]) -> None:
    """What the engine would have sent."""
    clip, room = bytes(CLIP_BYTES), asyncio.Semaphore(SENT_AT_ONCE)
    headers = {"Content-Type": "video/mp4", "Content-Range": f"bytes 0-{CLIP_BYTES - 1}/{CLIP_BYTES}"}
    async with aiohttp.ClientSession() as session:

        async def one(upload: OpenUpload) -> None:
            async with room, session.put(upload.upload_url, data=clip, headers=headers) as answer:
                answer.raise_for_status()

        await asyncio.gather(*(one(upload) for upload in uploads))
