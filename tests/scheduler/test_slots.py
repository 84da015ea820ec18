"""Posting slots: what a week means on a day, through every change of the clocks, and which slots are free."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User, Workspace
from accounts.tenancy import workspace_scope
from scheduler import authoring, slots, weeks
from scheduler.clock import database_now
from scheduler.models import PostingSlot
from scheduler.times import on_day
from tests.factories import make_media, make_post
from tests.scheduler.accounts import plain_account

ZONES = [
    "Europe/Lisbon",
    "Europe/Berlin",
    "America/New_York",
    "America/Santiago",
    "Africa/Cairo",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "UTC",
]
DAYS = st.dates(date(2026, 1, 1), date(2030, 12, 31))
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("day", "slot", "zone", "shown", "instant"),
    [
        ("2027-03-28", "02:30", "Europe/Berlin", "2027-03-28T03:00", "2027-03-28T01:00"),
        ("2027-03-14", "02:30", "America/New_York", "2027-03-14T03:00", "2027-03-14T07:00"),
        ("2027-10-03", "02:15", "Australia/Lord_Howe", "2027-10-03T02:30", "2027-10-02T15:30"),
        ("2027-04-30", "00:30", "Africa/Cairo", "2027-04-30T01:00", "2027-04-29T22:00"),
        ("2027-09-05", "00:30", "America/Santiago", "2027-09-05T01:00", "2027-09-05T04:00"),
        ("2027-10-31", "02:30", "Europe/Berlin", "2027-10-31T02:30", "2027-10-31T00:30"),
        ("2027-11-07", "01:30", "America/New_York", "2027-11-07T01:30", "2027-11-07T05:30"),
        ("2027-07-20", "12:30", "Europe/Lisbon", "2027-07-20T12:30", "2027-07-20T11:30"),
    ],
)
def test_a_slot_in_a_gap_is_the_next_time_and_in_a_repeat_the_first(
    day: str, slot: str, zone: str, shown: str, instant: str
) -> None:
    """F-39, F-40."""
    assert on_day(date.fromisoformat(day), time.fromisoformat(slot), zone) == (
        at(shown),
        at(instant).replace(tzinfo=UTC),
    )


def test_a_day_that_a_zone_left_out_has_no_slot() -> None:
    assert on_day(date(2011, 12, 30), time(9), "Pacific/Apia") is None


@given(day=DAYS, slot=TIMES, zone=st.sampled_from(ZONES))
def test_a_slot_fires_once_on_every_day_and_on_that_day(day: date, slot: time, zone: str) -> None:
    meant = on_day(day, slot, zone)

    assert meant is not None
    shown, instant = meant
    assert shown.date() == day
    assert instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == shown
    assert timedelta(0) <= shown - datetime.combine(day, slot) <= timedelta(hours=1)


@given(
    first=DAYS,
    length=st.integers(0, 20),
    zone=st.sampled_from(ZONES),
    week=st.dictionaries(st.integers(0, 6), st.lists(TIMES, max_size=4), max_size=7),
)
def test_a_range_of_days_holds_every_slot_once_in_order(
    first: date, length: int, zone: str, week: dict[int, list[time]]
) -> None:
    last = first + timedelta(days=length)

    found = slots.instants(week, first, last, zone)

    instants = [instant for _, instant in found]
    assert instants == sorted(set(instants))
    each_day = [slots.instants(week, day, day, zone) for day in (first, last)]
    assert all(set(day) <= set(found) for day in each_day)
    for number in range(length + 1):
        day = first + timedelta(days=number)
        on_it = [shown for shown, _ in found if shown.date() == day]
        assert len(on_it) <= len(set(week.get(day.weekday(), [])))
        assert bool(on_it) == bool(week.get(day.weekday()))


def test_two_slots_that_the_clocks_join_are_one() -> None:
    sunday = {6: [time(2, 30), time(3)]}

    assert len(slots.instants(sunday, date(2027, 3, 28), date(2027, 3, 28), "Europe/Berlin")) == 1
    assert len(slots.instants(sunday, date(2027, 3, 21), date(2027, 3, 21), "Europe/Berlin")) == 2


@pytest.mark.django_db
class TestFreeSlots:
    MONDAY = date(2027, 6, 7)

    @pytest.fixture(autouse=True)
    def inside(self, harbour: Workspace, alice: User):
        with workspace_scope(harbour):
            self.alice, self.harbour = alice, harbour
            self.luna = plain_account(harbour, "luna.bakes")
            yield

    def add(self, *weekdays: int, at: time = time(12, 30)) -> None:
        weeks.add(account=self.luna, places=[(weekday, at) for weekday in weekdays], by=self.alice)

    def post_at(self, instant: datetime, **fields):
        return make_post(self.luna, make_media(self.harbour), self.alice, due_at=instant, **fields)

    def test_an_account_without_slots_has_no_next_one(self) -> None:
        assert slots.next_free(self.luna) is None
        assert slots.free_slots([self.luna], self.MONDAY, self.MONDAY) == []

    def test_slots_are_on_the_clocks_of_the_workspace(self) -> None:
        self.add(0, 2)

        found = slots.free_slots([self.luna], self.MONDAY, self.MONDAY + timedelta(days=6))

        assert [slot.local for slot in found] == [at("2027-06-07T12:30"), at("2027-06-09T12:30")]
        assert [slot.at for slot in found] == [
            datetime(2027, 6, 7, 11, 30, tzinfo=UTC),
            datetime(2027, 6, 9, 11, 30, tzinfo=UTC),
        ]
        assert found[0].due == {
            "due_at": found[0].at,
            "due_local": "2027-06-07T12:30:00",
            "due_zone": "Europe/Lisbon",
        }

    def test_a_planned_post_takes_its_slot_and_a_cancelled_one_gives_it_back(self) -> None:
        self.add(0)
        after = datetime(2027, 6, 6, tzinfo=UTC)
        planned = self.post_at(datetime(2027, 6, 7, 11, 30, 20, tzinfo=UTC))
        assert slots.next_free(self.luna, after=after) == datetime(2027, 6, 14, 11, 30, tzinfo=UTC)

        authoring.cancel(post=planned, by=self.alice)

        assert slots.next_free(self.luna, after=after) == datetime(2027, 6, 7, 11, 30, tzinfo=UTC)

    def test_another_account_takes_nothing(self) -> None:
        self.add(0)
        berry = plain_account(self.harbour, "berry.cakes")
        make_post(
            berry, make_media(self.harbour), self.alice, due_at=datetime(2027, 6, 7, 11, 30, tzinfo=UTC)
        )

        assert len(slots.free_slots([self.luna, berry], self.MONDAY, self.MONDAY)) == 1

    def test_the_next_one_is_in_the_future_and_after_what_was_asked(self) -> None:
        self.add(*range(7), at=time(0, 1))
        now = database_now()

        first = slots.next_free(self.luna)
        assert first is not None
        second = slots.next_free(self.luna, after=first)

        assert now < first <= now + timedelta(days=2)
        assert second is not None
        assert second - first in {timedelta(hours=23), timedelta(days=1), timedelta(hours=25)}

    def test_past_days_have_no_free_slots(self) -> None:
        self.add(*range(7))

        assert slots.free_slots([self.luna], date(2026, 1, 1), date(2026, 1, 31)) == []

    def test_shared_times_are_those_that_every_account_has_free(self) -> None:
        self.add(0)
        self.add(0, at=time(9))
        berry = plain_account(self.harbour, "berry.cakes")
        weeks.add(account=berry, places=[(0, time(9)), (0, time(18))], by=self.alice)

        assert slots.shared_times([self.luna], self.MONDAY) == [time(9), time(12, 30)]
        assert slots.shared_times([self.luna, berry], self.MONDAY) == [time(9)]
        assert slots.shared_times([], self.MONDAY) == []

        self.post_at(datetime(2027, 6, 7, 8, 0, tzinfo=UTC))
        assert slots.shared_times([self.luna, berry], self.MONDAY) == []

    def test_a_full_year_ends_the_search(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.add(0)
        monkeypatch.setattr(slots, "HORIZON", timedelta(days=6))

        assert slots.next_free(self.luna, after=datetime(2027, 6, 8, 12, tzinfo=UTC)) is None

    def test_more_accounts_and_posts_cost_no_more_questions(
        self, django_assert_num_queries: CaptureQueriesContext
    ) -> None:
        self.add(*range(7))
        accounts = [self.luna, *(plain_account(self.harbour, f"creator{n}") for n in range(3))]
        for other in accounts[1:]:
            weeks.copy(account=self.luna, to=[other], by=self.alice)

        with django_assert_num_queries(3):
            found = slots.free_slots(accounts, self.MONDAY, self.MONDAY + timedelta(days=30))

        assert len(found) == 4 * 31

    def test_what_is_there_is_not_added_again(self) -> None:
        self.add(0, 1)
        self.add(1, 2)

        assert [str(slot) for slot in weeks.slots_of(self.luna)] == [
            "Monday 12:30",
            "Tuesday 12:30",
            "Wednesday 12:30",
        ]

    def test_a_week_has_room_for_so_many_and_no_more(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(weeks, "MOST", 2)

        with pytest.raises(weeks.TooManySlots, match="up to 2 slots"):
            self.add(0, 1, 2)

        assert PostingSlot.objects.filter(workspace=self.harbour).count() == 0

    def test_a_slot_is_removed_once_and_only_from_its_account(self) -> None:
        self.add(0)
        [slot] = weeks.slots_of(self.luna)
        berry = plain_account(self.harbour, "berry.cakes")

        assert weeks.remove(account=berry, slot_id=slot.pk, by=self.alice) is None
        assert weeks.remove(account=self.luna, slot_id=slot.pk, by=self.alice) == slot
        assert weeks.remove(account=self.luna, slot_id=slot.pk, by=self.alice) is None
        assert weeks.slots_of(self.luna) == []

    def test_a_copied_week_replaces_the_other_one(self) -> None:
        berry = plain_account(self.harbour, "berry.cakes")
        self.add(0, 4)
        weeks.add(account=berry, places=[(5, time(8))], by=self.alice)

        weeks.copy(account=self.luna, to=[berry], by=self.alice)

        assert [str(slot) for slot in weeks.slots_of(berry)] == ["Monday 12:30", "Friday 12:30"]
        assert len(weeks.slots_of(self.luna)) == 2
