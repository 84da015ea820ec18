"""What is offered beside a day and a time: the account's free slots, of its own workspace alone."""

from __future__ import annotations

import re
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from accounts.models import User, Workspace
from accounts.tenancy import workspace_scope
from scheduler import times
from scheduler.clock import database_now
from scheduler.models import PostingSlot
from tests.people import client_of
from tests.scheduler.pages import address, standing
from tests.scheduler.rows import copy_of
from tiktok.models import TikTokAccount

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk(studio: SimpleNamespace) -> SimpleNamespace:
    """Slots each day at 09:00 and 18:00, and a post at noon in a week."""
    studio.browser = client_of(studio.alice)
    studio.day = database_now().astimezone(studio.workspace.zone).date() + timedelta(days=7)
    give_slots(studio.luna, "09:00", "18:00")
    studio.planned = studio.post(due_at=at(studio, 12))
    return studio


def give_slots(account: TikTokAccount, *all_times: str) -> None:
    with workspace_scope(account.workspace_id):
        for weekday in range(7):
            for each in all_times:
                PostingSlot.objects.create(
                    workspace_id=account.workspace_id, account=account, weekday=weekday, at=each
                )


def at(desk: SimpleNamespace, hour: int) -> Any:
    return times.on_day(desk.day, database_now().time().replace(hour, 0, 0, 0), desk.workspace.time_zone)[1]


def asked(desk: SimpleNamespace, day: date | str, *accounts: TikTokAccount) -> list[str]:
    query = {"date": str(day), "account": [str(account.pk) for account in accounts]}
    answer = desk.browser.get(address(desk.workspace, "free_times"), query)
    assert answer.status_code == 200
    return suggested(answer.content.decode())


def suggested(page: str) -> list[str]:
    return re.findall(r'<option value="([^"]+)"', page.split('id="free-times"')[1].split("</datalist>")[0])


def test_the_free_slots_of_a_day_are_suggested(desk: SimpleNamespace) -> None:
    desk.post(due_at=at(desk, 9))

    assert asked(desk, desk.day, desk.luna) == ["18:00"]
    assert asked(desk, desk.day + timedelta(days=1), desk.luna) == ["09:00", "18:00"]


def test_of_several_accounts_those_that_all_of_them_have(desk: SimpleNamespace) -> None:
    other = copy_of(desk.luna, "kiln.street")
    give_slots(other, "18:00", "20:00")

    assert asked(desk, desk.day, desk.luna, other) == ["18:00"]


@pytest.mark.parametrize("day", ["", "tomorrow", "2026-13-40"])
def test_what_is_no_day_has_no_times(desk: SimpleNamespace, day: str) -> None:
    assert asked(desk, day, desk.luna) == []


def test_an_account_of_another_workspace_tells_nothing(desk: SimpleNamespace, elsewhere: Workspace) -> None:
    theirs = copy_of(desk.luna, "secret.plans", workspace=elsewhere)
    give_slots(theirs, "03:00")

    assert asked(desk, desk.day, theirs) == []


def test_no_stranger_is_told(desk: SimpleNamespace, charlie: User) -> None:
    desk.browser = client_of(charlie)
    answer = desk.browser.get(address(desk.workspace, "free_times"), {"account": str(desk.luna.pk)})

    assert answer.status_code == 404


@pytest.mark.parametrize("place", ["post_move", "post_detail"])
def test_a_post_is_offered_the_next_free_slots_and_those_of_its_day(
    desk: SimpleNamespace, place: str
) -> None:
    page = desk.browser.get(address(desk.workspace, place, desk.planned.pk)).content.decode()

    assert suggested(page) == ["09:00", "18:00"]
    offered = re.findall(r'name="action" value="time:([^"]+)"', page)
    assert len(offered) == 4
    assert all(each.endswith(("T09:00", "T18:00")) for each in offered)
    assert 'data-now="2' in page


@pytest.mark.parametrize("place", ["post_move", "post_reschedule"])
def test_an_offered_slot_is_taken_without_a_script(desk: SimpleNamespace, place: str) -> None:
    sent = {"version": desk.planned.version, "action": f"time:{desk.day}T18:00", "date": "", "time": ""}

    answer = desk.browser.post(address(desk.workspace, place, desk.planned.pk), sent)

    assert answer.status_code == 302
    with workspace_scope(desk.workspace):
        desk.planned.refresh_from_db()
    assert desk.planned.due_at == at(desk, 18)


def test_a_post_that_did_not_go_out_is_offered_them_too(desk: SimpleNamespace) -> None:
    standing(desk.planned, status="failed", reason="late")

    page = desk.browser.get(address(desk.workspace, "post_detail", desk.planned.pk)).content.decode()

    assert 'value="time:' in page


def test_the_time_at_which_a_post_did_not_go_out_is_no_proposal(desk: SimpleNamespace) -> None:
    standing(desk.planned, status="failed", reason="late")

    page = desk.browser.get(address(desk.workspace, "post_move", desk.planned.pk)).content.decode()
    dragged = desk.browser.get(
        address(desk.workspace, "post_move", desk.planned.pk), {"date": desk.day}
    ).content.decode()

    assert 'id="id_time" type="text"' in page
    assert 'value="12:00"' not in page
    assert 'value="12:00"' in dragged


def test_many_posts_are_offered_the_times_that_suit_all_their_accounts(desk: SimpleNamespace) -> None:
    other = copy_of(desk.luna, "kiln.street")
    give_slots(other, "18:00")
    second = desk.post(account=other, due_at=at(desk, 12))
    chosen = {"act": "reschedule", "posts": [str(desk.planned.pk), str(second.pk)]}

    page = desk.browser.get(address(desk.workspace, "posts_bulk"), chosen).content.decode()

    asks = page.split('id="id_date"')[1].split('hx-get="')[1].split('"')[0].replace("&amp;", "&")
    assert suggested(desk.browser.get(f"{asks}&date={desk.day}").content.decode()) == ["18:00"]
    assert 'value="time:' not in page
