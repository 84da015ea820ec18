"""The everyday case again, while TikTok is asked about five thousand posts that it still processes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import aiohttp
from django.db.models import Sum

from accounts.tenancy import CrossTenant, cross_tenant
from scheduler.models import PublishAttempt
from tests.benchmarks import load, ours
from tests.benchmarks.bench import CLIP_BYTES
from tests.benchmarks.lateness import Lateness, middle
from tests.benchmarks.rows import Check, Row, quotient, raw
from tests.benchmarks.scenarios import random_instants

if TYPE_CHECKING:
    from scheduler.models import Post
    from tests.benchmarks.bench import Bench
    from tests.benchmarks.remote import OpenUpload

IN_FLIGHT, IN_FLIGHT_QUICK = 5_000, 1_000
PROCESSING_SECONDS = 3_600.0
SENT_AT_ONCE = 16


def rows(bench: Bench) -> Iterator[Row]:
    alone = middle(random_instants.measured(bench))
    posts = IN_FLIGHT_QUICK if bench.quick else IN_FLIGHT
    runs, polls = bench.once(f"Oncue, random instants, {posts} in flight", lambda: _measure(bench, posts))
    typical = middle(runs)
    yield Row(
        f"lateness at random instants while {posts} in flight are polled: p99",
        typical.p99,
        "ms",
        [
            Check(
                "against the same with nothing in flight",
                quotient(typical.p99, alone.p99),
                most=1.25,
                unit="×",
            ),
            Check("status fetches meanwhile / posts in flight", polls / posts, least=1, unit="×"),
            *random_instants.nothing_wrong(runs),
        ],
        peers={"Oncue, nothing in flight": alone.p99},
        against="Oncue, nothing in flight",
        runs=raw({"Oncue": runs}),
        note=f"{polls:g} status fetches meanwhile",
    )


def _measure(bench: Bench, in_flight: int) -> tuple[list[Lateness], int]:
    """The runs, and how many status fetches of those in flight were answered meanwhile."""
    ours.fill_queue(bench)
    bench.start_ours()
    bench.fresh_sandbox(processing_seconds=PROCESSING_SECONDS)
    captions = ours.captions_of(in_flight)
    uploads = bench.remote.open_uploads(load.cast_of(bench).connections, captions, CLIP_BYTES)
    asyncio.run(_send_all(uploads))
    posts = load.schedule_in_flight(bench, captions, uploads)
    try:
        runs = [bench.guarded(lambda: ours.measure(bench, random_instants.offsets(), fresh=False))]
        return runs, _polls_of(posts)
    finally:
        load.forget(posts)


def _polls_of(posts: Sequence[Post]) -> int:
    with cross_tenant(CrossTenant.SEED):
        attempts = PublishAttempt.objects.filter(post_id__in=[post.pk for post in posts])
        return attempts.aggregate(polls=Sum("polls"))["polls"] or 0


async def _send_all(uploads: Sequence[OpenUpload]) -> None:
    """What the engine would have sent."""
    clip, room = bytes(CLIP_BYTES), asyncio.Semaphore(SENT_AT_ONCE)
    headers = {"Content-Type": "video/mp4", "Content-Range": f"bytes 0-{CLIP_BYTES - 1}/{CLIP_BYTES}"}
    async with aiohttp.ClientSession() as session:

        async def one(upload: OpenUpload) -> None:
            async with room, session.put(upload.upload_url, data=clip, headers=headers) as answer:
                answer.raise_for_status()

        await asyncio.gather(*(one(upload) for upload in uploads))
