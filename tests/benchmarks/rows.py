"""One line of the table: what was measured, what stands beside it, what was promised, and whether that holds.

A row never says that it holds: it is asked, and answers from its measured values. What was not measured does not
hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.benchmarks.noise import Measured


@dataclass(frozen=True)
class Check:
    """One measured number against one bound: `most` or `least`, in `unit`."""

    what: str
    measured: float | None
    most: float | None = None
    least: float | None = None
    unit: str = ""

    def __post_init__(self) -> None:
        if (self.most is None) == (self.least is None):
            raise ValueError("A check has one bound.")

    @property
    def holds(self) -> bool:
        if self.measured is None:
            return False
        return self.measured <= self.most if self.most is not None else self.measured >= (self.least or 0)

    @property
    def words(self) -> str:
        sign, bound = ("≤", self.most) if self.most is not None else ("≥", self.least)
        return f"{self.what} {sign} {bound:g}{f' {self.unit}' if self.unit else ''}"

    def as_json(self) -> dict[str, Any]:
        return {"check": self.words, "measured": rounded(self.measured), "holds": self.holds}


@dataclass(frozen=True)
class Row:
    """`peers`: the same measure of others, same unit, same run. `against`: the peer that `ratio` divides by."""

    name: str
    value: float | None
    unit: str
    checks: Sequence[Check]
    peers: Mapping[str, float | None] = field(default_factory=dict)
    against: str = ""
    runs: Any = ()
    note: str = ""

    @property
    def ratio(self) -> float | None:
        return quotient(self.value, self.peers.get(self.against))

    @property
    def goal(self) -> str:
        return "; ".join(check.words for check in self.checks)

    @property
    def holds(self) -> bool:
        return bool(self.checks) and self.value is not None and all(check.holds for check in self.checks)

    def as_json(self) -> dict[str, Any]:
        """The shape of `.data/bench.json`; `against`, `checks`, `note` and the raw `runs` stand below it."""
        return {
            "name": self.name,
            "value": rounded(self.value),
            "unit": self.unit,
            "peers": {name: rounded(value) for name, value in self.peers.items()},
            "ratio": rounded(self.ratio),
            "goal": self.goal,
            "holds": self.holds,
            "against": self.against,
            "checks": [check.as_json() for check in self.checks],
            "note": self.note,
            "runs": self.runs,
        }


def unmeasured(name: str, why: str) -> Row:
    """A row that could not be measured: it says so, and does not hold."""
    return Row(name, None, "", [], note=f"not measured: {why}")


def raw(runs: Mapping[str, Sequence[Measured]]) -> dict[str, Any]:
    """Every run of everybody, for the JSON."""
    return {name: [run.as_json() for run in each] for name, each in runs.items()}


def quotient(value: float | None, by: float | None) -> float | None:
    return None if value is None or not by else value / by


def rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")


def shown(value: float | None, unit: str = "") -> str:
    return "-" if value is None else f"{rounded(value):g} {unit}".strip()


def table(rows: Sequence[Row]) -> str:
    """The rows as text with all that stands beside them, one block each: a wide table would not fit a terminal."""
    blocks = []
    for row in rows:
        mark = "holds" if row.holds else "DOES NOT HOLD"
        lines = [f"{row.name}: {shown(row.value, row.unit)}  [{mark}]"]
        if row.peers:
            beside = ", ".join(f"{name} {shown(value, row.unit)}" for name, value in row.peers.items())
            lines.append(f"    beside it: {beside}")
        lines += [
            f"    {'ok ' if check.holds else 'NOT'} {check.words} (measured {shown(check.measured, check.unit)})"
            for check in row.checks
        ]
        lines += [f"    {row.note}"] if row.note else []
        blocks.append("\n".join(lines))
    return "\n".join(blocks)


def goals(rows: Sequence[Row]) -> str:
    """One line for each goal, those of a row under its name."""
    lines = []
    for row in rows:
        lines.append(f"{row.name}{'' if row.checks else ': not measured'}")
        lines += [
            f"  {'ok ' if check.holds else 'NOT'}  {shown(check.measured, check.unit):>14}   {check.words}"
            for check in row.checks
        ]
    return "\n".join(lines)
