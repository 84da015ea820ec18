"""Every background task names its queue and takes nothing but ids and scalars (R-28)."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from celery import Task

from accounts.tasks import Queue, WorkspaceTask, route
from config.celery import app

app.loader.import_default_modules()
TASKS = [task for name, task in sorted(app.tasks.items()) if not name.startswith(("celery.", "tests."))]
SCALARS = {"str", "int", "bool", "float", "str | None", "int | None"}
WAKE_UPS = {"Told", "list[Told]"}
"""A claim as ids and numbers (`scheduler.tasks`); commits and polls come in chunks of them (design 4.4)."""


def name_of(task: Task) -> str:
    return task.name


def test_there_are_tasks_to_look_at() -> None:
    assert len(TASKS) >= 5


@pytest.mark.parametrize("task", TASKS, ids=name_of)
def test_a_task_waits_in_a_queue_of_ours(task: Any) -> None:
    assert Queue(task.waits_in) in Queue
    routed = app.amqp.router.route({}, task.name, (), {}, task)
    assert routed["queue"].name == task.waits_in


@pytest.mark.parametrize("task", TASKS, ids=name_of)
def test_a_task_takes_ids_and_scalars(task: Any) -> None:
    assert {str(p.annotation) for p in inspect.signature(task.run).parameters.values()} <= SCALARS | WAKE_UPS


@pytest.mark.parametrize("task", TASKS, ids=name_of)
def test_a_task_of_a_workspace_says_so(task: Any) -> None:
    names = inspect.signature(task.run).parameters
    assert isinstance(task, WorkspaceTask) == ("workspace_id" in names)


def test_one_call_may_choose_another_queue() -> None:
    chosen = {"queue": "upload"}
    assert route("scheduler.take_step", (), {}, chosen, TASKS[0]) is None
    assert app.amqp.router.route(dict(chosen), TASKS[0].name, (), {}, TASKS[0])["queue"].name == "upload"


def test_only_json_travels() -> None:
    assert list(app.conf.accept_content) == ["json"]
    assert app.conf.task_serializer == "json"
