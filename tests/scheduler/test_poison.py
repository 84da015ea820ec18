"""A post whose step always raises: put off further and further, given up in the end, in nobody else's way (F-57)."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest

from accounts.tenancy import workspace_scope
from scheduler import schedule
from scheduler.clock import database_now
from scheduler.lanes import WakeUp
from scheduler.lease import Lease
from scheduler.models import Post
from scheduler.recovery import after_crash
from scheduler.states import NextStep, Reason
from tests.scheduler.engine import attempts, fresh, publish

pytestmark = pytest.mark.django_db(transaction=True)


def crash(post: Post) -> Post:
    """A worker takes the post, and its step raises what nobody expected."""
    with workspace_scope(post.workspace_id):
        row = fresh(post)
        lease = Lease.take(WakeUp(row.workspace_id, row.pk, row.fence, NextStep.START, None))
        assert lease is not None
        after_crash(lease)
    return fresh(post)


def test_a_poison_post_is_put_off_and_given_up(studio: SimpleNamespace) -> None:
    post = studio.post()
    waits = []
    while (row := crash(post)).status == "scheduled":
        waits.append(row.next_step_at - database_now())

    assert len(waits) == schedule.MAX_TROUBLES
    assert waits[0] > timedelta(seconds=1)
    assert waits[-1] > timedelta(minutes=4)
    assert (row.status, row.reason, row.next_step_at) == ("failed", Reason.ENGINE_TROUBLE, None)
    assert attempts(post) == []


def test_another_post_of_the_account_goes_out_meanwhile(studio: SimpleNamespace) -> None:
    poison = crash(studio.post())

    assert publish(studio.post()).status == "published"
    assert fresh(poison).status == "scheduled"
