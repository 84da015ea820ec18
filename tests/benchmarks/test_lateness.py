from __future__ import annotations

import pytest

from tests.benchmarks.lateness import Lateness, median_of, middle, percentile

MS = 1_000_000


def test_a_percentile_is_a_value_that_was_measured():
    values = [float(value) for value in range(1, 101)]
    assert [percentile(values, percent) for percent in (50, 95, 99, 100)] == [50, 95, 99, 100]
    assert percentile([7.0], 99) == 7.0
    assert percentile([3.0, 1.0, 2.0], 50) == 2.0


def test_nothing_has_no_percentile():
    with pytest.raises(ValueError, match="nothing"):
        percentile([], 50)


def test_lateness_counts_from_the_due_instant_of_each_post():
    found = Lateness.of({"a": 0, "b": 10 * MS}, [("a", 4 * MS), ("b", 11 * MS)])
    assert (found.posts, found.p50, found.max, found.min) == (2, 1.0, 4.0, 1.0)
    assert (found.lost, found.early, found.doubled) == (0, 0, 0)


def test_what_never_arrived_is_lost_and_late_without_end():
    due = {str(number): 0 for number in range(100)}
    one_lost = Lateness.of(due, [(str(number), MS) for number in range(99)])
    two_lost = Lateness.of(due, [(str(number), MS) for number in range(98)])
    assert (one_lost.lost, one_lost.p99, one_lost.max) == (1, 1.0, None)
    assert (two_lost.lost, two_lost.p99) == (2, None)


def test_early_and_doubled_arrivals_are_counted():
    found = Lateness.of({"a": 5 * MS, "b": 0}, [("a", 4 * MS), ("a", 9 * MS), ("b", MS), ("stranger", 0)])
    assert (found.early, found.doubled, found.lost, found.min) == (1, 1, 0, -1.0)


def test_the_middle_run_is_the_one_with_the_median_p99_and_a_run_without_one_is_the_worst():
    quick, slow, lossy = (
        Lateness(1, 0, 0, 0, 1, 1, 1, 1, 1),
        Lateness(1, 0, 0, 0, 2, 2, 2, 2, 2),
        Lateness(1, 1, 0, 0, None, None, None, None, None),
    )
    assert middle([lossy, quick, slow]) is slow
    assert middle([quick, slow]) is slow
    assert middle([quick]) is quick


def test_the_median_ignores_what_could_not_be_measured():
    assert median_of([3.0, None, 1.0, 2.0]) == 2.0
    assert median_of([None]) is None
