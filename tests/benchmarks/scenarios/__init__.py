"""The rows of the table, in the order in which they are measured: what needs few queued posts first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from tests.benchmarks.scenarios import (
    burst,
    calendar,
    calls,
    claim,
    in_flight,
    large,
    random_instants,
    recover,
    rest,
)

if TYPE_CHECKING:
    from tests.benchmarks.bench import Bench
    from tests.benchmarks.rows import Row

Scenario = Callable[["Bench"], Iterable["Row"]]

SCENARIOS: dict[str, Scenario] = {
    "rest": rest.rows,
    "claim": claim.rows,
    "random": random_instants.rows,
    "flight": in_flight.rows,
    "burst": burst.rows,
    "calls": calls.rows,
    "many": burst.rows_of_many,
    "large": large.rows,
    "recovery": recover.rows,
    "calendar": calendar.rows,
}
