"""All the workspaces of one person in one week, and nobody else's."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from accounts.models import Workspace
from accounts.permissions import Role
from tests.factories import make_media, make_post
from tests.people import client_of, join, make_person, make_workspace
from tests.scheduler.rows import copy_of

pytestmark = pytest.mark.django_db(transaction=True)

FRIDAY = datetime(2026, 12, 4, 12, 30, tzinfo=UTC)


@pytest.fixture
def desk(studio: SimpleNamespace) -> SimpleNamespace:
    studio.browser = client_of(studio.alice)
    return studio


def week(desk: SimpleNamespace, **query: str) -> str:
    answer = desk.browser.get("/calendar/", {"week": "2026-12-04"} | query)
    assert answer.status_code == 200
    return answer.content.decode()


def planned(desk: SimpleNamespace, workspace: Workspace, caption: str) -> None:
    """A post at the same instant in a workspace of somebody's."""
    account = copy_of(desk.luna, caption.replace(" ", "."), workspace=workspace)
    make_post(account, make_media(workspace), desk.alice, due_at=FRIDAY, caption=caption)


def test_each_workspace_has_its_rows_on_its_own_clocks(desk: SimpleNamespace) -> None:
    tokyo = make_workspace(desk.alice, name="Kiln Street", time_zone="Asia/Tokyo")
    desk.post(due_at=FRIDAY, caption="Berry cake")
    planned(desk, tokyo, "Opening the kiln")

    page = week(desk)

    harbour, kiln = page.split('id="board"')[1].split("Kiln Street", 1)
    assert "Berry cake" in harbour
    assert ">12:30</time>" in harbour
    assert "Opening the kiln" in kiln
    assert ">21:30</time>" in kiln
    assert "Tokyo time" in kiln
    assert f"/w/{tokyo.slug}/posts/" in kiln


def test_nobody_elses_workspace_is_there(desk: SimpleNamespace) -> None:
    mallory = make_person("Mallory")
    theirs = make_workspace(mallory, name="Not yours")
    planned(desk, theirs, "A secret plan")
    desk.post(due_at=FRIDAY, caption="Berry cake")

    page = week(desk)

    assert "Berry cake" in page
    assert "A secret plan" not in page
    assert "Not yours" not in page


def test_a_role_counts_in_its_own_workspace_alone(desk: SimpleNamespace) -> None:
    theirs = make_workspace(make_person("Rui"), name="Rui's place")
    join(theirs, desk.alice, Role.VIEWER)
    planned(desk, theirs, "Only to look at")
    desk.post(due_at=FRIDAY, caption="Berry cake")

    mine, looked_at = week(desk).split('id="board"')[1].split("Rui&#x27;s place", 1)

    assert "pc-menu" in mine
    assert "Only to look at" in looked_at
    assert "pc-menu" not in looked_at


def test_a_status_filter_counts_for_all(desk: SimpleNamespace) -> None:
    desk.post(due_at=FRIDAY, caption="Berry cake")

    assert "Berry cake" not in week(desk, status="failed")


def test_without_a_workspace_it_says_how_to_begin(desk: SimpleNamespace) -> None:
    answer = client_of(make_person("New")).get("/calendar/")

    assert "You belong to no workspace yet" in answer.content.decode()


def test_the_page_has_the_menu_of_every_page(desk: SimpleNamespace) -> None:
    tokyo = make_workspace(desk.alice, name="Kiln Street", time_zone="Asia/Tokyo")

    page = week(desk)

    rail = page.split('class="rail"')[1].split("</header>")[0]
    for workspace in (desk.workspace, tokyo):
        assert f'href="/w/{workspace.slug}/calendar/"' in rail
    assert 'class="tabbar"' in page
    assert "Sign out" in page.split('id="me"')[1]
