"""All the workspaces of one person in one week, and nobody else's."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Workspace
from accounts.permissions import Role
from accounts.tenancy import workspace_scope
from scheduler.calendars.tally import MOST
from scheduler.models import Post
from tests.factories import make_media, make_post
from tests.people import client_of, join, make_person, make_workspace
from tests.scheduler.pages import standing
from tests.scheduler.rows import copy_of
from tiktok.models import AccountStatus, TikTokAccount

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


def planned(desk: SimpleNamespace, workspace: Workspace, caption: str) -> Post:
    """A post at the same instant in a workspace of somebody's."""
    account = copy_of(desk.luna, caption.replace(" ", "."), workspace=workspace)
    return make_post(account, make_media(workspace), desk.alice, due_at=FRIDAY, caption=caption)


def board(page: str) -> str:
    return page.split('id="board"')[1].split("</main>")[0]


def asked_again(desk: SimpleNamespace, page: str) -> Any:
    """What the open board of that page is answered; its own address says what it has seen."""
    address = board(page).split('hx-get="')[1].split('"')[0].replace("&amp;", "&")
    return desk.browser.get(address, headers={"HX-Request": "true"})


def test_each_workspace_has_its_rows_on_its_own_clocks(desk: SimpleNamespace) -> None:
    tokyo = make_workspace(desk.alice, name="Kiln Street", time_zone="Asia/Tokyo")
    desk.post(due_at=FRIDAY, caption="Berry cake")
    planned(desk, tokyo, "Opening the kiln")

    page = week(desk)

    harbour, kiln = page.split('class="calendar-grid"')[1].split("Kiln Street", 1)
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

    mine, looked_at = week(desk).split('class="calendar-grid"')[1].split("Rui&#x27;s place", 1)

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


# --- filters


def test_one_workspace_is_shown_alone_and_then_one_of_its_accounts(desk: SimpleNamespace) -> None:
    tokyo = make_workspace(desk.alice, name="Kiln Street", time_zone="Asia/Tokyo")
    desk.post(due_at=FRIDAY, caption="Berry cake")
    kiln = planned(desk, tokyo, "Opening the kiln")
    planned(desk, tokyo, "Glaze test")

    alone = week(desk, workspace=tokyo.slug)
    narrowed = week(desk, workspace=tokyo.slug, account=str(kiln.account_id))

    assert "Berry cake" not in alone
    assert "Glaze test" in board(alone)
    assert f"workspace={tokyo.slug}&amp;account=" not in board(week(desk))
    assert f"account={kiln.account_id}&amp;workspace={tokyo.slug}" in alone
    assert "Opening the kiln" in narrowed
    assert "Glaze test" not in narrowed


@pytest.mark.parametrize("query", [{"workspace": "not-yours"}, {"workspace": "nowhere"}, {"account": "x"}])
def test_a_filter_that_is_not_ones_own_is_no_filter(desk: SimpleNamespace, query: dict[str, str]) -> None:
    planned(desk, make_workspace(make_person("Mallory"), name="Not yours"), "A secret plan")
    desk.post(due_at=FRIDAY, caption="Berry cake")

    page = week(desk, **query)

    assert "Berry cake" in page
    assert "A secret plan" not in page


def test_an_account_of_somebody_else_shows_nothing_of_theirs(desk: SimpleNamespace) -> None:
    theirs = planned(desk, make_workspace(make_person("Mallory"), name="Not yours"), "A secret plan")
    desk.post(due_at=FRIDAY, caption="Berry cake")

    page = week(desk, workspace=desk.workspace.slug, account=str(theirs.account_id))

    assert "A secret plan" not in page
    assert "Nothing here matches" in page


def test_the_filters_go_with_the_weeks_and_count_over_all_workspaces(desk: SimpleNamespace) -> None:
    tokyo = make_workspace(desk.alice, name="Kiln Street", time_zone="Asia/Tokyo")
    standing(desk.post(due_at=FRIDAY, caption="Berry cake"), status="failed", reason="late")
    standing(planned(desk, tokyo, "Opening the kiln"), status="failed", reason="late")
    planned(desk, tokyo, "Glaze test")

    page = week(desk, status="failed")

    assert "Not posted <b>2</b>" in page
    assert "Scheduled <b>1</b>" in page
    assert "Glaze test" not in page
    for monday in ("2026-11-23", "2026-12-07"):
        assert f'href="?week={monday}&amp;status=failed"' in page
    assert f"/w/{tokyo.slug}/calendar/?week=2026-11-30&amp;status=failed" in page


def test_a_filter_that_nothing_passes_says_so_and_clears(desk: SimpleNamespace) -> None:
    desk.post(due_at=FRIDAY)

    page = week(desk, status="failed", workspace=desk.workspace.slug)

    assert "Harbour Social has no post in these days that is “Not posted”." in page
    assert 'href="?week=2026-11-30">Show everything' in page


def test_the_rest_of_a_full_day_is_in_its_own_workspace_with_the_filters(desk: SimpleNamespace) -> None:
    post = desk.post(due_at=FRIDAY)
    columns = {
        field.attname: getattr(post, field.attname) for field in Post._meta.fields if field.name != "id"
    }
    with workspace_scope(desk.workspace):
        Post.objects.bulk_create([Post(**columns) for _ in range(MOST)])

    page = week(desk, status="scheduled", workspace=desk.workspace.slug)

    assert f'href="/w/{desk.workspace.slug}/calendar/?day=2026-12-04&amp;status=scheduled">+1 more' in page


# --- what needs a person


def test_each_workspace_says_how_much_needs_a_person(desk: SimpleNamespace) -> None:
    tokyo = make_workspace(desk.alice, name="Kiln Street", time_zone="Asia/Tokyo")
    standing(desk.post(due_at=FRIDAY), status="failed", reason="late")
    standing(desk.post(due_at=FRIDAY), status="needs_check", reason="late")
    lost = planned(desk, tokyo, "Opening the kiln").account_id
    with workspace_scope(tokyo):
        TikTokAccount.objects.filter(pk=lost).update(
            status=AccountStatus.NEEDS_RECONNECT, status_reason="refresh_refused"
        )

    harbour, kiln = week(desk).split('class="calendar-grid"')[1].split("Kiln Street", 1)

    assert "2 posts need you" in harbour
    assert f'href="/w/{desk.workspace.slug}/posts/?status=attention"' in harbour
    assert "1 account to reconnect" in kiln
    assert "need you" not in kiln


def test_a_workspace_without_an_account_says_how_to_connect_one(desk: SimpleNamespace) -> None:
    make_workspace(desk.alice, name="Kiln Street")

    kiln = board(week(desk)).split('class="calendar-grid"')[1].split("Kiln Street", 1)[1]

    assert "Connect TikTok<span" in kiln


# --- asking again


def test_an_open_board_is_told_of_a_change_in_any_workspace_and_rests_in_the_end(
    desk: SimpleNamespace,
) -> None:
    tokyo = make_workspace(desk.alice, name="Kiln Street", time_zone="Asia/Tokyo")
    desk_post, kiln = desk.post(due_at=FRIDAY, caption="Berry cake"), planned(desk, tokyo, "Kiln")
    page = week(desk, status="")
    assert 'hx-trigger="every 10s"' in page
    assert asked_again(desk, page).status_code == 204

    standing(kiln, status="published")
    part = asked_again(desk, page)

    assert part.status_code == 200
    told = part.content.decode()
    assert "<html" not in told
    assert 'data-status="published"' in told
    assert 'hx-trigger="every 10s"' in told
    standing(desk_post, status="published")
    assert "hx-trigger" not in asked_again(desk, page).content.decode()


def queries(ask: Any) -> int:
    with CaptureQueriesContext(connection) as counted:
        ask()
    return len(counted)


def test_the_queries_grow_with_the_workspaces_and_not_with_their_posts(desk: SimpleNamespace) -> None:
    desk.post(due_at=FRIDAY)
    one = queries(lambda: week(desk))
    for number in range(12):
        desk.post(due_at=FRIDAY, account=copy_of(desk.luna, f"creator{number}"))
    assert queries(lambda: week(desk)) == one
    planned(desk, make_workspace(desk.alice, name="Kiln Street"), "Opening the kiln")
    two = queries(lambda: week(desk))
    planned(desk, make_workspace(desk.alice, name="Loom Lane"), "The first warp")

    three = queries(lambda: week(desk))

    assert three - two == two - one <= 12


def test_a_board_that_asks_again_reads_one_row_of_numbers_a_workspace(desk: SimpleNamespace) -> None:
    desk.post(due_at=FRIDAY)
    page = week(desk)
    one = queries(lambda: asked_again(desk, page))
    planned(desk, make_workspace(desk.alice, name="Kiln Street"), "Opening the kiln")
    page = week(desk)

    assert queries(lambda: asked_again(desk, page)) - one == 1
