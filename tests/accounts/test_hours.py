"""Times of day on 24 hours or on 12, for whoever reads them."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from django.template import Context, Template

from accounts import hours
from accounts.models import User
from scheduler import times
from scheduler.recurrence import Rule

NOON = datetime(2026, 11, 20, 12, 30, 5, tzinfo=UTC)
HALF = User(hours="12")
DAY = User(hours="24")


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (time(0, 0), "12:00\N{NO-BREAK SPACE}am"),
        (time(9, 5), "9:05\N{NO-BREAK SPACE}am"),
        (time(12, 0), "12:00\N{NO-BREAK SPACE}pm"),
        (time(23, 59), "11:59\N{NO-BREAK SPACE}pm"),
    ],
)
def test_twelve_hours_are_named_by_their_half_of_the_day(at: time, words: str) -> None:
    with hours.following(HALF):
        assert hours.write(at) == words
        assert times.parse_time(words) == at  # what is printed can be typed


def test_a_clock_shows_24_hours_until_somebody_chooses_otherwise() -> None:
    for readers in ([], [object()], [DAY], [HALF, DAY]):
        with hours.following(*readers):
            assert hours.write(NOON, seconds=True) == "12:30:05"
            assert hours.typed("17:30") == "17:30"


def test_what_stands_in_a_field_is_what_its_reader_would_type() -> None:
    with hours.following(HALF):
        assert hours.typed("17:30") == "5:30 pm"
        assert hours.typed("00:00:07") == "12:00:07 am"
        assert [hours.typed(text) for text in ("5 pm", "25:00", "half past", "")] == [
            "5 pm",
            "25:00",
            "half past",
            "",
        ]
        for minutes in range(0, 24 * 60, 7):
            at = (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)).time()
            assert times.parse_time(hours.typed(f"{at:%H:%M}")) == at


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        ("{{ at|local:'Asia/Tokyo' }}", "Fri 20 Nov, 9:30 pm"),
        ("{{ at|local_time:'Asia/Tokyo' }}", "9:30 pm"),
        ("{{ at|local_seconds:'Asia/Tokyo' }}", "9:30:05 pm"),
        ("{{ at|clock }}", "12:30 pm"),
        ("{% time_typing %}", 'inputmode="text" placeholder="12:30 pm"'),
    ],
)
def test_every_way_to_print_a_time_follows_the_reader(tag: str, words: str) -> None:
    with hours.following(HALF):
        page = Template(tag).render(Context({"at": NOON}))
    assert page.replace(hours.NO_BREAK, " ").replace(" 2026", "") == words


def test_a_rule_says_its_time_as_its_reader_does() -> None:
    rule = Rule(weekdays=frozenset({0}), at=time(18, 0), starts=NOON.date())
    with hours.following(HALF):
        assert rule.words == f"Every Monday at 6:00{hours.NO_BREAK}pm"
