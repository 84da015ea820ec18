"""Making workspaces and letting people in."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from accounts.membership import add_member, create_workspace
from accounts.models import AuditEvent, Membership, User, Workspace
from accounts.permissions import Role
from accounts.tenancy import workspace_scope

pytestmark = pytest.mark.django_db


def test_whoever_makes_a_workspace_owns_it(alice: User) -> None:
    workspace = create_workspace(name=" Harbour Social ", time_zone="Europe/Lisbon", by=alice)
    assert (workspace.name, workspace.slug) == ("Harbour Social", "harbour-social")
    assert workspace.zone.key == "Europe/Lisbon"
    assert Membership.objects.get(workspace=workspace).role == Role.OWNER
    with workspace_scope(workspace):
        assert [(event.action, event.by) for event in AuditEvent.objects.all()] == [
            ("workspace.created", alice)
        ]


def test_workspaces_of_the_same_name_get_slugs_that_tell_nothing(alice: User, charlie: User) -> None:
    first = create_workspace(name="Harbour", time_zone="UTC", by=alice)
    second = create_workspace(name="Harbour", time_zone="UTC", by=charlie)
    assert first.slug == "harbour"
    assert second.slug.startswith("harbour-")
    assert len(second.slug) > len("harbour-") + 4


@pytest.mark.parametrize("name", ["海の家", "!!!", "— — —"])
def test_a_name_without_latin_letters_still_has_an_address(name: str, alice: User) -> None:
    assert create_workspace(name=name, time_zone="UTC", by=alice).slug.startswith("workspace")


def test_a_long_name_has_a_shorter_slug(alice: User) -> None:
    assert len(create_workspace(name="a" * 80, time_zone="UTC", by=alice).slug) == 50


@pytest.mark.parametrize(("name", "zone"), [("", "UTC"), ("Harbour", "Mars/Olympus"), ("a" * 81, "UTC")])
def test_a_workspace_that_the_model_refuses_leaves_nothing(name: str, zone: str, alice: User) -> None:
    with pytest.raises(ValidationError):
        create_workspace(name=name, time_zone=zone, by=alice)
    assert not Workspace.objects.exists()
    assert not Membership.objects.exists()


def test_nobody_is_a_member_twice(harbour: Workspace, alice: User, bob: User) -> None:
    with pytest.raises(IntegrityError):
        add_member(workspace=harbour, user=bob, role=Role.VIEWER, by=alice)


def test_a_new_member_is_on_record(harbour: Workspace, bob: User) -> None:
    with workspace_scope(harbour):
        event = AuditEvent.objects.get(action="member.added")
    assert event.detail == {"user": str(bob.pk), "role": "editor"}


def test_an_e_mail_address_is_stored_in_lower_case_whoever_writes_it(alice: User) -> None:
    assert User.objects.create_user("Dora@People.Example").email == "dora@people.example"
    assert User.objects.get_by_natural_key("ALICE@people.example") == alice
    with pytest.raises(IntegrityError):
        User.objects.filter(pk=alice.pk).update(email="Alice@People.Example")
