"""Claiming due posts: through the account lanes, and plainly, with ten thousand and with a million posts queued.

The plain claim is the one for commits: the same table, `FOR UPDATE SKIP LOCKED` in order of time, no lanes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import connection

from accounts.tenancy import CrossTenant, cross_tenant
from scheduler import dispatch, lanes
from scheduler.states import LaneKind
from tests.benchmarks import backlog, ours
from tests.benchmarks.rows import Check, Row, quotient

if TYPE_CHECKING:
    from tests.benchmarks.bench import Bench

T = TypeVar("T")

FEW = 10_000
BATCH = 500
CLAIMS = 10
ROUNDS = 3
IDLE_TICKS = 100
CHURN = 40

# One post of each of so many accounts is due since a minute, for the lanes or for the clock; all others wait.
MAKE_DUE = """
WITH first AS (
    SELECT DISTINCT ON (account_id) id FROM scheduler_post
    WHERE account_id IN (SELECT id FROM bench_account WHERE n BETWEEN 102 AND 101 + %(posts)s)
    ORDER BY account_id, due_at
)
UPDATE scheduler_post AS post
SET next_step = %(step)s, next_step_at = now() - interval '1 minute' FROM first WHERE post.id = first.id
"""
REST = "UPDATE scheduler_post SET next_step = 'start', next_step_at = due_at - interval '85 seconds' WHERE {claimed}"
FREE = """
UPDATE scheduler_lane AS lane SET busy_until = NULL, busy_post = NULL, next_at = (
    SELECT min(next_step_at) FROM scheduler_post AS post
    WHERE post.account_id = lane.account_id AND next_step = 'start')
WHERE next_at < now() + interval '1 hour' OR busy_until IS NOT NULL
"""


def rows(bench: Bench) -> Iterator[Row]:
    bench.rest_ours()
    backlog.fill_queue(bench, FEW)
    few = _measure()
    ours.fill_queue(bench)
    many = _measure()
    with snapshot_held(bench):
        for _ in range(CHURN // CLAIMS):
            _claims(_through_lanes, "start")
        held = _measure()
    queued = bench.known["queued"]
    full = min(each["full"] for each in (few, many, held))
    yield Row(
        f"claim of {BATCH} through the account lanes, {queued:,} queued",
        many["lanes"],
        "ms",
        [
            _at_most(1.3, many["lanes"], few["lanes"], f"{queued:,} queued / {FEW:,} queued"),
            _at_most(1.3, held["lanes"], few["lanes"], f"a snapshot held open / {FEW:,} queued"),
            _at_most(2, many["lanes"], many["plain"], "lanes / plain claim"),
            Check("smallest claim / wanted", full, least=1),
        ],
        peers={
            "plain claim": many["plain"],
            f"{FEW:,} queued": few["lanes"],
            "a snapshot held open": held["lanes"],
        },
        against="plain claim",
        runs={"few": few["runs"], "many": many["runs"], "snapshot": held["runs"]},
    )
    yield Row(
        f"idle tick, {queued:,} queued",
        many["idle"],
        "ms",
        [Check("median", many["idle"], most=0.5, unit="ms")],
        peers={f"{FEW:,} queued": few["idle"]},
        against=f"{FEW:,} queued",
    )


def _at_most(most: float, value: float, by: float, what: str) -> Check:
    return Check(what, quotient(value, by), most=most, unit="×")


def _measure() -> dict[str, Any]:
    """Medians in milliseconds; `full` is the smallest share of a batch that a claim brought."""
    found: dict[str, list[tuple[float, int]]] = {"lanes": [], "plain": []}
    for _ in range(ROUNDS):
        found["lanes"] += _claims(_through_lanes, "start")
        found["plain"] += _claims(dispatch.claim_commits, "commit")
    return {
        **{how: median(taken for taken, _ in claims) for how, claims in found.items()},
        "full": min(count for claims in found.values() for _, count in claims) / BATCH,
        "idle": median(_timed(dispatch.look)[0] for _ in range(IDLE_TICKS)),
        "runs": found,
    }


def _claims(claim: Callable[[], list[Any]], step: str) -> list[tuple[float, int]]:
    """Claim by claim until what was made due is claimed: (milliseconds, posts) of each."""
    _execute(MAKE_DUE, {"posts": CLAIMS * BATCH, "step": step})
    _settle()
    taken = [_timed(claim) for _ in range(CLAIMS)]
    _execute(REST.format(claimed="next_step_at < now() + interval '1 hour' AND caption = 'queued'"))
    _execute(FREE)
    _settle()
    return [(spent, len(posts)) for spent, posts in taken]


def _through_lanes() -> list[Any]:
    with cross_tenant(CrossTenant.DISPATCH):
        return lanes.claim(LaneKind.CALLS, BATCH)


def _timed(act: Callable[[], T]) -> tuple[float, T]:
    began = time.perf_counter()
    found = act()
    return (time.perf_counter() - began) * 1000, found


def _settle() -> None:
    """As autovacuum would leave the tables some time later."""
    for table in ("scheduler_post", "scheduler_lane"):
        _execute(f"VACUUM ANALYZE {table}")


def _execute(statement: str, parameters: dict[str, Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


@contextmanager
def snapshot_held(bench: Bench) -> Iterator[None]:
    """Somebody forgot a transaction: nothing that dies meanwhile can be cleaned away."""
    with bench.postgres().connect("oncue") as other:
        other.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        other.execute("SELECT count(*) FROM scheduler_lane")
        yield
        other.execute("ROLLBACK")
