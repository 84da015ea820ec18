"""On which days a post comes back: every rule's days, by its weekdays, its pause and its end."""

from __future__ import annotations

from datetime import date, time, timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.recurrence import MOST_TIMES, MOST_WEEKS, Rule
from scheduler.times import week_of

NOON = time(12)
FRIDAY = date(2026, 11, 20)


def rule(*weekdays: int, **changes) -> Rule:
    return Rule(**{"weekdays": frozenset(weekdays), "at": NOON, "starts": FRIDAY} | changes)


def first(count: int, of: Rule) -> list[str]:
    return [f"{day:%d %b}" for day in islice(of.days(), count)]


@pytest.mark.parametrize(
    ("made", "days"),
    [
        (rule(4), ["27 Nov", "04 Dec", "11 Dec"]),
        (rule(0, 5), ["21 Nov", "23 Nov", "28 Nov"]),
        (rule(4, every_weeks=2), ["04 Dec", "18 Dec", "01 Jan"]),
        (rule(0, 5, every_weeks=3), ["21 Nov", "07 Dec", "12 Dec"]),
        (rule(4, times=2), ["27 Nov", "04 Dec"]),
        (rule(4, until=date(2026, 12, 4)), ["27 Nov", "04 Dec"]),
        (rule(4, until=date(2026, 12, 3)), ["27 Nov"]),
        (rule(4, until=FRIDAY), []),
    ],
)
def test_a_rule_falls_on_its_days(made: Rule, days: list[str]) -> None:
    assert first(3, made) == days


RULES = st.builds(
    Rule,
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    at=st.just(NOON),
    starts=st.dates(date(2026, 1, 1), date(2030, 1, 1)),
    every_weeks=st.integers(1, MOST_WEEKS),
    until=st.none(),
    times=st.none() | st.integers(1, MOST_TIMES),
)


@given(made=RULES, length=st.integers(0, 120))
def test_days_are_those_of_the_right_weekdays_and_weeks_and_no_others(made: Rule, length: int) -> None:
    last = made.starts + timedelta(days=length)

    found = made.days_between(made.starts, last)

    every = [made.starts + timedelta(days=number) for number in range(1, length + 1)]
    right = [
        day
        for day in every
        if day.weekday() in made.weekdays
        and (week_of(day) - week_of(made.starts)).days // 7 % made.every_weeks == 0
    ]
    assert found == (right if made.times is None else right[: made.times])


@given(made=RULES, split=st.integers(0, 60))
def test_two_looks_that_meet_find_what_one_look_finds(made: Rule, split: int) -> None:
    middle, last = made.starts + timedelta(days=split), made.starts + timedelta(days=90)

    halves = made.days_between(made.starts, middle) + made.days_between(middle + timedelta(days=1), last)

    assert halves == made.days_between(made.starts, last)


@given(made=RULES, after=st.integers(0, 400))
def test_a_rule_ends_where_no_day_follows(made: Rule, after: int) -> None:
    day = made.starts + timedelta(days=after)

    assert made.ends_by(day) == (not made.days_between(day + timedelta(days=1), day + timedelta(days=100)))


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (rule(4), "Every Friday at 12:00"),
        (rule(4, 0), "Every Monday and Friday at 12:00"),
        (rule(*range(7)), "Every day at 12:00"),
        (rule(0, 2, 4, every_weeks=2), "Every 2 weeks on Monday, Wednesday and Friday at 12:00"),
        (rule(*range(7), every_weeks=3), "Every 3 weeks on every day at 12:00"),
    ],
)
def test_a_rule_has_words(made: Rule, words: str) -> None:
    assert made.words == words
