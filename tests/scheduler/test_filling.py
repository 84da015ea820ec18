"""Filling free slots with drafts: the plan, what it does, and how it is taken back."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User, Workspace
from accounts.tenancy import workspace_scope
from scheduler import authoring, filling, slots, weeks
from scheduler.models import Post
from scheduler.states import EventKind, PostStatus
from tests.factories import make_media, make_post
from tests.scheduler.accounts import plain_account

ACCOUNTS = [SimpleNamespace(pk=uuid4()) for _ in range(3)]
START = datetime(2027, 6, 7, tzinfo=UTC)


@given(
    posts=st.lists(st.integers(0, 2), max_size=12),
    free=st.lists(st.integers(0, 2), max_size=20),
)
def test_a_plan_gives_each_post_the_earliest_slot_of_its_own_account(
    posts: list[int], free: list[int]
) -> None:
    drafts = [SimpleNamespace(account_id=ACCOUNTS[n].pk, number=i) for i, n in enumerate(posts)]
    offered = [
        slots.FreeSlot(ACCOUNTS[n], START + timedelta(hours=i), START + timedelta(hours=i))
        for i, n in enumerate(free)
    ]

    placed = filling.plan(drafts, iter(offered))

    assert [each.slot.at for each in placed] == sorted({each.slot.at for each in placed})
    for number, account in enumerate(ACCOUNTS):
        theirs = [each for each in placed if each.slot.account is account]
        assert len(theirs) == min(posts.count(number), free.count(number))
        assert [each.post for each in theirs] == [
            draft for draft in drafts if draft.account_id == account.pk
        ][: len(theirs)]
        assert [each.slot for each in theirs] == [slot for slot in offered if slot.account is account][
            : len(theirs)
        ]


@pytest.mark.django_db
class TestFill:
    @pytest.fixture(autouse=True)
    def inside(self, harbour: Workspace, alice: User):
        with workspace_scope(harbour):
            self.alice, self.harbour = alice, harbour
            self.luna = plain_account(harbour, "luna.bakes")
            weeks.add(account=self.luna, places=[(0, time(12, 30)), (3, time(12, 30))], by=alice)
            yield

    def draft(self, **fields) -> Post:
        known = {"account": self.luna, "caption": "Loaf"}
        return authoring.create(workspace=self.harbour, by=self.alice, fields=known | fields)

    def test_drafts_get_their_times_and_stay_drafts(self) -> None:
        drafts = [self.draft(), self.draft()]

        placed = filling.fill(drafts, by=self.alice, after=START)

        rows = [Post.objects.get(pk=draft.pk) for draft in drafts]
        assert [row.due_local for row in rows] == ["2027-06-07T12:30:00", "2027-06-10T12:30:00"]
        assert [row.due_zone for row in rows] == ["Europe/Lisbon"] * 2
        assert {row.status for row in rows} == {PostStatus.DRAFT}
        assert [(each.post.pk, each.version) for each in placed] == [(row.pk, 2) for row in rows]
        assert rows[0].events.filter(kind=EventKind.EDITED, by=self.alice).count() == 1

    def test_what_was_planned_first_is_what_happens(self) -> None:
        drafts = [self.draft(), self.draft()]
        planned = filling.plan_for(drafts, after=START)

        assert Post.objects.filter(due_at__isnull=False).count() == 0
        placed = filling.fill(drafts, by=self.alice, after=START)

        assert [each.slot.at for each in placed] == [each.slot.at for each in planned]

    def test_a_taken_slot_is_passed_over_and_a_filled_one_is_taken(self) -> None:
        make_post(
            self.luna,
            make_media(self.harbour),
            self.alice,
            due_at=datetime(2027, 6, 7, 11, 30, tzinfo=UTC),
        )

        [first] = filling.fill([self.draft()], by=self.alice, after=START)
        [second] = filling.fill([self.draft()], by=self.alice, after=START)

        assert f"{first.slot.local:%a %d}" == "Thu 10"
        assert f"{second.slot.local:%a %d}" == "Mon 14"

    def test_only_drafts_without_a_time_and_with_a_connected_account_are_filled(self) -> None:
        gone = plain_account(
            self.harbour,
            "gone.cakes",
            status="disconnected",
            status_reason="by_person",
            access_token=None,
            refresh_token=None,
        )
        weeks.copy(account=self.luna, to=[gone], by=self.alice)
        dated = self.draft(
            due_at=START + timedelta(days=9), due_local="2027-06-16T01:00:00", due_zone="Europe/Lisbon"
        )
        cancelled = authoring.cancel(post=self.draft(), by=self.alice)

        placed = filling.fill(
            [dated, cancelled, self.draft(account=None), self.draft(account=gone)], by=self.alice
        )

        assert placed == []
        assert Post.objects.get(pk=dated.pk).due_local == "2027-06-16T01:00:00"

    def test_undo_takes_the_times_away_but_not_from_what_changed_since(self) -> None:
        first, second = drafts = [self.draft(), self.draft()]
        placed = filling.fill(drafts, by=self.alice, after=START)
        authoring.edit(
            post=second, version=placed[1].version, by=self.alice, fields={"caption": "Another loaf"}
        )

        undone = filling.unfill(
            workspace=self.harbour,
            placed=[(each.post.pk, each.version) for each in placed],
            by=self.alice,
        )

        assert [post.pk for post in undone] == [first.pk]
        assert Post.objects.get(pk=first.pk).due_at is None
        assert Post.objects.get(pk=first.pk).due_local == ""
        assert Post.objects.get(pk=second.pk).due_at is not None
