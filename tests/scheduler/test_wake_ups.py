"""What is sent to workers about claimed rows: nobody throws it away by his own clock (F-38)."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from celery import Task
from django.db import DatabaseError

from accounts import clock
from scheduler import commit, dispatch, polling, restores, tasks
from scheduler.lanes import Hold, WakeUp
from scheduler.states import NextStep

STEPS = [NextStep.COMMIT, NextStep.ASK, NextStep.START, NextStep.SEND]


@pytest.fixture
def with_a_wrong_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "is_right", lambda: False)


def wake_up(step: NextStep) -> WakeUp:
    post_id = uuid4()
    hold = None if step == NextStep.COMMIT else Hold(uuid4(), post_id, 7)
    return WakeUp(uuid4(), post_id, 3, step, hold)


@pytest.mark.usefixtures("with_a_wrong_clock")
@pytest.mark.parametrize(("task", "room"), [(tasks.commit_posts, commit), (tasks.ask_about, polling)])
def test_what_a_sound_worker_claimed_is_done_by_one_with_a_wrong_clock(
    monkeypatch: pytest.MonkeyPatch, task: Task, room: Any
) -> None:
    begun: list[WakeUp] = []
    monkeypatch.setattr(room, "begin", begun.extend)
    claimed = wake_up(NextStep.COMMIT)
    task.apply(([tasks.tell(claimed)],)).get()
    assert begun == [claimed]


@pytest.mark.parametrize("step", STEPS)
def test_no_wake_up_expires_by_the_clock_of_a_machine(
    monkeypatch: pytest.MonkeyPatch, step: NextStep
) -> None:
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(restores, "check", lambda: True)
    monkeypatch.setattr(clock, "database_time", lambda: 1000.0)
    monkeypatch.setattr(dispatch, "claim_post", lambda _: [wake_up(step)])
    monkeypatch.setattr(Task, "apply_async", lambda task, *_, **options: sent.append(options))
    tasks.wake_post(str(uuid4()))
    assert [options.get("expires") for options in sent] == [None]


def test_no_commit_waits_for_the_end_of_the_other_leases(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown() -> float:
        raise DatabaseError("the clock can't be read")

    sent: list[str] = []
    monkeypatch.setattr(restores, "check", lambda: True)
    monkeypatch.setattr(clock, "database_time", unknown)
    monkeypatch.setattr(dispatch, "claim_post", lambda _: [wake_up(NextStep.START), wake_up(NextStep.COMMIT)])
    monkeypatch.setattr(Task, "apply_async", lambda task, *_, **options: sent.append(task.name))
    with pytest.raises(DatabaseError):
        tasks.wake_post(str(uuid4()))
    assert sent == [tasks.commit_posts.name]


@pytest.mark.parametrize(("seconds", "begun"), [(-1, 0), (9, 1)])
def test_a_step_whose_lease_is_over_asks_the_database_nothing(
    monkeypatch: pytest.MonkeyPatch, seconds: float, begun: int
) -> None:
    asked: list[WakeUp] = []
    monkeypatch.setattr(clock, "database_time", lambda: 1000.0)
    monkeypatch.setattr(tasks.Lease, "take", asked.append)
    woken = wake_up(NextStep.START)
    tasks.take_step(
        workspace_id=str(woken.workspace_id), wake_up=tasks.tell(woken), lease_ends=1000.0 + seconds
    )
    assert asked == [woken] * begun


@pytest.mark.parametrize("step", STEPS)
def test_a_wake_up_is_read_as_it_was_told(step: NextStep) -> None:
    told = wake_up(step)
    assert tasks.read(tasks.tell(told)) == told
