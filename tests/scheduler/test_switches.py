"""The kill switch: what it stops, whom it leaves alone, and what it wakes."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest

from accounts.models import AuditEvent, User, Workspace
from accounts.tenancy import CrossTenant, cross_tenant, workspace_scope
from scheduler import switches
from scheduler.models import Post
from scheduler.states import Reason
from scheduler.transitions import LostRace, keep
from tests.people import make_workspace
from tests.scheduler.engine import fresh, story

pytestmark = pytest.mark.django_db(transaction=True)


def hold(post: Post, reason: Reason = Reason.PAUSED) -> Post:
    """As the engine does when a step meets the pause."""
    with workspace_scope(post.workspace_id):
        keep(post, fence=post.fence, hold=reason, next_step_at=post.next_step_at + timedelta(hours=1))
    return post


def audited(workspace: Workspace) -> list[str]:
    with workspace_scope(workspace):
        return [event.action for event in AuditEvent.objects.filter(workspace=workspace).order_by("at")]


def test_a_workspace_publishes_until_somebody_pauses_it(
    alice: User, harbour: Workspace, elsewhere: Workspace
) -> None:
    assert switches.paused(harbour.pk) is None
    switches.pause_workspace(workspace=harbour, by=alice)

    assert switches.paused(harbour.pk) == Reason.PAUSED
    assert switches.paused(elsewhere.pk) is None
    assert switches.paused_among([harbour.pk, elsewhere.pk, harbour.pk]) == {harbour.pk}

    switches.resume_workspace(workspace=harbour, by=alice)
    assert switches.paused(harbour.pk) is None


def test_the_operator_pauses_everyone_at_once(harbour: Workspace, elsewhere: Workspace) -> None:
    switches.pause_all()
    assert switches.paused_among([harbour.pk, elsewhere.pk]) == {harbour.pk, elsewhere.pk}

    switches.resume_all()
    assert switches.paused_among([harbour.pk, elsewhere.pk]) == set()


def test_one_question_is_asked_however_many_workspaces_there_are(
    harbour: Workspace, elsewhere: Workspace, django_assert_num_queries
) -> None:
    with django_assert_num_queries(1):
        switches.paused_among([harbour.pk, elsewhere.pk])
    with django_assert_num_queries(1):
        switches.paused(harbour.pk)


def test_pausing_twice_is_pausing_once(alice: User, harbour: Workspace) -> None:
    assert switches.pause_workspace(workspace=harbour, by=alice)
    with workspace_scope(harbour):
        since = switches.settings_of(harbour).paused_at
    assert not switches.pause_workspace(workspace=harbour, by=alice)

    with workspace_scope(harbour):
        assert switches.settings_of(harbour).paused_at == since
    assert switches.resume_workspace(workspace=harbour, by=alice)
    assert not switches.resume_workspace(workspace=harbour, by=alice)
    assert audited(harbour).count("publishing.paused") == 1
    assert audited(harbour).count("publishing.resumed") == 1


def test_who_paused_is_on_record_in_the_audit_log_and_on_the_page(alice: User, harbour: Workspace) -> None:
    switches.pause_workspace(workspace=harbour, by=alice)
    with workspace_scope(harbour):
        event = AuditEvent.objects.get(action="publishing.paused")
        pause = switches.current_pause(harbour)

    assert event.by == alice
    assert pause is not None
    assert (pause.by, pause.everywhere, pause.reason) == (alice, False, Reason.PAUSED)


def test_the_first_reason_for_stopping_everything_stands(harbour: Workspace) -> None:
    assert switches.pause_all(why=Reason.RESTORED)
    assert not switches.pause_all(why=Reason.PAUSED)

    with workspace_scope(harbour):
        pause = switches.current_pause(harbour)
    assert pause is not None
    assert (pause.reason, pause.everywhere) == (Reason.RESTORED, True)


def test_every_workspace_can_read_that_the_operator_stopped_it(
    harbour: Workspace, elsewhere: Workspace
) -> None:
    switches.pause_all()
    switches.resume_all()

    for workspace in (harbour, elsewhere):
        assert audited(workspace)[-2:] == ["publishing.paused_everywhere", "publishing.resumed_everywhere"]


def test_resuming_wakes_exactly_what_the_pause_held(studio: SimpleNamespace) -> None:
    held, broken, waiting = studio.post(), studio.post(), studio.post(due_in=timedelta(days=1))
    switches.pause_workspace(workspace=studio.workspace, by=studio.alice)
    hold(held)
    hold(broken, Reason.NEEDS_RECONNECT)
    switches.resume_workspace(workspace=studio.workspace, by=studio.alice)

    woken = fresh(held)
    assert (woken.hold, woken.status) == ("", "scheduled")
    assert woken.next_step_at < held.next_step_at
    assert story(held)[-1] == ("released", "paused")
    assert fresh(broken).hold == Reason.NEEDS_RECONNECT
    assert fresh(waiting).fence == waiting.fence


def test_a_worker_that_saw_the_pause_cannot_write_after_the_resume(studio: SimpleNamespace) -> None:
    post = hold(studio.post())
    switches.pause_workspace(workspace=studio.workspace, by=studio.alice)
    switches.resume_workspace(workspace=studio.workspace, by=studio.alice)

    with workspace_scope(post.workspace_id), pytest.raises(LostRace):
        keep(post, fence=post.fence, hold=Reason.PAUSED)


def test_a_workspace_that_paused_itself_sleeps_on_when_the_operator_resumes(studio: SimpleNamespace) -> None:
    post = hold(studio.post())
    switches.pause_all()
    switches.pause_workspace(workspace=studio.workspace, by=studio.alice)
    switches.resume_all()
    assert fresh(post).hold == Reason.PAUSED

    switches.resume_workspace(workspace=studio.workspace, by=studio.alice)
    assert fresh(post).hold == ""


def test_a_workspace_that_resumes_while_everything_is_stopped_wakes_nothing(studio: SimpleNamespace) -> None:
    post = hold(studio.post())
    switches.pause_workspace(workspace=studio.workspace, by=studio.alice)
    switches.pause_all()
    switches.resume_workspace(workspace=studio.workspace, by=studio.alice)
    assert fresh(post).hold == Reason.PAUSED

    switches.resume_all()
    assert fresh(post).hold == ""


def test_more_posts_than_fit_one_transaction_are_all_woken(
    studio: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(switches, "WAKES_AT_ONCE", 2)
    posts = [hold(studio.post()) for _ in range(5)]
    switches.pause_workspace(workspace=studio.workspace, by=studio.alice)
    switches.resume_workspace(workspace=studio.workspace, by=studio.alice)

    assert {fresh(post).hold for post in posts} == {""}


def test_a_workspace_made_during_the_pause_is_paused_too(alice: User) -> None:
    switches.pause_all()
    late = make_workspace(alice, name="Late")

    assert switches.paused(late.pk) == Reason.PAUSED
    with cross_tenant(CrossTenant.PAUSE):
        assert switches.paused_among([late.pk]) == {late.pk}
