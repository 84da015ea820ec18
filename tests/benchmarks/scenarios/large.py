"""One video of 4 GB: how late its last byte is beside that of 4 MB, how fast it goes up, and in how much memory."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from statistics import median
from typing import TYPE_CHECKING

from django.core.files.storage import default_storage

from tests.benchmarks import ahead, load, sparse
from tests.benchmarks.lateness import Lateness, median_of
from tests.benchmarks.rows import Check, Row, quotient, raw
from tests.benchmarks.scenarios.random_instants import nothing_wrong
from tiktok.client.chunks import LARGEST_VIDEO, plan_staged

if TYPE_CHECKING:
    from scheduler.models import Media
    from tests.benchmarks.ahead import Ahead
    from tests.benchmarks.bench import Bench

LARGE, LARGE_QUICK, SMALL, WARM_UP = LARGEST_VIDEO, 400_000_000, 4_000_000, 64_000_000
MB = 1e6


def rows(bench: Bench) -> Iterator[Row]:
    size = LARGE_QUICK if bench.quick else LARGE
    space = load.cast_of(bench).media[0].workspace
    large, small, warm_up = (sparse.make_video(space, each) for each in (size, SMALL, WARM_UP))
    runs = bench.repeat(lambda: ahead.measure(bench, large, small, warm_up), full=2)
    yield _lateness(runs, *_unstaged(bench, large, small))
    yield from _upload(runs, size, _sendfile(bench, large))


def _unstaged(bench: Bench, large: Media, small: Media) -> tuple[Lateness, Lateness]:
    with bench.told(STAGE_UPLOADS="false"):
        return ahead.measure_unstaged(bench, large, small)


def _lateness(runs: Sequence[Ahead], large_unstaged: Lateness, small_unstaged: Lateness) -> Row:
    large, small = (median_of(run.large.max for run in runs), median_of(run.small.p50 for run in runs))
    more = None if large is None or small is None else large - small
    return Row(
        "lateness of one large video, sent ahead",
        large,
        "ms",
        [
            Check("large / 4 MB", quotient(large, small), most=3, unit="×"),
            Check("large - 4 MB", more, most=30, unit="ms"),
            *nothing_wrong([each for run in runs for each in (run.large, run.small)]),
        ],
        peers={
            "4 MB": small,
            "large, not sent ahead": large_unstaged.max,
            "4 MB, not sent ahead": small_unstaged.p50,
        },
        against="4 MB",
        runs=raw({"sent ahead": runs, "not sent ahead": [large_unstaged, small_unstaged]}),
    )


def _upload(runs: Sequence[Ahead], size: int, limit: float) -> Iterator[Row]:
    speed = median(run.bytes_per_second for run in runs) / MB
    more = max(run.more_bytes for run in runs) / MB
    yield Row(
        f"upload of {size / MB:,.0f} MB by a worker",
        speed,
        "MB/s",
        [Check("ours / sendfile", quotient(speed, limit / MB), least=0.7, unit="×")],
        peers={"socket.sendfile": limit / MB},
        against="socket.sendfile",
        runs=raw({"Oncue": runs}),
    )
    yield Row(
        f"memory of the uploads worker during {size / MB:,.0f} MB, above its rest",
        more,
        "MB",
        [Check("peak above rest (RSS)", more, most=8, unit="MB")],
        note=f"at rest: after an upload of {WARM_UP / MB:g} MB",
    )


def _sendfile(bench: Bench, large: Media) -> float:
    """The better of two, in bytes a second."""
    bench.rest_ours()
    bench.fresh_sandbox()
    uploads = bench.remote.open_uploads(bench.connections[:2], ["limit", "limit"], large.size)
    path, taken = default_storage.path(large.storage_key), []
    for upload in uploads:
        command = [sys.executable, "-m", "tests.benchmarks.sendfile", upload.upload_url, path]
        process = bench.processes.start("sendfile", command)
        taken.append(float(process.await_line(r"seconds (\S+)", ahead.SENT_WITHIN)[1]))
    plan = plan_staged(large.size)
    return plan.chunk_size * plan.last_index / min(taken)
