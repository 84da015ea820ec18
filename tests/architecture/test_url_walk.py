"""Every route, as everyone: nobody in, stranger, each role (R-15 to R-18, R-70)."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from accounts.access import Audience
from accounts.models import User, Workspace
from accounts.permissions import ALLOWED, Role
from scheduler.models import Lane
from tests.architecture.evidence import database_digest, queued  # noqa: F401
from tests.architecture.routes import (
    CANARY,
    OBJECTS,
    UNMARKED,
    Route,
    Victim,
    routes,
    routes_for,
    workspace_routes,
)
from tests.people import client_of, join, make_person

pytestmark = pytest.mark.django_db
METHODS = ["get", "post", "put", "patch", "delete", "head"]
UNSAFE = ["post", "put", "patch", "delete"]


def name_of(value: Any) -> str:
    return f"{value.name or value.template}" if isinstance(value, Route) else str(value)


every_workspace_route = pytest.mark.parametrize("route", workspace_routes(), ids=name_of)
every_marked_route = pytest.mark.parametrize("route", [r for r in routes() if r.policy], ids=name_of)


@pytest.fixture(autouse=True)
def no_app_at_tiktok(settings: Settings) -> None:
    """Without a client key nothing may be called, so no page here waits for TikTok."""
    settings.TIKTOK_CLIENT_KEY = ""


@pytest.fixture
def victim(harbour: Workspace, alice: User) -> Victim:
    return Victim(harbour, alice)


def words(response: HttpResponse) -> str:
    """The body, without the form tokens that differ from one answer to the next."""
    return re.sub(r"[0-9A-Za-z]{64}", "", response.content.decode())


def directives(policy: str) -> set[str]:
    return {directive.strip() for directive in policy.split(";")}


def ask(client: Client, method: str, path: str) -> HttpResponse:
    return client.generic(method.upper(), path)


def test_every_route_says_who_may_open_it() -> None:
    silent = [route.template for route in routes() if not route.policy and not route.exception]
    assert silent == []


def test_no_exception_is_stale_or_without_a_reason() -> None:
    assert {route.exception for route in routes() if not route.policy} == set(UNMARKED)
    assert all(UNMARKED.values())
    assert all(route.policy.reason for route in routes_for(Audience.PUBLIC) if route.policy)


def test_every_object_in_an_address_is_known_to_the_walk() -> None:
    used = {name for route in routes() if not route.exception for name in route.names}
    assert used == set(OBJECTS)


def test_every_page_of_a_workspace_asks_for_a_role() -> None:
    assert workspace_routes() == routes_for(Audience.WORKSPACE)
    assert len(workspace_routes()) > 10


@every_workspace_route
def test_a_stranger_learns_nothing_and_changes_nothing(
    route: Route,
    victim: Victim,
    charlie: User,
    elsewhere: Workspace,
    queued: list[str],  # noqa: F811
) -> None:
    stranger, values = client_of(charlie), victim.values(route)
    before = database_digest()
    for method in METHODS:
        there = ask(stranger, method, route.path(**values))
        nowhere = ask(stranger, method, route.path(**values | {"workspace_slug": "no-such-place"}))
        assert (method, there.status_code) == (method, nowhere.status_code) == (method, 404)
        assert words(there) == words(nowhere)
        assert CANARY not in words(there)
        assert victim.workspace.name not in words(there)
    assert database_digest() == before
    assert queued == []


@pytest.mark.parametrize(
    "route", [route for route in workspace_routes() if len(route.names) > 1], ids=name_of
)
def test_an_id_from_another_workspace_is_as_good_as_none(
    route: Route,
    victim: Victim,
    charlie: User,
    elsewhere: Workspace,
    queued: list[str],  # noqa: F811
) -> None:
    stranger, values = client_of(charlie), victim.values(route) | {"workspace_slug": elsewhere.slug}
    invented = {name: uuid4() for name in route.names if name != "workspace_slug"}
    before = database_digest()
    for method in ("get", "post"):
        theirs = ask(stranger, method, route.path(**values))
        nothing = ask(stranger, method, route.path(**values | invented))
        assert theirs.status_code == nothing.status_code
        assert theirs.status_code in {404, 405}
        assert words(theirs) == words(nothing)
        assert CANARY not in words(theirs)
    assert database_digest() == before
    assert queued == []


@every_workspace_route
def test_nobody_in_particular_is_sent_to_sign_in(route: Route, victim: Victim) -> None:
    path = route.path(**victim.values(route))
    for method in METHODS:
        answer = ask(Client(), method, path)
        assert (answer.status_code, answer["Location"]) == (302, f"/login/?next={path}")
    htmx = Client(headers={"HX-Request": "true"}).get(path)
    assert htmx["HX-Redirect"] == f"/login/?next={path}"  # the whole page moves, not a fragment


@every_workspace_route
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_role_opens_what_the_table_allows_and_nothing_else(
    route: Route,
    method: str,
    victim: Victim,
    queued: list[str],  # noqa: F811
) -> None:
    assert route.policy is not None
    path = route.path(**victim.values(route))
    for role in Role:
        browser = member_in(victim.workspace, role)
        before = database_digest()
        answer = ask(browser, method, path)
        if route.policy.action not in ALLOWED[role]:
            assert (role, answer.status_code) == (role, 403)
            assert b"Ask an owner or admin" in answer.content
            assert database_digest() == before
            assert queued == []
        else:
            assert (role, answer.status_code) != (role, 403)
            assert answer.status_code < 500
        queued.clear()


def member_in(workspace: Workspace, role: Role) -> Client:
    """The browser of somebody who has that role there."""
    person = make_person(f"Member {role.label}")
    join(workspace, person, role)
    return client_of(person)


COUNTS = {Lane._meta.db_table}
"""What a page asks of TikTok is counted among the questions of the creator's minute (`scheduler.pacing`)."""


@every_workspace_route
def test_looking_changes_nothing(route: Route, victim: Victim, queued: list[str]) -> None:  # noqa: F811
    owner, path = client_of(victim.owner), route.path(**victim.values(route))
    before = database_digest(besides=COUNTS)
    for method in ("get", "head"):
        assert ask(owner, method, path).status_code < 500
    assert database_digest(besides=COUNTS) == before
    assert queued == []


@every_workspace_route
def test_changing_needs_the_token_of_our_own_form(
    route: Route,
    victim: Victim,
    queued: list[str],  # noqa: F811
) -> None:
    forger = Client(enforce_csrf_checks=True)
    forger.force_login(victim.owner)
    path, before = route.path(**victim.values(route)), database_digest()
    assert [ask(forger, method, path).status_code for method in UNSAFE] == [403] * len(UNSAFE)
    assert database_digest() == before
    assert queued == []


@pytest.mark.parametrize("route", routes_for(Audience.SIGNED_IN), ids=name_of)
def test_a_page_for_people_with_an_account_sends_others_to_sign_in(route: Route, victim: Victim) -> None:
    answer = Client().get(route.path(**victim.values(route)))
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/login/")


@pytest.mark.parametrize("route", routes_for(Audience.PUBLIC), ids=name_of)
def test_a_public_page_answers_anyone(route: Route, victim: Victim) -> None:
    answer = Client().get(route.path(**victim.values(route)))
    assert answer.status_code != 500  # 503 is how /readyz says no
    assert CANARY not in answer.content.decode()


@every_marked_route
def test_every_answer_tells_the_browser_what_it_may_not_do(route: Route, victim: Victim) -> None:
    path = route.path(**victim.values(route))
    for client in (Client(), client_of(victim.owner)):
        answer = client.get(path)
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        if not policy.startswith("sandbox"):  # a file that someone uploaded: no page, nothing to allow
            assert {"object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"} <= directives(policy)
            assert "form-action 'self'" in policy
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer["Referrer-Policy"] == "same-origin"


@every_workspace_route
def test_no_page_of_a_workspace_stays_in_a_shared_cache(route: Route, victim: Victim) -> None:
    answer = client_of(victim.owner).get(route.path(**victim.values(route)))
    assert "private" in answer["Cache-Control"]
    if answer["Content-Type"].startswith("text/html"):
        assert "no-store" in answer["Cache-Control"]
