"""The migration operations, there and back, on the tables of the audit log."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.state import ProjectState

from accounts.operations import AppendOnly, CompositeForeignKey, TenantKey
from scheduler.models import Post

pytestmark = pytest.mark.django_db


def constraints(table: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass", [table])
        return {name for (name,) in cursor.fetchall()}


def triggers(table: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgrelid = %s::regclass", [table]
        )
        return {name for (name,) in cursor.fetchall()}


@pytest.fixture
def state() -> ProjectState:
    return ProjectState.from_apps(apps)


def backwards(operation: Any, app_label: str, state: ProjectState) -> None:
    with connection.schema_editor(atomic=False) as editor:
        operation.database_backwards(app_label, editor, state, state)


def forwards(operation: Any, app_label: str, state: ProjectState) -> None:
    with connection.schema_editor(atomic=False) as editor:
        operation.database_forwards(app_label, editor, state, state)


def test_an_append_only_table_can_be_made_ordinary_and_back(state: ProjectState) -> None:
    backwards(AppendOnly("auditevent"), "accounts", state)
    assert triggers("accounts_auditevent") == set()
    forwards(AppendOnly("auditevent"), "accounts", state)
    assert triggers("accounts_auditevent") == {"append_only"}


def test_a_tenant_key_can_be_removed_and_added_twice(state: ProjectState) -> None:
    key = TenantKey("auditevent")
    forwards(key, "accounts", state)
    forwards(key, "accounts", state)
    assert "accounts_auditevent_tenant_key" in constraints("accounts_auditevent")
    backwards(key, "accounts", state)
    assert "accounts_auditevent_tenant_key" not in constraints("accounts_auditevent")


def test_a_composite_foreign_key_goes_and_comes_back(state: ProjectState) -> None:
    table, name = Post._meta.db_table, "scheduler_post_account_id_tenant_fk"
    operation = CompositeForeignKey("post", "account", to="tiktok.tiktokaccount")
    assert name in constraints(table)
    backwards(operation, "scheduler", state)
    assert name not in constraints(table)
    forwards(operation, "scheduler", state)
    assert name in constraints(table)


def test_operations_change_no_model_state(state: ProjectState) -> None:
    for operation in (
        AppendOnly("auditevent"),
        TenantKey("auditevent"),
        CompositeForeignKey("post", "account", to="tiktok.tiktokaccount"),
    ):
        before = state.models["scheduler", "post"].fields.copy()
        operation.state_forwards("scheduler", state)
        assert state.models["scheduler", "post"].fields == before
        assert operation.reversible
        assert operation.describe()
