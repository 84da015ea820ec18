"""Entering a workspace: by the address alone, checked on every request (R-08, R-11)."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import Client, RequestFactory

from accounts.access import Audience, Policy, public, signed_in, to_sign_in, workspace_required
from accounts.models import Membership, User, Workspace
from accounts.permissions import Action, Role
from accounts.tenancy import current_scope
from tests.people import client_of, join

pytestmark = pytest.mark.django_db
PAGE = "/w/harbour-social/calendar/"


def test_a_member_enters_by_the_address(bob: User) -> None:
    answer = client_of(bob).get(PAGE)
    assert answer.status_code == 200
    assert answer.wsgi_request.workspace.slug == "harbour-social"
    assert answer.wsgi_request.membership.role == Role.EDITOR
    assert current_scope() is None


def test_nothing_but_the_address_says_which_workspace(
    bob: User, charlie: User, elsewhere: Workspace, harbour: Workspace
) -> None:
    join(elsewhere, bob, Role.VIEWER)
    browser = client_of(bob)
    browser.get("/w/elsewhere/calendar/")
    browser.cookies["workspace"] = str(elsewhere.pk)
    answer = browser.get(PAGE, {"workspace": str(elsewhere.pk)}, headers={"X-Workspace": elsewhere.slug})
    assert answer.wsgi_request.workspace == harbour


def test_a_removed_member_is_a_stranger_at_the_next_request(bob: User) -> None:
    browser = client_of(bob)
    assert browser.get(PAGE).status_code == 200
    Membership.objects.filter(user=bob).delete()
    assert browser.get(PAGE).status_code == 404


def test_a_demoted_member_loses_the_page_at_the_next_request(bob: User) -> None:
    browser = client_of(bob)
    assert browser.get("/w/harbour-social/posts/new/").status_code == 200
    Membership.objects.filter(user=bob).update(role=Role.VIEWER)
    refused = browser.get("/w/harbour-social/posts/new/")
    assert refused.status_code == 403
    assert "As a viewer you cannot write and change drafts." in refused.content.decode()


def test_an_error_in_a_page_leaves_the_scope(bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("accounts.access.check_can", fail)
    with pytest.raises(ZeroDivisionError):
        client_of(bob).get(PAGE)
    assert current_scope() is None


def test_markers_say_who_a_view_is_for() -> None:
    def view(request: object) -> HttpResponse:
        return HttpResponse("ok")

    assert workspace_required(Action.CONNECT)(view).access_policy == Policy(  # type: ignore[attr-defined]
        Audience.WORKSPACE, Action.CONNECT
    )
    assert signed_in(view).access_policy == Policy(Audience.SIGNED_IN)  # type: ignore[attr-defined]
    assert public("It is public.")(view).access_policy == Policy(  # type: ignore[attr-defined]
        Audience.PUBLIC, reason="It is public."
    )


def test_a_refused_role_never_reaches_the_view(bob: User, rf: RequestFactory) -> None:
    @workspace_required(Action.OWN)
    def view(request: object) -> HttpResponse:
        raise AssertionError("reached")

    request = rf.get(PAGE)
    request.membership = bob.memberships.get()
    with pytest.raises(PermissionDenied, match="As an editor"):
        view(request)


def test_the_way_to_sign_in_remembers_the_whole_address(rf: RequestFactory) -> None:
    answer = to_sign_in(rf.get(PAGE, {"week": "2026-11-16"}))
    assert answer["Location"] == f"/login/?next={PAGE}%3Fweek%3D2026-11-16"


def test_a_page_of_someone_who_signed_in_is_stored_nowhere(bob: User) -> None:
    assert client_of(bob).get(PAGE)["Cache-Control"] == "no-store, private"
    assert not Client().get("/").has_header("Cache-Control")
