"""How late requests arrived: the due instant to the last byte of the request that posts, as the sandbox saw it.

Arrivals are counted from the due instant, never from when a worker got round to it, so waiting is not left out.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from tests.benchmarks.noise import Measured

NS_PER_MS = 1_000_000


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least `percent` of all values do not exceed (nearest rank)."""
    if not values:
        raise ValueError("There is no percentile of nothing.")
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


@dataclass(frozen=True)
class Lateness(Measured):
    """Milliseconds; None where too much was lost for the number to exist. A lost post is late without end."""

    posts: int
    lost: int
    early: int
    doubled: int
    p50: float | None
    p95: float | None
    p99: float | None
    max: float | None
    min: float | None

    @classmethod
    def of(cls, due: Mapping[str, int], arrivals: Iterable[tuple[str, int]]) -> Lateness:
        """`due`: caption to due instant; `arrivals`: caption and instant of each commit. Nanoseconds since 1970."""
        seen = [(caption, at) for caption, at in arrivals if caption in due]
        first: dict[str, int] = {}
        for caption, at in seen:
            first[caption] = min(at, first.get(caption, at))
        late = [(at - due[caption]) / NS_PER_MS for caption, at in first.items()]
        lost = len(due) - len(first)
        with_lost = late + [math.inf] * lost
        return cls(
            posts=len(due),
            lost=lost,
            early=sum(value < 0 for value in late),
            doubled=sum(count > 1 for count in Counter(caption for caption, _ in seen).values()),
            p50=_finite(with_lost, 50),
            p95=_finite(with_lost, 95),
            p99=_finite(with_lost, 99),
            max=_finite(with_lost, 100),
            min=round(min(late), 3) if late else None,
        )


def _finite(values: Sequence[float], percent: float) -> float | None:
    found = percentile(values, percent) if values else math.inf
    return None if math.isinf(found) else round(found, 3)


def middle(runs: Sequence[Lateness]) -> Lateness:
    """The run whose p99 is the median; runs that lost so much that they have none count as the worst."""
    ordered = sorted(runs, key=lambda run: math.inf if run.p99 is None else run.p99)
    return ordered[(len(ordered) - 1) // 2] if len(ordered) % 2 else ordered[len(ordered) // 2]


def median_of(values: Iterable[float | None]) -> float | None:
    """The median of what could be measured; None where nothing was."""
    known = [value for value in values if value is not None]
    return median(known) if known else None
