"""Late, missed, or one at a time: what becomes of posts whose time has passed."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError

from accounts.models import AuditEvent, User, Workspace
from accounts.tenancy import workspace_scope
from scheduler import lateness
from scheduler.clock import database_now
from scheduler.models import Post
from scheduler.states import Reason
from scheduler.transitions import keep
from tests.scheduler.engine import fresh
from tests.scheduler.rows import attempt, copy_of

pytestmark = pytest.mark.django_db(transaction=True)

MINUTE = timedelta(minutes=1)


def goes_out(post: Post) -> timedelta | None:
    """How long from now the post has to wait; None: not at all."""
    now = database_now()
    with workspace_scope(post.workspace_id):
        instant = lateness.not_before(fresh(post), now)
    return None if instant is None else instant - now


def test_without_a_choice_the_limit_is_an_hour(studio: SimpleNamespace) -> None:
    post, now = studio.post(), database_now()
    with workspace_scope(studio.workspace):
        limit = lateness.limit_of(studio.workspace.pk)

    assert limit == 60
    assert not lateness.too_late(post, post.due_at + 59 * MINUTE, limit)
    assert lateness.too_late(post, post.due_at + 61 * MINUTE, limit)
    assert not lateness.too_late(post, now, limit)


def test_each_workspace_chooses_its_own_limit_and_the_change_is_audited(
    alice: User, harbour: Workspace, elsewhere: Workspace
) -> None:
    with workspace_scope(harbour):
        lateness.choose_limit(workspace=harbour, minutes=5, by=alice)
        lateness.choose_limit(workspace=harbour, minutes=5, by=alice)
        assert lateness.limit_of(harbour.pk) == 5
        event = AuditEvent.objects.get(action="publishing.late_limit")
    with workspace_scope(elsewhere):
        assert lateness.limit_of(elsewhere.pk) == 60
    assert (event.by, event.detail) == (alice, {"was": 60, "now": 5})


def test_the_database_refuses_more_than_a_day(alice: User, harbour: Workspace) -> None:
    with workspace_scope(harbour), pytest.raises(IntegrityError, match="late_limit_at_most_a_day"):
        lateness.choose_limit(workspace=harbour, minutes=1441, by=alice)


def test_no_minute_late_still_leaves_the_step_its_own_time(studio: SimpleNamespace) -> None:
    post = studio.post()

    assert not lateness.too_late(post, post.due_at + timedelta(seconds=30), 0)
    assert lateness.too_late(post, post.due_at + 2 * MINUTE, 0)


def test_a_punctual_post_never_waits(studio: SimpleNamespace) -> None:
    attempt(studio.post(due_in=-5 * MINUTE))

    assert goes_out(studio.post()) is None
    assert goes_out(studio.post(due_in=10 * MINUTE)) is None


def test_a_single_overdue_post_goes_out_at_once(studio: SimpleNamespace) -> None:
    assert goes_out(studio.post(due_in=-30 * MINUTE)) is None


def test_overdue_posts_of_a_creator_go_out_in_order_two_minutes_apart(studio: SimpleNamespace) -> None:
    second, first = (studio.post(due_in=-minutes * MINUTE) for minutes in (20, 30))
    assert goes_out(first) is None
    assert goes_out(second) == lateness.SPACING

    attempt(first, ago=timedelta(seconds=30))
    publishing(first)
    left = goes_out(second)
    assert left is not None
    assert timedelta(seconds=80) < left <= timedelta(seconds=90)


def publishing(post: Post) -> None:
    with workspace_scope(post.workspace_id):
        Post.objects.filter(workspace_id=post.workspace_id, pk=post.pk).update(status="publishing")


def test_exactly_one_of_many_overdue_posts_may_go_at_a_time(studio: SimpleNamespace) -> None:
    due_at = database_now() - 10 * MINUTE
    posts = [studio.post(due_at=due_at) for _ in range(5)]

    assert [goes_out(post) for post in posts].count(None) == 1


def test_a_post_in_trouble_or_on_hold_keeps_nobody_waiting(studio: SimpleNamespace) -> None:
    troubled, held, last = (studio.post(due_in=-minutes * MINUTE) for minutes in (40, 30, 20))
    with workspace_scope(studio.workspace):
        keep(troubled, fence=troubled.fence, troubles=1)
        keep(held, fence=held.fence, hold=Reason.DAILY_CAP)

    assert goes_out(last) is None


def test_a_post_that_will_be_missed_keeps_nobody_waiting(studio: SimpleNamespace) -> None:
    studio.post(due_in=-70 * MINUTE)

    assert goes_out(studio.post(due_in=-20 * MINUTE)) is None


def test_creators_do_not_wait_for_each_other(studio: SimpleNamespace) -> None:
    studio.post(due_in=-30 * MINUTE)
    other = copy_of(studio.luna, "milo.runs")

    assert goes_out(studio.post(account=other, due_in=-20 * MINUTE)) is None
