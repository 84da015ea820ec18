"""Moving posts from the calendar: by drag, by dialog, into free slots, and back."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from accounts.permissions import Role
from accounts.tenancy import workspace_scope
from scheduler import authoring
from scheduler.models import Post, PostingSlot
from tests.people import client_of, join, make_person
from tests.scheduler.pages import address

pytestmark = pytest.mark.django_db(transaction=True)

FRIDAY = datetime(2026, 12, 4, 12, 30, tzinfo=UTC)


@pytest.fixture
def desk(studio: SimpleNamespace) -> SimpleNamespace:
    studio.browser = client_of(studio.alice)
    return studio


def fresh(post: Post) -> Post:
    with workspace_scope(post.workspace_id):
        return Post.objects.get(pk=post.pk)


def draft(desk: SimpleNamespace, **fields: Any) -> Post:
    with workspace_scope(desk.workspace):
        return authoring.create(
            workspace=desk.workspace,
            by=desk.alice,
            fields={"caption": "Half an idea", "account": desk.luna} | fields,
        )


def slot(desk: SimpleNamespace, weekday: int = 4, at: time = time(18)) -> None:
    with workspace_scope(desk.workspace):
        PostingSlot.objects.create(workspace=desk.workspace, account=desk.luna, weekday=weekday, at=at)


def drop(desk: SimpleNamespace, post: Post, *, query: str = "?week=2026-11-30", **data: Any) -> Any:
    """What <week-grid> sends."""
    where = address(desk.workspace, "post_move", post.pk) + query
    return desk.browser.post(where, {"version": post.version} | data, headers={"HX-Request": "true"})


def way_in(answer: Any) -> str:
    return re.search(r'name="way" value="([^"]+)"', answer.content.decode())[1]


def undo(desk: SimpleNamespace, way: str, **headers: str) -> Any:
    return desk.browser.post(
        address(desk.workspace, "calendar_undo"), {"way": way}, headers={"HX-Request": "true"} | headers
    )


# --- a drag


def test_a_day_keeps_the_time_and_answers_with_the_board_and_a_way_back(desk: SimpleNamespace) -> None:
    post = desk.post(due_at=FRIDAY, caption="Berry cake")

    answer = drop(desk, post, date="2026-12-05")

    page = answer.content.decode()
    assert fresh(post).due_local == "2026-12-05T12:30:00"
    assert page.lstrip().startswith('<div class="board"')
    assert "Moved to Sat 5 Dec, 12:30 Lisbon time." in page
    assert 'data-seconds="10"' in page
    assert 'hx-swap-oob="innerHTML:.toasts"' in page
    assert "<html" not in page
    assert 'data-date="2026-12-05"' in page


def test_undo_puts_it_back(desk: SimpleNamespace) -> None:
    post = desk.post(due_at=FRIDAY)
    way = way_in(drop(desk, post, date="2026-12-05"))

    answer = undo(desk, way)

    assert "Moved back." in answer.content.decode()
    assert fresh(post).due_at == post.due_at


def test_undo_of_what_somebody_changed_says_so_and_changes_nothing(desk: SimpleNamespace) -> None:
    post = desk.post(due_at=FRIDAY)
    way = way_in(drop(desk, post, date="2026-12-05"))
    drop(desk, fresh(post), date="2026-12-06")

    answer = undo(desk, way)

    assert "Somebody changed it meanwhile" in answer.content.decode()
    assert fresh(post).due_local == "2026-12-06T12:30:00"


def test_an_invented_way_back_is_refused(desk: SimpleNamespace) -> None:
    assert "too late to undo" in undo(desk, "made-up").content.decode()


def test_a_stale_card_is_a_conflict_and_the_dialog_shows_what_is_true(desk: SimpleNamespace) -> None:
    post = desk.post(due_at=FRIDAY)
    drop(desk, post, date="2026-12-05")

    answer = drop(desk, post, date="2026-12-06")

    assert answer.status_code == 409
    assert answer["HX-Retarget"] == "#calendar-dialog"
    assert "Somebody changed this post meanwhile." in answer.content.decode()
    assert 'value="2026-12-05"' in answer.content.decode()
    assert fresh(post).due_local == "2026-12-05T12:30:00"


@pytest.mark.parametrize("status", ["published", "publishing", "needs_check"])
def test_a_locked_post_stays_and_says_why(desk: SimpleNamespace, status: str) -> None:
    post = desk.post(due_at=FRIDAY)
    with workspace_scope(desk.workspace):
        Post.objects.filter(pk=post.pk).update(status=status, reason="late")

    answer = drop(desk, post, date="2026-12-05")

    assert answer.status_code == 409
    assert 'role="alert"' in answer.content.decode()
    assert fresh(post).due_at == post.due_at


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"date": "2024-06-01"}, "passed"),
        ({"date": ""}, "Choose a day."),
        ({"date": "2027-03-28", "time": "01:30"}, "Use 02:00"),
        ({"date": "2027-10-31", "time": "01:30"}, "Which one"),
    ],
)
def test_a_time_that_will_not_do_asks_in_the_dialog(
    desk: SimpleNamespace, data: dict[str, str], said: str
) -> None:
    post = desk.post(due_at=FRIDAY)

    answer = drop(desk, post, **data)

    assert (answer.status_code, answer["HX-Reswap"]) == (422, "innerHTML")
    assert said in answer.content.decode()
    assert fresh(post).due_at == post.due_at


def test_a_draft_of_the_tray_takes_the_slot_and_goes_back(desk: SimpleNamespace) -> None:
    post = draft(desk)

    answer = drop(desk, post, date="2026-12-04", time="18:00")

    assert (fresh(post).status, fresh(post).due_local) == ("draft", "2026-12-04T18:00:00")
    undo(desk, way_in(answer))
    assert fresh(post).due_at is None


# --- the dialog


def test_the_dialog_opens_with_the_time_that_it_has_or_the_day_it_was_dropped_on(
    desk: SimpleNamespace,
) -> None:
    post = desk.post(due_at=FRIDAY, caption="Berry cake")
    where = address(desk.workspace, "post_move", post.pk)

    dialog = desk.browser.get(where, {"week": "2026-11-30"}, headers={"HX-Request": "true"}).content.decode()
    dropped = desk.browser.get(where, {"date": "2026-12-06"}, headers={"HX-Request": "true"}).content.decode()

    assert "Berry cake" in dialog
    assert 'value="2026-12-04"' in dialog
    assert 'value="12:30"' in dialog
    assert "move/?week=2026-11-30" in dialog
    assert "<html" not in dialog
    assert 'value="2026-12-06"' in dropped


def test_without_script_it_is_a_page_that_leads_back_to_the_week(desk: SimpleNamespace) -> None:
    post = desk.post(due_at=FRIDAY)
    where = address(desk.workspace, "post_move", post.pk) + "?week=2026-11-30"
    assert "<html" in desk.browser.get(where).content.decode()

    answer = desk.browser.post(
        where, {"date": "2026-12-05", "time": "9", "version": post.version}, follow=True
    )

    assert answer.redirect_chain == [(address(desk.workspace, "calendar") + "?week=2026-11-30", 302)]
    assert "Moved to Sat 5 Dec, 09:00 Lisbon time." in answer.content.decode()


def test_a_failed_post_is_scheduled_again_with_no_way_back(desk: SimpleNamespace) -> None:
    post = desk.post(due_at=FRIDAY)
    with workspace_scope(desk.workspace):
        Post.objects.filter(pk=post.pk).update(status="failed", reason="tiktok_trouble", next_step_at=None)
    where = address(desk.workspace, "post_move", post.pk)
    assert "Schedule again" in desk.browser.get(where).content.decode()

    answer = drop(desk, post, date="2026-12-05", time="9")

    assert fresh(post).status == "scheduled"
    assert "Undo" not in answer.content.decode()


# --- filling


def test_filling_shows_the_plan_first_and_is_one_undo(desk: SimpleNamespace) -> None:
    slot(desk)
    slot(desk, weekday=5)
    drafts = [draft(desk), draft(desk)]
    where = address(desk.workspace, "calendar_fill")

    plan = desk.browser.get(where, headers={"HX-Request": "true"}).content.decode()

    assert "2 of 2 drafts get a time" in plan
    assert [fresh(post).due_at for post in drafts] == [None, None]

    answer = desk.browser.post(where, headers={"HX-Request": "true"})

    assert "2 drafts placed in free slots." in answer.content.decode()
    assert {fresh(post).status for post in drafts} == {"draft"}
    assert all(fresh(post).due_at for post in drafts)

    assert "Moved 2 posts back." in undo(desk, way_in(answer)).content.decode()
    assert [fresh(post).due_at for post in drafts] == [None, None]


def test_filling_under_an_account_leaves_the_drafts_of_others(desk: SimpleNamespace) -> None:
    slot(desk)
    waiting = draft(desk)
    where, headers = address(desk.workspace, "calendar_fill"), {"HX-Request": "true"}

    desk.browser.post(f"{where}?account={uuid4()}", headers=headers)
    assert fresh(waiting).due_at is None

    desk.browser.post(f"{where}?account={desk.luna.pk}", headers=headers)
    assert fresh(waiting).due_at is not None


def test_filling_without_a_slot_says_so(desk: SimpleNamespace) -> None:
    draft(desk)
    where = address(desk.workspace, "calendar_fill")

    assert "No draft here has an account with a free slot." in desk.browser.get(where).content.decode()
    assert "There is no free slot" in desk.browser.post(where, follow=True).content.decode()


# --- who


def test_a_viewer_may_neither_move_nor_fill_nor_undo(desk: SimpleNamespace) -> None:
    viewer = make_person("Vera")
    join(desk.workspace, viewer, Role.VIEWER)
    post = desk.post(due_at=FRIDAY)
    browser = client_of(viewer)

    for name, *args in (("post_move", post.pk), ("calendar_fill",), ("calendar_undo",)):
        assert browser.post(address(desk.workspace, name, *args)).status_code == 403
