"""One running step per account, a fair turn for each workspace, and no post that its lane forgets."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.db.models import F, Min

from accounts.tenancy import CrossTenant, cross_tenant, workspace_scope
from scheduler import dispatch, lanes
from scheduler.clock import database_now
from scheduler.lease import Lease
from scheduler.models import Lane, Post
from scheduler.states import CALLS, LaneKind, NextStep
from scheduler.transitions import LostRace
from tests.factories import make_account, make_media
from tests.people import make_person, make_workspace

ACCOUNTS = ("fernandfold", "northpeak.run", "kiln.street")
ELSEWHERE = "sobasunday"


@pytest.fixture
def due(studio: SimpleNamespace) -> SimpleNamespace:
    """Posts that are due now: `post()` for Luna, `others` three more accounts of the same workspace."""
    media = make_media(studio.workspace)
    studio.others = [make_account(studio.workspace, studio.tiktok, name) for name in ACCOUNTS]
    studio.due = lambda account=studio.luna, **fields: studio.post(account=account, media=media, **fields)
    return studio


def claim(kind: LaneKind = LaneKind.CALLS) -> list[lanes.WakeUp]:
    return dispatch.claim_lanes(kind)


def lane_of(account, kind: LaneKind = LaneKind.CALLS) -> Lane:
    with cross_tenant(CrossTenant.SEED):
        return Lane.objects.get(account=account, kind=kind)


def put(post: Post, **columns) -> None:
    with workspace_scope(post.workspace_id):
        Post.objects.filter(workspace_id=post.workspace_id, pk=post.pk).update(**columns)


def test_an_account_has_one_running_step_whatever_else_is_due(due):
    first, second = due.due(due_in=timedelta(seconds=1)), due.due(due_in=timedelta(seconds=2))
    assert [wake_up.post_id for wake_up in claim()] == [first.pk]
    assert claim() == []
    assert dispatch.claim_post(second.pk) == []


def test_the_next_post_of_an_account_goes_on_when_its_lane_is_left(due):
    due.due(due_in=timedelta(seconds=1))
    second = due.due(due_in=timedelta(seconds=2))
    (wake_up,) = claim()
    with workspace_scope(due.workspace):
        lease = Lease.take(wake_up)
        assert lease is not None
        lease.leave_lane()
    assert [wake_up.post_id for wake_up in dispatch.claim_post(second.pk)] == [second.pk]


def test_an_account_with_many_overdue_posts_blocks_nobody(due):
    for _ in range(20):
        due.due()
    other = due.due(due.others[0], due_in=timedelta(seconds=30))
    assert other.pk in {wake_up.post_id for wake_up in claim()}
    assert len(claim()) == 0


def test_a_workspace_with_many_due_accounts_leaves_every_second_turn_to_the_other(due, monkeypatch):
    for account in due.others:
        due.due(account, due_in=timedelta(minutes=-5))
    elsewhere = make_workspace(make_person("Charlie"), name="Elsewhere")
    theirs = due.post(account=make_account(elsewhere, due.tiktok, ELSEWHERE), media=make_media(elsewhere))
    monkeypatch.setattr(dispatch, "BATCH", 2)
    assert theirs.pk in {wake_up.post_id for wake_up in claim()}


def test_who_is_claimed_is_woken_in_turn(due):
    for account in due.others:
        due.due(account, due_in=timedelta(minutes=-5))
    elsewhere = make_workspace(make_person("Charlie"), name="Elsewhere")
    theirs = due.post(account=make_account(elsewhere, due.tiktok, ELSEWHERE), media=make_media(elsewhere))
    woken = [wake_up.post_id for wake_up in claim()]
    assert len(woken) == 4
    assert theirs.pk in woken[:2]


def test_a_workspace_that_has_much_running_waits_for_the_one_that_has_nothing(due, monkeypatch):
    monkeypatch.setattr(dispatch, "BATCH", 2)
    for account in due.others:
        due.due(account, due_in=timedelta(minutes=-5))
    claim()
    elsewhere = make_workspace(make_person("Charlie"), name="Elsewhere")
    theirs = due.post(account=make_account(elsewhere, due.tiktok, ELSEWHERE), media=make_media(elsewhere))
    monkeypatch.setattr(dispatch, "BATCH", 1)
    assert [wake_up.post_id for wake_up in claim()] == [theirs.pk]


def test_no_more_is_claimed_than_may_run_at_once(due, settings):
    settings.STEPS_AT_ONCE = 3
    for account in due.others:
        due.due(account)
    assert (len(claim()), len(claim())) == (3, 0)


def test_sends_and_calls_of_an_account_are_queues_apart(due):
    sending, calling = due.due(), due.due()
    put(sending, next_step=NextStep.SEND)
    assert [wake_up.post_id for wake_up in claim(LaneKind.SENDS)] == [sending.pk]
    assert [wake_up.post_id for wake_up in claim()] == [calling.pk]


def test_a_commit_waits_for_no_lane(due):
    due.due()
    claim()
    committing = due.due()
    put(committing, next_step=NextStep.COMMIT, next_step_at=database_now())
    assert [wake_up.post_id for wake_up in dispatch.claim_commits()] == [committing.pk]


def test_where_no_init_fits_into_the_minute_questions_go_on(due):
    starting, asking = due.due(due_in=timedelta(seconds=1)), due.due(due_in=timedelta(seconds=2))
    put(asking, next_step=NextStep.ASK)
    with cross_tenant(CrossTenant.SEED):
        Lane.objects.update(starts_at=database_now() + timedelta(seconds=30))
    assert [wake_up.post_id for wake_up in claim()] == [asking.pk]
    assert starting.pk not in {wake_up.post_id for wake_up in claim()}


def test_a_lane_whose_inits_wait_is_not_looked_at_before_they_fit(due):
    due.due()
    opens = database_now() + timedelta(seconds=30)
    with cross_tenant(CrossTenant.SEED):
        Lane.objects.update(starts_at=opens)
    assert claim() == []
    assert lane_of(due.luna).next_at == opens


def test_the_lane_of_a_dead_worker_is_free_after_its_lease(due):
    post = due.due()
    claim()
    left = lane_of(due.luna).busy_until - database_now()
    assert timedelta(seconds=13) < left <= timedelta(seconds=15)
    put(post, next_step_at=database_now())
    with cross_tenant(CrossTenant.SEED):
        Lane.objects.update(busy_until=database_now(), next_at=database_now())
    assert [wake_up.post_id for wake_up in claim()] == [post.pk]


def test_a_zombie_frees_no_lane_that_was_given_to_another_step(due):
    post = due.due()
    (old,) = claim()
    put(post, next_step_at=database_now())
    with cross_tenant(CrossTenant.SEED):
        Lane.objects.update(busy_until=database_now(), next_at=database_now())
    (new,) = claim()
    lanes.release([old.hold])
    assert lane_of(due.luna).busy_post == post.pk
    lanes.release([new.hold])
    assert lane_of(due.luna).busy_post is None


def test_a_lease_ends_with_its_lane(due):
    due.due()
    (wake_up,) = claim()
    with cross_tenant(CrossTenant.SEED):
        lease = Lease.take(wake_up)
        assert lease is not None
        Lane.objects.update(busy_fence=F("busy_fence") + 1)
        with pytest.raises(LostRace):
            lease.renew()


def test_a_wake_up_whose_lane_went_to_somebody_else_does_nothing(due):
    due.due()
    (wake_up,) = claim()
    with cross_tenant(CrossTenant.SEED):
        Lane.objects.update(busy_fence=F("busy_fence") + 1)
        assert Lease.take(wake_up) is None


def test_a_lane_is_never_later_than_its_first_waiting_post(due):
    posts = [due.due(account) for account in (due.luna, *due.others) for _ in range(3)]
    now = database_now()
    for number, post in enumerate(posts):
        put(post, next_step_at=now + timedelta(seconds=(number * 7) % 23 - 11))
        if number % 4 == 0:
            claim()
        if number % 3 == 0:
            put(post, next_step=NextStep.ASK if number % 2 else NextStep.SEND)
        _check_lanes()


def _check_lanes() -> None:
    with cross_tenant(CrossTenant.SEED):
        for kind, steps in ((LaneKind.CALLS, CALLS), (LaneKind.SENDS, {NextStep.SEND})):
            busy = Lane.objects.filter(busy_post__isnull=False).values("busy_post")
            waiting = Post.objects.filter(next_step__in=steps, next_step_at__isnull=False).exclude(
                pk__in=busy
            )
            for row in waiting.values("account_id").annotate(first=Min("next_step_at")):
                lane = Lane.objects.get(account_id=row["account_id"], kind=kind)
                assert lane.next_at is not None
                assert lane.next_at <= row["first"]


def test_claimers_at_the_same_moment_share_the_posts_and_double_none(due):
    posts = [due.due(account) for account in (due.luna, *due.others)]

    def claim_all() -> list[object]:
        try:
            return [wake_up.post_id for _ in range(3) for wake_up in claim()]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        found = [post for result in pool.map(lambda _: claim_all(), range(4)) for post in result]
    assert sorted(map(str, found)) == sorted(str(post.pk) for post in posts)


def test_a_post_put_into_a_lane_while_it_is_claimed_is_not_forgotten(due):
    """An insert that waits for a claim's lock pulls the lane forward again once it gets it."""
    first = due.due()
    (wake_up,) = claim()
    second = due.due()
    assert wake_up.post_id == first.pk
    assert lane_of(due.luna).next_at <= second.next_step_at


def test_a_hold_names_its_step_exactly(due):
    due.due()
    (wake_up,) = claim()
    with cross_tenant(CrossTenant.SEED):
        assert lanes.renew(wake_up.hold)
        assert not lanes.renew(replace(wake_up.hold, fence=wake_up.hold.fence + 1))
