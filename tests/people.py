"""The people of the tests: Alice owns, Bob helps, Charlie is a stranger.

Alice's workspace is Harbour Social, in Lisbon; Bob is an editor there. Charlie owns Elsewhere and knows nothing
of Harbour. Functions make more of them; `client_of(person)` is that person's browser.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from uuid import UUID

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.userkit import user_id_to_str
from allauth.account.models import EmailAddress
from django.test import Client

from accounts.membership import add_member, create_workspace
from accounts.models import Membership, User, Workspace
from accounts.permissions import Role
from accounts.proof import SIGNED_IN_AT
from accounts.tenancy import workspace_scope

PASSWORD = "correct horse battery staple"


def make_person(name: str, *, email: str = "", staff: bool = False, password: str = PASSWORD) -> User:
    """A person whose address is verified, so that the sign-in page lets them in."""
    address = email or f"{name.lower().replace(' ', '.')}@people.example"
    user = User.objects.create_user(address, password, name=name, is_staff=staff, is_superuser=staff)
    EmailAddress.objects.create(user=user, email=address, verified=True, primary=True)
    return user


def make_workspace(
    owner: User, *, name: str = "Harbour Social", time_zone: str = "Europe/Lisbon"
) -> Workspace:
    return create_workspace(name=name, time_zone=time_zone, by=owner)


def join(workspace: Workspace, person: User, role: Role) -> Membership:
    """Makes the person a member; the owner let them in."""
    owner = workspace.memberships.filter(role=Role.OWNER).earliest("pk").user
    return add_member(workspace=workspace, user=person, role=role, by=owner)


def client_of(person: User) -> Client:
    """The browser of someone who has signed in."""
    client = Client()
    client.force_login(person)
    return client


def prove(browser: Client) -> Client:
    """The person gives their password again, as they are asked to before something sensitive (R-04)."""
    assert browser.post("/reauthenticate/", {"password": PASSWORD}).status_code == 302
    return browser


def prove_ahead(browser: Client, person: User, seconds: int) -> Client:
    """As if the person gave their password again only then, so that nobody is asked until later still."""
    session = browser.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": "password", "reauthenticated": True, "at": time.time() + seconds}
    ]
    session["account_authentication_methods_user"] = user_id_to_str(person)
    session.save()
    return browser


def age_proof(browser: Client, seconds: int) -> None:
    """As if the session had begun, and the password been given, so much earlier."""
    session = browser.session
    session[SIGNED_IN_AT] -= seconds
    for method in session.get(AUTHENTICATION_METHODS_SESSION_KEY, []):
        method["at"] -= seconds
    session.save()


@pytest.fixture
def alice(db: None) -> User:
    return make_person("Alice")


@pytest.fixture
def harbour(alice: User) -> Workspace:
    """Alice's workspace."""
    return make_workspace(alice)


@pytest.fixture
def bob(harbour: Workspace) -> User:
    person = make_person("Bob")
    join(harbour, person, Role.EDITOR)
    return person


@pytest.fixture
def charlie(db: None) -> User:
    return make_person("Charlie")


@pytest.fixture
def elsewhere(charlie: User) -> Workspace:
    """Charlie's workspace."""
    return make_workspace(charlie, name="Elsewhere", time_zone="America/New_York")


@pytest.fixture
def in_harbour(harbour: Workspace) -> Iterator[UUID]:
    """The test runs inside Alice's workspace."""
    with workspace_scope(harbour) as workspace_id:
        yield workspace_id
