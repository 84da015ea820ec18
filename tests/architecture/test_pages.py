"""Every page is looked at: a route is in the list of pages, or named as none with a reason."""

from __future__ import annotations

import pytest

from accounts.models import User, Workspace
from tests.architecture.routes import Victim, routes
from tests.browser.pages import NO_PAGE, NOT_FOUND, PAGES
from tests.people import client_of

SHOWN = {shown.route for shown in PAGES}
OURS = [route for route in routes() if not route.exception]


def test_every_route_is_shown_or_said_to_be_no_page() -> None:
    names = {route.name for route in OURS}
    assert names == (SHOWN - {NOT_FOUND}) | set(NO_PAGE)
    assert SHOWN & set(NO_PAGE) == set()
    assert all(NO_PAGE.values())


def test_no_two_pages_have_one_name() -> None:
    names = [shown.name for shown in PAGES]
    assert len(names) == len(set(names))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "route", [route for route in OURS if route.name in NO_PAGE], ids=lambda route: route.name
)
def test_what_is_said_to_be_no_page_answers_with_none(route, harbour: Workspace, alice: User) -> None:
    victim = Victim(harbour, alice)
    answer = client_of(alice).get(route.path(**victim.values(route)))
    is_whole = answer.status_code == 200 and "html" in answer["Content-Type"]
    assert not (is_whole and b"<!doctype html>" in answer.getvalue())
