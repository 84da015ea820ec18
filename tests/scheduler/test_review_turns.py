"""Whose turn it is after a slice of an upload, and what a wake-up that came too late leaves behind."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from accounts.tenancy import CrossTenant, cross_tenant, workspace_scope
from scheduler import authoring, dispatch, publishing, tasks
from scheduler.clock import database_now
from scheduler.lease import Lease
from scheduler.models import Post
from scheduler.states import LaneKind, NextStep
from scheduler.transitions import keep
from tests.factories import make_account
from tests.scheduler.engine import fresh

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sending(studio: SimpleNamespace):
    """A post of which chunks are to be sent now."""

    def post(account):
        row = studio.post(account=account)
        with workspace_scope(row.workspace_id):
            Post.objects.filter(workspace_id=row.workspace_id, pk=row.pk).update(
                next_step=NextStep.SEND, next_step_at=database_now()
            )
        return row

    return post


def test_after_a_slice_the_upload_that_waits_goes_on_before_the_same_one(
    studio, sending, settings, monkeypatch
):
    settings.UPLOADS_AT_ONCE = 1
    large, other = sending(studio.luna), sending(make_account(studio.workspace, studio.tiktok, "fernandfold"))
    woken = []
    monkeypatch.setattr(tasks, "_enqueue", woken.extend)
    monkeypatch.setattr(publishing, "take_step", slice_of)
    (first,) = dispatch.claim_lanes(LaneKind.SENDS)
    assert first.post_id == large.pk
    tasks.take_step(workspace_id=str(studio.workspace.pk), wake_up=tasks.tell(first))
    assert [wake_up.post_id for wake_up in woken] == [other.pk]


def slice_of(lease, clock):
    """Ten seconds of a large file; there is more of it."""
    post = Post.objects.get(pk=lease.post_id)
    keep(post, fence=lease.fence, next_step_at=database_now(), next_step=NextStep.SEND)


def test_no_more_uploads_are_woken_than_can_begin(studio, sending, settings):
    settings.UPLOADS_AT_ONCE = 1
    sending(studio.luna)
    other = sending(make_account(studio.workspace, studio.tiktok, "fernandfold"))
    assert len(dispatch.claim_lanes(LaneKind.SENDS)) == 1
    assert dispatch.claim_post(other.pk) == []


@pytest.mark.parametrize("together", [False, True])
def test_a_wake_up_that_was_overtaken_leaves_the_lane_to_the_next(studio, together):
    cancelled, waiting = studio.post(), studio.post()
    (wake_up,) = dispatch.claim_lanes(LaneKind.CALLS)
    with workspace_scope(studio.workspace):
        authoring.cancel(post=fresh(cancelled), by=studio.alice)
        taken = Lease.take_all([wake_up]) if together else Lease.take(wake_up)
    assert not taken
    assert [wake_up.post_id for wake_up in dispatch.claim_lanes(LaneKind.CALLS)] == [waiting.pk]


@pytest.mark.parametrize("together", [False, True])
def test_a_wake_up_that_comes_twice_leaves_the_lane_to_the_first(studio, together):
    studio.post(), studio.post()
    (wake_up,) = dispatch.claim_lanes(LaneKind.CALLS)
    with workspace_scope(studio.workspace):
        assert Lease.take(wake_up)
        assert not (Lease.take_all([wake_up]) if together else Lease.take(wake_up))
    assert dispatch.claim_lanes(LaneKind.CALLS) == []


def test_a_chunk_is_taken_for_a_whole_lease_with_its_lanes(studio):
    studio.post()
    (wake_up,) = dispatch.claim_lanes(LaneKind.CALLS)
    with cross_tenant(CrossTenant.CONFIRM):
        (lease,) = Lease.take_all([wake_up]).values()
        assert lease.lane == replace(wake_up.hold, fence=wake_up.hold.fence + 1)
        lease.renew()
