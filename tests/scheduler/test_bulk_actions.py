"""One act on many posts: looked at first, done post by post, told post by post, taken back where that is possible."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from accounts.models import User, Workspace
from accounts.tenancy import workspace_scope
from scheduler import bulk
from scheduler.bulk import ACTS, Shift
from scheduler.clock import database_now
from scheduler.models import Post, PostEvent
from tests.people import client_of, make_workspace
from tests.scheduler.engine import fresh
from tests.scheduler.pages import address
from tests.scheduler.table_rows import NOON, a_draft, a_post, an_account, posts

pytestmark = pytest.mark.django_db
LISBON = {"due_zone": "Europe/Lisbon", "due_local": "2027-03-27T12:30:00"}
BEFORE_THE_CHANGE = datetime(2027, 3, 27, 12, 30, tzinfo=UTC)
"""The clocks of Lisbon go forward in the night after."""


@pytest.fixture
def desk(harbour: Workspace, alice: User) -> SimpleNamespace:
    return SimpleNamespace(workspace=harbour, alice=alice, luna=an_account(harbour), browser=client_of(alice))


def look(desk: SimpleNamespace, act: str, *chosen: Post) -> Any:
    query = {"act": act, "posts": [str(post.pk) for post in chosen], "query": "status=failed"}
    return desk.browser.get(address(desk.workspace, "posts_bulk"), query)


def act(desk: SimpleNamespace, act: str, *chosen: Post, **fields: str) -> Any:
    data = {"act": act, "posts": [f"{post.pk}.{post.version}" for post in chosen], **fields}
    return desk.browser.post(address(desk.workspace, "posts_bulk"), data, follow=True)


def undo(desk: SimpleNamespace) -> Any:
    return desk.browser.post(address(desk.workspace, "posts_bulk_undo"), follow=True)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def events(post: Post) -> list[PostEvent]:
    with workspace_scope(post.workspace_id):
        return list(PostEvent.objects.filter(post=post))


# --- looking


def test_the_page_before_says_what_will_be_done_and_what_will_be_refused(desk: SimpleNamespace) -> None:
    waits = a_post(desk.luna, desk.alice, caption="Waits")
    live = a_post(desk.luna, desk.alice, caption="Live", status="published")

    page = text(look(desk, "cancel", waits, live))

    assert "Cancel: 1 post<" in page
    assert "There is nothing left to cancel." in page
    assert f"{waits.pk}.1" in page
    assert f"{live.pk}.1" not in page
    assert fresh(waits).status == "scheduled"


@pytest.mark.parametrize("query", [{}, {"act": "cancel"}, {"act": "cancel", "posts": "x"}, {"act": "eat"}])
def test_nothing_chosen_is_said_and_does_nothing(desk: SimpleNamespace, query: dict[str, str]) -> None:
    for method in (desk.browser.get, desk.browser.post):
        answer = method(address(desk.workspace, "posts_bulk"), query)
        assert answer.status_code == 422
        assert "No post is chosen" in text(answer)


def test_posts_of_another_workspace_are_as_good_as_none(
    desk: SimpleNamespace, elsewhere: Workspace, charlie: User
) -> None:
    theirs = a_post(an_account(elsewhere), charlie)

    assert act(desk, "cancel", theirs).status_code == 422
    assert fresh(theirs).status == "scheduled"


# --- moving in time


def test_by_days_each_keeps_its_time_of_day_over_a_change_of_the_clocks(desk: SimpleNamespace) -> None:
    post = a_post(desk.luna, desk.alice, due_at=BEFORE_THE_CHANGE, **LISBON)

    page = text(act(desk, "reschedule", post, how="days", days="1"))

    moved = fresh(post)
    assert (moved.due_local, moved.due_at) == ("2027-03-28T12:30:00", BEFORE_THE_CHANGE + timedelta(hours=23))
    assert "Moved to Sun 28 Mar 2027, 12:30, Lisbon time." in page
    assert events(post)[-1].by == desk.alice


def test_a_time_that_the_clocks_skip_becomes_the_next_one_and_is_told(desk: SimpleNamespace) -> None:
    at_half_past_one = BEFORE_THE_CHANGE.replace(hour=1)
    post = a_post(desk.luna, desk.alice, due_at=at_half_past_one, **LISBON)

    assert "Sun 28 Mar 2027, 02:00" in text(act(desk, "reschedule", post, how="days", days="1"))


def test_to_a_day_or_to_a_time_leaves_the_other_as_it_is(desk: SimpleNamespace) -> None:
    first, second = posts(desk.luna, desk.alice, 2)

    act(desk, "reschedule", first, second, how="to", date="2027-03-05", time="")
    assert [fresh(post).due_local for post in (first, second)] == [
        "2027-03-05T12:00:00",
        "2027-03-05T13:00:00",
    ]

    act(desk, "reschedule", fresh(first), fresh(second), how="to", date="", time="9.30")
    assert [fresh(post).due_local for post in (first, second)] == ["2027-03-05T09:30:00"] * 2


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"how": "days", "days": ""}, "Write by how many days"),
        ({"how": "days", "days": "0"}, "Write by how many days"),
        ({"how": "days", "days": "999"}, "up to 366 either way"),
        ({"how": "to", "time": "25:00"}, "No clock shows"),
        ({"how": "to"}, "Choose a day, a time, or both."),
        ({"how": "to", "date": "2199-01-01"}, "within the next two years"),
    ],
)
def test_a_shift_that_says_nothing_comes_back_with_a_sentence(
    desk: SimpleNamespace, fields: dict[str, str], told: str
) -> None:
    post = a_post(desk.luna, desk.alice)

    answer = act(desk, "reschedule", post, **fields)

    assert answer.status_code == 422
    assert told in text(answer)
    assert fresh(post).due_at == NOON


def test_each_post_is_told_by_itself_and_one_refusal_stops_no_other(desk: SimpleNamespace) -> None:
    moves, live = posts(desk.luna, desk.alice, 2)
    with workspace_scope(desk.workspace):
        Post.objects.filter(pk=live.pk).update(status="published", next_step_at=None)
    draft = a_draft(desk.luna, desk.alice)

    page = text(act(desk, "reschedule", moves, live, draft, how="days", days="-1"))

    assert "Move in time: 1 of 3 posts" in page
    assert "TikTok lets it be changed only in its own app." in page
    assert bulk.NO_TIME in page
    assert fresh(moves).due_at == NOON - timedelta(days=1)


def test_a_post_that_somebody_changed_meanwhile_is_left_alone(desk: SimpleNamespace) -> None:
    post = a_post(desk.luna, desk.alice)
    with workspace_scope(desk.workspace):
        Post.objects.filter(pk=post.pk).update(version=2)

    assert bulk.CHANGED in text(act(desk, "reschedule", post, how="days", days="1"))
    assert fresh(post).due_at == NOON


def test_a_time_that_has_passed_is_refused(desk: SimpleNamespace) -> None:
    post = a_post(desk.luna, desk.alice, due_at=database_now() + timedelta(hours=1))

    assert "This time has passed." in text(act(desk, "reschedule", post, how="days", days="-1"))


def test_a_draft_gets_the_day_and_the_time_that_it_lacked(desk: SimpleNamespace) -> None:
    draft = a_draft(desk.luna, desk.alice)

    act(desk, "reschedule", draft, how="to", date="2027-03-05", time="12:30")

    assert (fresh(draft).status, fresh(draft).due_local) == ("draft", "2027-03-05T12:30:00")


# --- the way back


def test_undo_puts_every_post_back_where_it_stood_once(desk: SimpleNamespace) -> None:
    first, second = posts(desk.luna, desk.alice, 2)
    act(desk, "reschedule", first, second, how="days", days="3")

    page = text(undo(desk))

    assert "Undo: 2 of 2 posts" in page
    for post in (first, second):
        back = fresh(post)
        assert (back.due_at, back.due_local, back.due_zone) == (post.due_at, post.due_local, "UTC")
    assert "There is nothing to undo." in text(undo(desk))


def test_undo_leaves_alone_what_somebody_changed_since(desk: SimpleNamespace) -> None:
    post = a_post(desk.luna, desk.alice)
    act(desk, "reschedule", post, how="days", days="3")
    with workspace_scope(desk.workspace):
        Post.objects.filter(pk=post.pk).update(version=9)

    assert bulk.CHANGED in text(undo(desk))
    assert fresh(post).due_at == NOON + timedelta(days=3)


def test_only_a_cancelled_draft_can_be_taken_back(desk: SimpleNamespace) -> None:
    draft, waits = a_draft(desk.luna, desk.alice), a_post(desk.luna, desk.alice)

    page = text(act(desk, "cancel", draft, waits))

    assert {fresh(draft).status, fresh(waits).status} == {"cancelled"}
    assert "Undo for 1" in page
    undo(desk)
    assert (fresh(draft).status, fresh(waits).status) == ("draft", "cancelled")


def test_a_cancelled_post_goes_to_drafts_and_back(desk: SimpleNamespace) -> None:
    post = a_post(desk.luna, desk.alice, status="cancelled")

    act(desk, "draft", post)
    assert fresh(post).status == "draft"
    undo(desk)
    assert fresh(post).status == "cancelled"


def test_publishing_again_has_no_way_back(desk: SimpleNamespace) -> None:
    failed = a_post(desk.luna, desk.alice, status="failed", reason="tiktok_trouble")

    page = text(act(desk, "retry", failed))

    assert fresh(failed).status == "scheduled"
    assert "On its way." in page
    assert "Undo" not in page


def test_what_was_done_is_kept_for_its_workspace_only(desk: SimpleNamespace) -> None:
    act(desk, "cancel", a_draft(desk.luna, desk.alice))
    other = make_workspace(desk.alice, name="Bay")

    answer = desk.browser.get(address(other, "posts_bulk_done"))

    assert answer["Location"] == address(other, "posts")


# --- the parts


def test_every_act_has_a_policy_a_verb_and_words() -> None:
    assert list(ACTS) == ["reschedule", "draft", "retry", "cancel"]
    assert all(each.title and each.button and each.warning for each in ACTS.values())


def test_a_shift_counts_from_the_clock_of_the_workspace(desk: SimpleNamespace) -> None:
    desk.workspace.time_zone = "Asia/Tokyo"
    desk.workspace.save()
    post = fresh(a_post(desk.luna, desk.alice))

    with workspace_scope(desk.workspace):
        assert Shift(days=2).of(post) == datetime(2027, 3, 3, 21)  # noqa: DTZ001
