"""A line chart as geometry: points to coordinates, round numbers for its scale, moments for its time axis. Pure.

The server draws it (ui.md section 2: no script, no inline style). The drawing stretches to its box, so it holds no
text: labels stand beside it, evenly spaced, which is where the scale is round and time runs evenly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import NamedTuple

WIDTH, HEIGHT = 1000, 240
MOST_STEPS = 4
MOMENTS = 4
SHORT = timedelta(days=2)
"""Up to here the axis says hours, and days beyond."""


class Point(NamedTuple):
    """So much at that instant."""

    at: datetime
    value: int


class Tick(NamedTuple):
    """A round value of the scale, and where its line runs."""

    value: int
    y: float


@dataclass(frozen=True)
class Chart:
    """At least one point, in order, between two instants."""

    points: Sequence[Point]
    begins: datetime
    ends: datetime
    from_zero: bool = True

    @property
    def size(self) -> tuple[int, int]:
        return WIDTH, HEIGHT

    @property
    def ticks(self) -> list[Tick]:
        """From the top down."""
        low, high, step = self._scale
        return [Tick(value, self._y(value)) for value in range(high, low - 1, -step)]

    @property
    def moments(self) -> list[datetime]:
        """Evenly spaced instants of the time axis, ends included."""
        span = self.ends - self.begins
        return [self.begins + span * number / (MOMENTS - 1) for number in range(MOMENTS)]

    @property
    def is_short(self) -> bool:
        return self.ends - self.begins <= SHORT

    @property
    def line(self) -> str:
        """The `d` of the line's path."""
        return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in self._spots)

    @property
    def area(self) -> str:
        """The `d` of what lies under the line."""
        spots = self._spots
        return f"{self.line}L{spots[-1][0]:.1f} {HEIGHT}L{spots[0][0]:.1f} {HEIGHT}Z"

    @property
    def now(self) -> Point:
        """The last point."""
        return self.points[-1]

    @property
    def last_spot(self) -> str:
        """The `d` of a line without length: with round ends it is a dot, however the drawing is stretched."""
        x, y = self._spots[-1]
        return f"M{x:.1f} {y:.1f}h0"

    @property
    def _spots(self) -> list[tuple[float, float]]:
        span = (self.ends - self.begins) / timedelta(seconds=1) or 1.0
        return [
            ((at - self.begins) / timedelta(seconds=1) / span * WIDTH, self._y(value))
            for at, value in self.points
        ]

    @property
    def _scale(self) -> tuple[int, int, int]:
        """Lowest and highest value of the scale, and its step."""
        values = [point.value for point in self.points]
        low, high = (0 if self.from_zero else min(values)), max(values)
        for step in _round_steps():
            bottom = low // step * step
            top = max(-(-high // step) * step, bottom + step)
            if (top - bottom) // step <= MOST_STEPS:
                return bottom, top, step
        raise AssertionError("steps grow without end")

    def _y(self, value: int) -> float:
        low, high, _ = self._scale
        return HEIGHT - (value - low) / (high - low) * HEIGHT


def _round_steps() -> Iterator[int]:
    """1, 2, 5, 10, 20, 50 …"""
    return (digit * 10**power for power in count() for digit in (1, 2, 5))
