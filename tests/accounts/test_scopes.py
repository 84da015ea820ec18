"""Scopes: nested, restored, and never shared between threads or tasks."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from accounts.models import AuditEvent, Workspace
from accounts.scopes import CrossTenant, UnscopedQuery, cross_tenant, current_scope, workspace_scope
from accounts.tasks import Queue, WorkspaceTask, route
from config.celery import app


def test_there_is_no_scope_to_begin_with() -> None:
    assert current_scope() is None


def test_a_workspace_its_id_and_its_text_mean_the_same_scope() -> None:
    workspace = Workspace(name="Harbour")
    for named in (workspace, workspace.pk, str(workspace.pk)):
        with workspace_scope(named) as workspace_id:
            assert current_scope() == workspace_id == workspace.pk


def test_something_that_is_no_id_enters_no_scope() -> None:
    with pytest.raises(ValueError, match="UUID"), workspace_scope("harbour"):
        pass
    assert current_scope() is None


def test_scopes_nest_and_return_to_the_one_before() -> None:
    first, second = uuid4(), uuid4()
    with workspace_scope(first):
        with cross_tenant(CrossTenant.DISPATCH):
            assert current_scope() is CrossTenant.DISPATCH
            with workspace_scope(second):
                assert current_scope() == second
        assert current_scope() == first
    assert current_scope() is None


def test_a_scope_ends_with_an_error() -> None:
    with pytest.raises(LookupError), workspace_scope(uuid4()):
        raise LookupError
    assert current_scope() is None


def test_an_unnamed_reason_is_refused() -> None:
    with pytest.raises(ValueError, match="because"), cross_tenant("because"):  # type: ignore[arg-type]
        pass


def test_a_thread_does_not_inherit_the_scope() -> None:
    with workspace_scope(uuid4()), ThreadPoolExecutor(1) as pool:
        assert pool.submit(current_scope).result() is None


@app.task(base=WorkspaceTask, waits_in=Queue.UPKEEP, name="tests.tell_scope")
def tell_scope(*, workspace_id: str) -> str:
    return str(current_scope())


@app.task(base=WorkspaceTask, waits_in=Queue.UPKEEP, name="tests.fail_in_scope")
def fail_in_scope(*, workspace_id: str) -> None:
    raise LookupError(workspace_id)


def test_a_workspace_task_runs_in_its_scope_and_leaves_it() -> None:
    workspace_id = str(uuid4())
    assert tell_scope.apply(kwargs={"workspace_id": workspace_id}).get() == workspace_id
    assert current_scope() is None


def test_a_failed_task_leaves_its_scope_too() -> None:
    assert fail_in_scope.apply(kwargs={"workspace_id": str(uuid4())}).failed()
    with pytest.raises(UnscopedQuery):
        AuditEvent.objects.exists()


def test_a_task_without_a_workspace_does_not_run() -> None:
    with pytest.raises(KeyError):
        tell_scope()


def test_tasks_wait_in_queues_by_the_names_of_the_enum() -> None:
    assert route("", (), {}, {}, tell_scope) == {"queue": "upkeep"}
    assert [queue.value for queue in Queue] == [queue.name.lower() for queue in Queue]
