"""Another time for a post, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest
import time_machine

from accounts.tenancy import workspace_scope
from scheduler import authoring, filling, moving
from scheduler.models import Post, PostingSlot
from scheduler.policies import ContentRefused, NotPossible
from tests.people import make_person, make_workspace

pytestmark = pytest.mark.django_db(transaction=True)

FRIDAY = datetime(2026, 12, 4, 12, 30, tzinfo=UTC)


@pytest.fixture
def desk(studio: SimpleNamespace, in_studio: UUID) -> SimpleNamespace:
    return studio


@pytest.fixture
def in_studio(studio: SimpleNamespace):
    with workspace_scope(studio.workspace) as workspace_id:
        yield workspace_id


@pytest.fixture
def draft(desk: SimpleNamespace) -> Callable[..., Post]:
    def make(**fields) -> Post:
        known = {"caption": "Half an idea", "account": desk.luna} | fields
        return authoring.create(workspace=desk.workspace, by=desk.alice, fields=known)

    return make


def fresh(post: Post) -> Post:
    return Post.objects.get(pk=post.pk)


def put(post: Post, **columns) -> Post:
    Post.objects.filter(pk=post.pk).update(**columns)
    return fresh(post)


def moved(desk: SimpleNamespace, post: Post, day: date = date(2026, 12, 5), **more) -> Post:
    return moving.move(post=post, by=desk.alice, day=day, time=time(9, 30), **more)


def test_a_scheduled_post_stays_agreed_to(desk: SimpleNamespace) -> None:
    post = desk.post(due_at=FRIDAY)

    after = fresh(moved(desk, post))

    assert (after.due_local, after.due_zone) == ("2026-12-05T09:30:00", "Europe/Lisbon")
    assert after.status == "scheduled"
    assert after.consent_digest == post.consent_digest
    assert after.version == post.version + 1


def test_a_draft_stays_a_draft(desk: SimpleNamespace, draft: Callable[..., Post]) -> None:
    after = fresh(moved(desk, draft()))

    assert (after.status, after.due_local) == ("draft", "2026-12-05T09:30:00")


def test_a_time_that_the_clocks_skip_is_the_next_one(desk: SimpleNamespace) -> None:
    post = desk.post(due_at=FRIDAY)

    after = moving.move(post=post, by=desk.alice, day=date(2027, 3, 28), time=time(1, 30))

    assert after.due_local == "2027-03-28T02:00:00"


def test_a_time_that_comes_twice_is_the_first(desk: SimpleNamespace) -> None:
    post = desk.post(due_at=FRIDAY)

    after = moving.move(post=post, by=desk.alice, day=date(2027, 10, 31), time=time(1, 30))

    assert after.due_at == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("is_draft", [True, False])
def test_the_past_is_refused(desk: SimpleNamespace, draft: Callable[..., Post], is_draft: bool) -> None:
    post = draft() if is_draft else desk.post(due_at=FRIDAY)

    with pytest.raises(ContentRefused, match="passed"):
        moved(desk, post, day=date(2024, 1, 1))

    assert fresh(post).due_at == post.due_at


@pytest.mark.parametrize("status", ["publishing", "published", "in_inbox", "needs_check", "cancelled"])
def test_what_is_out_of_our_hands_stays_where_it_is(desk: SimpleNamespace, status: str) -> None:
    post = put(desk.post(due_at=FRIDAY), status=status, reason="late")

    with pytest.raises(NotPossible):
        moved(desk, post)

    assert not moving.may_move(post)
    assert moving.why_not(post).endswith(".")


def test_a_post_that_was_changed_meanwhile_is_left_alone(desk: SimpleNamespace) -> None:
    post = desk.post(due_at=FRIDAY)
    moved(desk, post)

    with pytest.raises(authoring.StaleVersion):
        moved(desk, post, day=date(2026, 12, 6), version=post.version)

    assert fresh(post).due_local == "2026-12-05T09:30:00"


def test_undo_gives_back_exactly_the_time_that_it_had(desk: SimpleNamespace) -> None:
    post = desk.post(due_at=FRIDAY)
    way = moving.way_back([post], [moved(desk, post)])

    moving.undo(way=way, workspace=desk.workspace, by=desk.alice)

    after = fresh(post)
    assert (after.due_at, after.due_local, after.due_zone) == (post.due_at, post.due_local, post.due_zone)
    assert (after.status, after.consent_digest) == ("scheduled", post.consent_digest)


def test_undo_takes_a_draft_back_to_no_time(desk: SimpleNamespace, draft: Callable[..., Post]) -> None:
    post = draft()
    way = moving.way_back([post], [moved(desk, post)])

    moving.undo(way=way, workspace=desk.workspace, by=desk.alice)

    assert (fresh(post).due_at, fresh(post).due_local) == (None, "")


def test_undo_works_once(desk: SimpleNamespace) -> None:
    post = desk.post(due_at=FRIDAY)
    way = moving.way_back([post], [moved(desk, post)])
    moving.undo(way=way, workspace=desk.workspace, by=desk.alice)

    with pytest.raises(authoring.StaleVersion):
        moving.undo(way=way, workspace=desk.workspace, by=desk.alice)


def test_undo_is_all_or_nothing(desk: SimpleNamespace) -> None:
    posts = [desk.post(due_at=FRIDAY), desk.post(due_at=FRIDAY + timedelta(hours=1))]
    after = [moved(desk, post) for post in posts]
    moved(desk, after[1], day=date(2026, 12, 8))

    with pytest.raises(authoring.StaleVersion):
        moving.undo(way=moving.way_back(posts, after), workspace=desk.workspace, by=desk.alice)

    assert fresh(posts[0]).due_local == "2026-12-05T09:30:00"


def test_the_way_back_closes(desk: SimpleNamespace) -> None:
    post = desk.post(due_at=FRIDAY)
    way = moving.way_back([post], [moved(desk, post)])

    later = datetime.now(UTC) + timedelta(seconds=moving.UNDO_TAKEN_SECONDS + 1)
    with time_machine.travel(later), pytest.raises(moving.TooLate, match="too late"):
        moving.undo(way=way, workspace=desk.workspace, by=desk.alice)


def test_a_way_back_that_nobody_gave_leads_nowhere(desk: SimpleNamespace) -> None:
    with pytest.raises(moving.TooLate):
        moving.undo(way="made-up", workspace=desk.workspace, by=desk.alice)


def test_a_way_back_leads_nowhere_in_another_workspace(desk: SimpleNamespace) -> None:
    post = desk.post(due_at=FRIDAY)
    way = moving.way_back([post], [moved(desk, post)])
    theirs = make_workspace(make_person("Mallory"), name="Elsewhere")

    with workspace_scope(theirs), pytest.raises(moving.TooLate):
        moving.undo(way=way, workspace=theirs, by=desk.alice)

    assert fresh(post).due_local == "2026-12-05T09:30:00"


def test_moving_a_failed_post_schedules_it_and_has_no_way_back(desk: SimpleNamespace) -> None:
    post = put(desk.post(due_at=FRIDAY), status="failed", reason="tiktok_trouble", next_step_at=None)

    after = moved(desk, post)

    assert fresh(post).status == "scheduled"
    assert moving.way_back([post], [after]) == ""


def test_a_fill_is_undone_but_for_what_somebody_changed(
    desk: SimpleNamespace, draft: Callable[..., Post]
) -> None:
    for at in (time(9), time(17)):
        for weekday in range(7):
            PostingSlot.objects.create(workspace=desk.workspace, account=desk.luna, weekday=weekday, at=at)
    drafts = [draft(), draft()]
    placed = filling.fill(drafts, by=desk.alice)
    moved(desk, fresh(drafts[1]))

    undone = moving.undo(way=moving.way_back_of_fill(placed), workspace=desk.workspace, by=desk.alice)

    assert [post.pk for post in undone] == [drafts[0].pk]
    assert fresh(drafts[0]).due_at is None
    assert fresh(drafts[1]).due_local == "2026-12-05T09:30:00"
