"""A thousand, and five thousand, posts due at one instant, each on an account of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tests.benchmarks import contest, ours, rivals
from tests.benchmarks.contest import together
from tests.benchmarks.lateness import Lateness, middle
from tests.benchmarks.rivals import Rival
from tests.benchmarks.rows import Check, Row, quotient, raw
from tests.benchmarks.scenarios.random_instants import nothing_wrong

if TYPE_CHECKING:
    from tests.benchmarks.bench import Bench

POSTS, MANY = 1_000, 5_000
SLOW_MS = 300
PATIENCE = 60.0
BOUND_MS, BOUND_MANY_MS = 250.0, 2_000.0
NAIVE = "Celery + beat 1 s, 8 processes"


def peers() -> list[Rival]:
    return [
        rivals.procrastinate(),
        rivals.procrastinate(poll=0.1),
        rivals.apscheduler(),
        rivals.apscheduler(misfire=60),
        rivals.dramatiq(),
        rivals.huey(),
        rivals.djangoq(),
    ]


def measured(bench: Bench, posts: int, latency_ms: int, *, times: int = 3) -> list[Lateness]:
    """Our runs: cold connections, because TikTok's side is started anew for each."""
    runs: list[Lateness] = bench.once(
        f"Oncue, {posts} together, {latency_ms} ms",
        lambda: bench.repeat(lambda: ours.measure(bench, together(posts), latency_ms=latency_ms), full=times),
    )
    return runs


def bare(bench: Bench, posts: int, latency_ms: int, *, warm: bool, times: int = 2) -> list[Lateness]:
    """The limit's runs; the best of them counts, so that no noise flatters us."""
    rival = rivals.bare(warm=warm, lead=5.0 if posts <= POSTS else 12.0)
    runs: list[Lateness] = bench.once(
        f"bare client, {posts} together, {latency_ms} ms, {'warm' if warm else 'cold'}",
        lambda: bench.repeat(
            lambda: contest.measure(bench, rival, together(posts), latency_ms=latency_ms),
            full=times,
        ),
    )
    return sorted(runs, key=lambda run: run.p99 or float("inf"))


def rows(bench: Bench) -> Iterator[Row]:
    """The thousand: first on a slow remote beside the naive stack, then on a quick one beside every peer."""
    yield _on_slow_remote(bench)
    yield _beside_peers(bench)


def _on_slow_remote(bench: Bench) -> Row:
    runs = measured(bench, POSTS, SLOW_MS)
    naive = contest.known(
        bench,
        rivals.naive(processes=8),
        together(POSTS),
        "1000 together, slow",
        latency_ms=SLOW_MS,
        patience=PATIENCE,
    )
    warm, cold = bare(bench, POSTS, SLOW_MS, warm=True), bare(bench, POSTS, SLOW_MS, warm=False, times=1)
    typical, at_least = middle(runs), naive.p99 or PATIENCE * 1000
    return Row(
        f"lateness, {POSTS} together, remote {SLOW_MS} ms: p99",
        typical.p99,
        "ms",
        [
            Check("naive / ours", quotient(at_least, typical.p99), least=100, unit="×"),
            *_bounds(typical, runs, warm[0], BOUND_MS),
        ],
        peers={NAIVE: at_least, "bare client, warm": warm[0].p99, "bare client, cold": cold[0].p99},
        against="bare client, warm",
        runs=raw({"Oncue": runs, NAIVE: [naive], "bare client, warm": warm, "bare client, cold": cold}),
        note="" if naive.p99 else f"{naive.lost} posts of the naive stack were unsent {PATIENCE:g} s after T",
    )


def _beside_peers(bench: Bench) -> Row:
    runs = measured(bench, POSTS, 0)
    wanted = [rivals.naive(processes=8), *([] if bench.quick else peers())]
    others = {rival.name: _beside(bench, rival) for rival in wanted}
    found = {name: run for name, run in others.items() if isinstance(run, Lateness)}
    warm, cold = bare(bench, POSTS, 0, warm=True), bare(bench, POSTS, 0, warm=False, times=1)
    typical = middle(runs)
    best = min((run.p99 for run in found.values() if run.p99 is not None), default=None)
    return Row(
        f"lateness, {POSTS} together, remote 0 ms: p99",
        typical.p99,
        "ms",
        [
            Check("best peer / ours", quotient(best, typical.p99), least=5, unit="×"),
            Check("peers that could be measured", float(len(found)), least=len(wanted)),
            *_bounds(typical, runs, warm[0], BOUND_MS),
        ],
        peers={name: run.p99 for name, run in found.items()}
        | {"bare client, warm": warm[0].p99, "bare client, cold": cold[0].p99},
        against="bare client, warm",
        runs=raw({"Oncue": runs, "bare client, warm": warm, "bare client, cold": cold})
        | raw({name: [run] for name, run in found.items()}),
        note="; ".join(word for name, run in others.items() if (word := _trouble(name, run))),
    )


def _beside(bench: Bench, rival: Rival) -> Lateness | Exception:
    """One that does not run must not cost the others' numbers; the row says so, and does not hold."""
    try:
        return contest.known(bench, rival, together(POSTS), "1000 together", patience=PATIENCE)
    except Exception as error:  # noqa: BLE001  theirs, of any kind
        return error


def _trouble(name: str, run: Lateness | Exception) -> str:
    if isinstance(run, Exception):
        return f"{name} could not be measured: {str(run)[-300:]}"
    return f"{name} lost {run.lost}" if run.lost else ""


def rows_of_many(bench: Bench) -> Iterator[Row]:
    runs = measured(bench, MANY, 0, times=2)
    warm = bare(bench, MANY, 0, warm=True, times=1)
    typical = middle(runs)
    yield Row(
        f"lateness, {MANY} together, remote 0 ms: p99",
        typical.p99,
        "ms",
        [Check("p99", typical.p99, most=BOUND_MANY_MS, unit="ms"), *nothing_wrong(runs)],
        peers={"bare client, warm": warm[0].p99},
        against="bare client, warm",
        runs=raw({"Oncue": runs, "bare client, warm": warm}),
    )


def _bounds(typical: Lateness, runs: Sequence[Lateness], limit: Lateness, most: float) -> list[Check]:
    worst = max((run.p99 for run in runs if run.p99 is not None), default=None)
    return [
        Check("p99", typical.p99, most=most, unit="ms"),
        Check("p99 of the slowest run, connections cold", worst, most=most, unit="ms"),
        Check("ours / bare client", quotient(typical.p99, limit.p99), most=3, unit="×"),
        *nothing_wrong(list(runs)),
    ]
