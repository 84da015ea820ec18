"""The page of an account's posting slots: what it shows, adds, removes and copies, and to whom."""

from __future__ import annotations

from datetime import time

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import User, Workspace
from accounts.permissions import Role
from accounts.tenancy import workspace_scope
from scheduler import weeks
from tests.people import client_of, join, make_person
from tests.scheduler.accounts import plain_account
from tests.scheduler.pages import address
from tiktok.models import TikTokAccount

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def luna(harbour: Workspace) -> TikTokAccount:
    return plain_account(harbour, "luna.bakes")


@pytest.fixture
def browser(alice: User) -> Client:
    return client_of(alice)


def week(account: TikTokAccount) -> list[str]:
    with workspace_scope(account.workspace_id):
        return [str(slot) for slot in weeks.slots_of(account)]


def add(account: TikTokAccount, by: User, *places: tuple[int, time]) -> None:
    with workspace_scope(account.workspace_id):
        weeks.add(account=account, places=places, by=by)


def ids(account: TikTokAccount) -> list[str]:
    with workspace_scope(account.workspace_id):
        return [str(slot.pk) for slot in weeks.slots_of(account)]


def page_of(account: TikTokAccount, name: str = "account_slots") -> str:
    return address(account.workspace, name, account.pk)


def test_an_empty_week_says_what_slots_are_for(browser: Client, luna: TikTokAccount) -> None:
    page = browser.get(page_of(luna))

    assertContains(page, "No slots yet.")
    assertContains(page, "Luna Bakes")
    assertContains(page, "Lisbon time")
    assertNotContains(page, "Use this week for other accounts")


def test_the_accounts_page_leads_there(browser: Client, luna: TikTokAccount) -> None:
    assertContains(browser.get(address(luna.workspace, "accounts")), page_of(luna))


def test_every_time_is_added_on_every_chosen_day(browser: Client, luna: TikTokAccount) -> None:
    sent = {"weekdays": ["0", "4"], "times": "18:00, 9.30"}
    page = browser.post(page_of(luna, "slots_add"), sent, follow=True)

    assertRedirects(page, page_of(luna))
    assert week(luna) == ["Monday 09:30", "Monday 18:00", "Friday 09:30", "Friday 18:00"]
    assertContains(page, "Added 4 slots.")
    assertContains(page, "Next free slot")
    assertContains(page, 'aria-label="Remove Monday 09:30"')


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"times": "12:30"}, "Choose at least one day."),
        ({"weekdays": ["1"], "times": ""}, "Write a time, as 12:30."),
        ({"weekdays": ["1"], "times": " , "}, "Write a time, as 12:30."),
        ({"weekdays": ["1"], "times": "12:30, noon"}, "Write the time as 12:30."),
        ({"weekdays": ["1"], "times": "25:00"}, "No clock shows"),
        ({"weekdays": ["7"], "times": "12:30"}, "not one of the available choices"),
    ],
)
def test_what_cannot_be_read_is_kept_and_explained(
    browser: Client, luna: TikTokAccount, sent: dict[str, object], said: str
) -> None:
    answer = browser.post(page_of(luna, "slots_add"), sent)

    assert answer.status_code == 422
    assertContains(answer, said, status_code=422)
    assertContains(answer, str(sent["times"]).strip(), status_code=422)
    assert week(luna) == []


def test_a_full_week_says_so(browser: Client, luna: TikTokAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weeks, "MOST", 1)

    answer = browser.post(page_of(luna, "slots_add"), {"weekdays": ["0", "1"], "times": "12:30"})

    assertContains(answer, "up to 1 slots", status_code=422)
    assert week(luna) == []


def test_a_removed_slot_is_gone_and_the_next_one_takes_the_focus(
    browser: Client, luna: TikTokAccount, alice: User
) -> None:
    add(luna, alice, (0, time(9)), (0, time(12)), (2, time(9)))
    first, second, third = ids(luna)

    part = browser.post(page_of(luna, "slots_remove"), {"slot": second}, headers=HTMX)

    assert week(luna) == ["Monday 09:00", "Wednesday 09:00"]
    assert focused(part) == third
    assert "Removed Monday 12:00" in part["HX-Trigger"]
    part = browser.post(page_of(luna, "slots_remove"), {"slot": third}, headers=HTMX)
    assert focused(part) == first


def focused(part: HttpResponse) -> str:
    """The slot whose button takes the focus."""
    button = next(tag for tag in part.content.decode().split("<button") if "autofocus" in tag)
    return button.partition('value="')[2].partition('"')[0]


@pytest.mark.parametrize("sent", ["", "nonsense", "00000000-0000-0000-0000-000000000000"])
def test_a_slot_that_is_gone_is_no_trouble(
    browser: Client, luna: TikTokAccount, alice: User, sent: str
) -> None:
    add(luna, alice, (0, time(9)))

    answer = browser.post(page_of(luna, "slots_remove"), {"slot": sent})

    assertRedirects(answer, page_of(luna))
    assert week(luna) == ["Monday 09:00"]


def test_htmx_is_answered_with_the_part_alone(browser: Client, luna: TikTokAccount) -> None:
    for answer in (
        browser.get(page_of(luna), headers=HTMX),
        browser.post(page_of(luna, "slots_add"), {"weekdays": "3", "times": "7"}, headers=HTMX),
    ):
        assertContains(answer, 'id="slots"')
        assertNotContains(answer, "<html")


def test_a_week_is_copied_to_the_accounts_that_were_chosen(
    browser: Client, luna: TikTokAccount, alice: User
) -> None:
    berry, plum = plain_account(luna.workspace, "berry.cakes"), plain_account(luna.workspace, "plum")
    add(luna, alice, (0, time(9)))
    add(berry, alice, (5, time(20)))
    add(plum, alice, (6, time(20)))
    assertContains(browser.get(page_of(luna)), "Use this week for other accounts")

    answer = browser.post(page_of(luna, "slots_copy"), {"to": [str(berry.pk)]}, follow=True)

    assertContains(answer, "Copied to Berry Cakes.")
    assert (week(berry), week(plum)) == (["Monday 09:00"], ["Sunday 20:00"])


@pytest.mark.parametrize("chosen", [[], ["nonsense"]])
def test_a_copy_to_nobody_says_so(
    browser: Client, luna: TikTokAccount, alice: User, chosen: list[str]
) -> None:
    plain_account(luna.workspace, "berry.cakes")
    add(luna, alice, (0, time(9)))

    answer = browser.post(page_of(luna, "slots_copy"), {"to": chosen})

    assert answer.status_code == 422
    assertContains(answer, 'id="to-error"', status_code=422)


def test_an_account_of_another_workspace_is_neither_shown_nor_copied_to(
    browser: Client, luna: TikTokAccount, alice: User, elsewhere: Workspace
) -> None:
    theirs = plain_account(elsewhere, "foreign.cakes")
    add(luna, alice, (0, time(9)))

    assert browser.get(address(luna.workspace, "account_slots", theirs.pk)).status_code == 404
    answer = browser.post(page_of(luna, "slots_copy"), {"to": [str(theirs.pk)]})

    assert answer.status_code == 422
    assert week(theirs) == []


def test_a_viewer_reads_the_week_and_changes_nothing(luna: TikTokAccount, alice: User) -> None:
    viewer = make_person("Vera")
    join(luna.workspace, viewer, Role.VIEWER)
    add(luna, alice, (0, time(9)))

    page = client_of(viewer).get(page_of(luna))

    assertContains(page, "09:00")
    assertNotContains(page, "Remove Monday")
    assertNotContains(page, "Add slots")
    assert client_of(viewer).post(page_of(luna, "slots_remove"), {"slot": ids(luna)[0]}).status_code == 403


def test_a_disconnected_account_has_no_page_of_slots(browser: Client, harbour: Workspace) -> None:
    gone = plain_account(
        harbour,
        "gone",
        status="disconnected",
        status_reason="by_person",
        access_token=None,
        refresh_token=None,
    )

    assert browser.get(page_of(gone)).status_code == 404
