"""The audit log: written with the act, in its workspace, and never changed."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError

from accounts import audit
from accounts.models import AuditEvent, User, Workspace
from accounts.tenancy import CrossTenant, UnscopedQuery, cross_tenant, workspace_scope

pytestmark = pytest.mark.django_db


def test_an_act_is_recorded_with_who_what_and_where(alice: User, harbour: Workspace) -> None:
    with workspace_scope(harbour):
        event = audit.record(action="workspace.renamed", by=alice, target=harbour, detail={"to": "Bay"})
        event.refresh_from_db()
    assert (event.workspace, event.by, event.action) == (harbour, alice, "workspace.renamed")
    assert (event.target_type, event.target_id) == ("accounts.workspace", str(harbour.pk))
    assert event.detail == {"to": "Bay"}


def test_across_tenants_the_target_says_which_workspace(harbour: Workspace) -> None:
    with cross_tenant(CrossTenant.SEED):
        assert audit.record(action="workspace.seeded", by=None, target=harbour).workspace_id == harbour.pk


def test_an_act_without_a_workspace_is_not_recorded(alice: User) -> None:
    with pytest.raises(UnscopedQuery):
        audit.record(action="person.renamed", by=alice, target=alice)


def test_a_rolled_back_act_leaves_no_record(alice: User, harbour: Workspace) -> None:
    with workspace_scope(harbour):
        before = AuditEvent.objects.count()
        with transaction.atomic():
            audit.record(action="workspace.renamed", by=alice, target=harbour)
            transaction.set_rollback(True)
        assert AuditEvent.objects.count() == before


@pytest.mark.django_db(transaction=True)
def test_a_record_outside_a_transaction_is_refused(alice: User, harbour: Workspace) -> None:
    with workspace_scope(harbour), pytest.raises(TransactionManagementError):
        audit.record(action="workspace.renamed", by=alice, target=harbour)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_auditevent SET action = 'harmless'",
        "UPDATE accounts_auditevent SET by_id = NULL",
        "DELETE FROM accounts_auditevent",
    ],
)
def test_the_database_refuses_to_change_a_record(statement: str, harbour: Workspace) -> None:
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_a_record_names_its_person_for_good(alice: User, harbour: Workspace) -> None:
    """Removing a person with a history means emptying their row, not deleting it (R-64)."""
    harbour.memberships.all().delete()
    with cross_tenant(CrossTenant.SEED), pytest.raises(IntegrityError):
        alice.delete()
