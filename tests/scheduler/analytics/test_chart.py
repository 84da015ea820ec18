"""The geometry of a line: round scales, even time, every point inside the drawing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.analytics.chart import HEIGHT, MOST_STEPS, WIDTH, Chart, Point

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def chart(*values: int, from_zero: bool = True) -> Chart:
    points = [Point(NOON + number * DAY, value) for number, value in enumerate(values)]
    return Chart(points, NOON, NOON + max(1, len(values) - 1) * DAY, from_zero=from_zero)


def spots(path: str) -> list[tuple[float, float]]:
    pairs = (pair.split() for pair in path.removeprefix("M").split("L"))
    return [(float(x), float(y)) for x, y in pairs]


@pytest.mark.parametrize(
    ("values", "scale"),
    [
        ((0,), [1, 0]),
        ((3,), [3, 2, 1, 0]),
        ((7,), [8, 6, 4, 2, 0]),
        ((10,), [10, 5, 0]),
        ((11_935,), [15_000, 10_000, 5_000, 0]),
        ((9_000_000_000,), [10_000_000_000, 5_000_000_000, 0]),
    ],
)
def test_the_scale_is_round_and_begins_at_zero(values: tuple[int, ...], scale: list[int]) -> None:
    assert [tick.value for tick in chart(*values).ticks] == scale


def test_followers_are_drawn_where_they_are_and_not_from_zero() -> None:
    assert [tick.value for tick in chart(19_720, 20_480, from_zero=False).ticks] == [20_500, 20_000, 19_500]


def test_a_line_that_never_moves_has_a_scale_all_the_same() -> None:
    assert [tick.value for tick in chart(20, 20, from_zero=False).ticks] == [21, 20]


def test_first_and_last_instant_are_at_the_edges() -> None:
    drawn = chart(0, 5, 10)
    assert spots(drawn.line) == [(0, HEIGHT), (WIDTH / 2, HEIGHT / 2), (WIDTH, 0)]
    assert drawn.area.endswith(f"L{WIDTH:.1f} {HEIGHT}L0.0 {HEIGHT}Z")
    assert drawn.last_spot == f"M{WIDTH:.1f} 0.0h0"
    assert drawn.moments == [NOON + DAY * 2 * third / 3 for third in range(4)]


def test_a_single_moment_is_drawn_too() -> None:
    alone = Chart([Point(NOON, 4)], NOON, NOON)
    assert spots(alone.line) == [(0, 0)]
    assert alone.is_short


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=90), st.booleans())
def test_every_line_stays_inside_a_scale_of_few_steps(values: list[int], from_zero: bool) -> None:
    drawn = chart(*values, from_zero=from_zero)
    assert 2 <= len(drawn.ticks) <= MOST_STEPS + 1
    assert drawn.ticks[0].value >= max(values) >= min(values) >= (0 if from_zero else drawn.ticks[-1].value)
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in spots(drawn.line))
    steps = {before.value - after.value for before, after in zip(drawn.ticks, drawn.ticks[1:], strict=False)}
    assert len(steps) == 1
