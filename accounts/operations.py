"""Migration operations that let the database itself keep tenants apart and history unchanged.

They write SQL beside Django's own keys and change no model state, so `makemigrations` neither sees nor
removes them; tests read the catalogue instead.
"""

from __future__ import annotations

from typing import Any

from django.apps.registry import Apps
from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class TenantKey(Operation):
    """UNIQUE (workspace_id, id) on a parent, so that children can name both: `TenantKey("account")`."""

    reversible = True
    reduces_to_sql = True

    def __init__(self, model_name: str) -> None:
        self.model_name = model_name

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The model state is untouched."""

    def database_forwards(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, before: ProjectState, after: ProjectState
    ) -> None:
        _add_tenant_key(editor, after.apps.get_model(app_label, self.model_name))

    def database_backwards(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, before: ProjectState, after: ProjectState
    ) -> None:
        table = before.apps.get_model(app_label, self.model_name)._meta.db_table
        editor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT IF EXISTS "{_key_name(table)}"')

    def describe(self) -> str:
        return f"Let children of {self.model_name} name its workspace too"


class CompositeForeignKey(Operation):
    """FOREIGN KEY (workspace_id, account_id) → (workspace_id, id): a row's relatives share its workspace.

    `CompositeForeignKey("post", "account", to="tiktok.tiktokaccount")` in the child's app, which depends on the
    parent's migration. The parent's key is added where it is missing, and stays on the way back.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, model_name: str, field_name: str, to: str) -> None:
        self.model_name, self.field_name, self.to = model_name, field_name, to

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The model state is untouched."""

    def database_forwards(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, before: ProjectState, after: ProjectState
    ) -> None:
        parent = after.apps.get_model(self.to)
        table, column = self._column(after.apps, app_label)
        _add_tenant_key(editor, parent)
        editor.execute(
            f'ALTER TABLE "{table}" ADD CONSTRAINT "{_foreign_key_name(table, column)}" '
            f'FOREIGN KEY ("workspace_id", "{column}") '
            f'REFERENCES "{parent._meta.db_table}" ("workspace_id", "id") DEFERRABLE INITIALLY DEFERRED'
        )

    def database_backwards(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, before: ProjectState, after: ProjectState
    ) -> None:
        table, column = self._column(before.apps, app_label)
        editor.execute(
            f'ALTER TABLE "{table}" DROP CONSTRAINT IF EXISTS "{_foreign_key_name(table, column)}"'
        )

    def describe(self) -> str:
        return f"Keep {self.model_name}.{self.field_name} inside the row's workspace"

    def _column(self, apps: Apps, app_label: str) -> tuple[str, str]:
        child = apps.get_model(app_label, self.model_name)
        field: Any = child._meta.get_field(self.field_name)
        return child._meta.db_table, field.column


class AppendOnly(Operation):
    """A trigger that refuses UPDATE and DELETE of any row: `AppendOnly("auditevent")`.

    TRUNCATE stays possible for the owner of the table (the test runner empties tables with it).
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, model_name: str) -> None:
        self.model_name = model_name

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The model state is untouched."""

    def database_forwards(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, before: ProjectState, after: ProjectState
    ) -> None:
        table = after.apps.get_model(app_label, self.model_name)._meta.db_table
        editor.execute(
            "CREATE OR REPLACE FUNCTION oncue_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME "
            "USING ERRCODE = 'integrity_constraint_violation'; END $$",
            params=None,
        )
        editor.execute(
            f'CREATE TRIGGER "append_only" BEFORE UPDATE OR DELETE ON "{table}" '
            "FOR EACH ROW EXECUTE FUNCTION oncue_append_only()"
        )

    def database_backwards(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, before: ProjectState, after: ProjectState
    ) -> None:
        table = before.apps.get_model(app_label, self.model_name)._meta.db_table
        editor.execute(f'DROP TRIGGER IF EXISTS "append_only" ON "{table}"')

    def describe(self) -> str:
        return f"Refuse changes to rows of {self.model_name}"


def _add_tenant_key(editor: BaseDatabaseSchemaEditor, parent: type[models.Model]) -> None:
    table = parent._meta.db_table
    name = _key_name(table)
    editor.execute(
        f"DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = '{name}' "
        f"AND conrelid = '\"{table}\"'::regclass) THEN "
        f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" UNIQUE ("workspace_id", "id"); END IF; END $$',
        params=None,
    )


def _key_name(table: str) -> str:
    return f"{table}_tenant_key"


def _foreign_key_name(table: str, column: str) -> str:
    """At most the 63 bytes that Postgres keeps of a name."""
    return f"{table}_{column}_tenant_fk"[-63:]
