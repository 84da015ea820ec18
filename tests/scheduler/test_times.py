"""Wall clocks and instants: the gaps and repeats of F-39 and F-40, and what people type."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import hours
from accounts.models import User
from scheduler.times import (
    AmbiguousTime,
    NonexistentTime,
    NotATime,
    day_bounds,
    next_minute,
    next_valid,
    on_day,
    parse_time,
    resolve,
    week_of,
)

GAPS = [
    ("2027-03-28T02:30", "Europe/Berlin", "2027-03-28T03:00"),
    ("2027-03-28T02:00", "Europe/Berlin", "2027-03-28T03:00"),
    ("2027-03-14T02:30", "America/New_York", "2027-03-14T03:00"),
    ("2027-10-03T02:15", "Australia/Lord_Howe", "2027-10-03T02:30"),
    ("2027-04-30T00:30", "Africa/Cairo", "2027-04-30T01:00"),
    ("2027-09-05T00:30", "America/Santiago", "2027-09-05T01:00"),
]

REPEATS = [
    ("2027-10-31T02:30", "Europe/Berlin", "2027-10-31T00:30", "2027-10-31T01:30"),
    ("2027-11-07T01:30", "America/New_York", "2027-11-07T05:30", "2027-11-07T06:30"),
    ("2027-04-04T01:45", "Australia/Lord_Howe", "2027-04-03T14:45", "2027-04-03T15:15"),
]

PLAIN = [
    ("2026-11-20T12:30", "Europe/Lisbon", "2026-11-20T12:30"),
    ("2026-07-20T12:30", "Europe/Lisbon", "2026-07-20T11:30"),
    ("2027-03-28T01:59", "Europe/Berlin", "2027-03-28T00:59"),
    ("2027-03-28T03:00", "Europe/Berlin", "2027-03-28T01:00"),
    ("2027-01-01T00:00", "Asia/Kathmandu", "2026-12-31T18:15"),
    ("2027-01-01T00:00", "UTC", "2027-01-01T00:00"),
]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(("local", "zone", "instant"), PLAIN)
def test_an_ordinary_time_is_one_instant(local: str, zone: str, instant: str) -> None:
    assert resolve(at(local), zone) == at(instant).replace(tzinfo=UTC)


@pytest.mark.parametrize(("local", "zone", "following"), GAPS)
def test_a_skipped_time_names_the_next_one(local: str, zone: str, following: str) -> None:
    with pytest.raises(NonexistentTime) as caught:
        resolve(at(local), zone)

    assert caught.value.next_valid == at(following)
    resolve(caught.value.next_valid, zone)


@pytest.mark.parametrize(("local", "zone", "first", "second"), REPEATS)
def test_a_repeated_time_asks_which(local: str, zone: str, first: str, second: str) -> None:
    with pytest.raises(AmbiguousTime) as caught:
        resolve(at(local), zone)

    instants = (at(first).replace(tzinfo=UTC), at(second).replace(tzinfo=UTC))
    assert (caught.value.first, caught.value.second) == instants
    assert (resolve(at(local), zone, fold=0), resolve(at(local), zone, fold=1)) == instants


def test_a_choice_of_repeat_changes_nothing_elsewhere() -> None:
    local = at("2026-11-20T12:30")

    assert resolve(local, "Europe/Berlin", fold=1) == resolve(local, "Europe/Berlin")


def test_a_time_that_exists_keeps_its_seconds() -> None:
    local = at("2026-11-20T12:30:15")

    assert next_valid(local, "Europe/Berlin") == local
    assert on_day(local.date(), local.time(), "UTC") == (local, local.replace(tzinfo=UTC))


@given(
    local=st.datetimes(min_value=datetime(2024, 1, 1), max_value=datetime(2030, 1, 1)),  # noqa: DTZ001 a wall clock
    zone=st.sampled_from(["Europe/Berlin", "Australia/Lord_Howe", "Africa/Cairo", "America/Santiago", "UTC"]),
)
def test_every_time_is_shown_by_its_instant_or_refused(local: datetime, zone: str) -> None:
    following = next_valid(local, zone)

    if following == local:
        shown = resolve(local, zone, fold=0).astimezone(ZoneInfo(zone))
        assert shown.replace(tzinfo=None, fold=0) == local
    else:
        assert timedelta(0) < following - local <= timedelta(hours=1)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("12:30", time(12, 30)),
        ("9", time(9)),
        ("9.30", time(9, 30)),
        ("0930", time(9, 30)),
        ("930", time(9, 30)),
        ("9h30", time(9, 30)),
        ("18h", time(18)),
        (" 00:00 ", time(0)),
        ("23:59", time(23, 59)),
        ("9 pm", time(21)),
        ("9:30PM", time(21, 30)),
        ("12 am", time(0)),
        ("12pm", time(12)),
    ],
)
def test_a_time_may_be_typed_in_many_ways(typed: str, meant: time) -> None:
    assert parse_time(typed) == meant


@pytest.mark.parametrize(
    "typed", ["", "noon", "24:00", "12:60", "12:3", "1:2:3", "-1", "13 pm", "0 am", "99", "12345"]
)
def test_what_is_no_time_is_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(NotATime, match="Write the time as 12:30"):
        parse_time(typed)


def test_the_example_is_on_the_clock_of_who_reads_it() -> None:
    with hours.following(User(hours="12")):
        for typed in ("noon", "25:30"):
            with pytest.raises(NotATime, match=r"Write the time as 12:30 pm\.$"):
                parse_time(typed)


@pytest.mark.parametrize("day", ["2026-11-16", "2026-11-19", "2026-11-22"])
def test_a_week_begins_on_monday(day: str) -> None:
    assert week_of(date.fromisoformat(day)) == date(2026, 11, 16)


def test_a_day_lasts_as_long_as_its_zone_says() -> None:
    long, short = (day_bounds(date(2027, month, day), "Europe/Berlin") for month, day in ((10, 31), (3, 28)))

    assert long[1] - long[0] == timedelta(hours=25)
    assert short[1] - short[0] == timedelta(hours=23)


def test_a_day_without_midnight_starts_at_its_first_minute() -> None:
    starts, _ = day_bounds(date(2027, 9, 5), "America/Santiago")

    assert starts == datetime(2027, 9, 5, 4, 0, tzinfo=UTC)


def test_a_promised_minute_is_never_before_the_moment():
    moment = datetime(2026, 11, 20, 23, 7, 53, tzinfo=UTC)
    assert next_minute(moment) == moment.replace(minute=8, second=0)
    assert next_minute(moment.replace(second=0)) == moment.replace(second=0)
