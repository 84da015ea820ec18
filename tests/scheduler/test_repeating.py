"""Posts that come back: copies are drafts made once a day of the rule, and go out only when somebody agrees."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from accounts.models import User, Workspace
from accounts.tenancy import workspace_scope
from scheduler import authoring, repeating, unagreed
from scheduler.clock import database_now
from scheduler.models import Post, Repeat, RepeatCopy
from scheduler.policies import NotPossible
from scheduler.recurrence import Rule
from scheduler.states import PostStatus
from scheduler.upkeep import look_after_publishing
from tests.factories import make_image_media, make_media, make_photo_post, make_post
from tests.scheduler.accounts import plain_account
from tiktok.client.types import CreatorInfo
from tiktok.models import TikTokAccount

pytestmark = pytest.mark.django_db

LISBON = ZoneInfo("Europe/Lisbon")
OPEN = CreatorInfo(
    username="luna.bakes",
    nickname="Luna Bakes",
    avatar_url="",
    privacy_level_options=("PUBLIC_TO_EVERYONE", "SELF_ONLY"),
    comment_disabled=False,
    duet_disabled=False,
    stitch_disabled=False,
    max_video_post_duration_sec=600,
)


@pytest.fixture
def luna(harbour: Workspace) -> TikTokAccount:
    return plain_account(harbour, "luna.bakes")


@pytest.fixture(autouse=True)
def inside(harbour: Workspace):
    with workspace_scope(harbour):
        yield


def tomorrow_at(hour: int, minute: int = 0) -> datetime:
    day = database_now().astimezone(LISBON).date() + timedelta(days=1)
    return datetime.combine(day, time(hour, minute), LISBON)


@pytest.fixture
def post(luna: TikTokAccount, alice: User) -> Post:
    """Scheduled for tomorrow at 12:30 in Lisbon."""
    return make_post(luna, make_media(luna.workspace), alice, due_at=tomorrow_at(12, 30), allow_comment=True)


def day_of(post: Post) -> date:
    assert post.due_at is not None
    return post.due_at.astimezone(LISBON).date()


def weekly(post: Post, **changes: Any) -> Rule:
    day = day_of(post)
    return Rule(**{"weekdays": frozenset({day.weekday()}), "at": time(12, 30), "starts": day} | changes)


def start(post: Post, by: User, **changes: Any) -> Repeat:
    return repeating.start(post=post, rule=weekly(post, **changes), by=by)


def copies(repeat: Repeat) -> list[Post]:
    return [copy.post for copy in repeat.copies.select_related("post")]


def shown(repeat: Repeat) -> list[tuple[Any, int]]:
    return [(copy.pk, copy.version) for copy in copies(repeat)]


def test_starting_makes_the_copies_of_four_weeks_as_drafts(post: Post, alice: User) -> None:
    repeat = start(post, alice)

    made = copies(repeat)

    assert [day_of(copy) - day_of(post) for copy in made] == [timedelta(weeks=n) for n in (1, 2, 3)]
    assert {copy.due_local[11:] for copy in made} == {"12:30:00"}
    assert {(copy.status, copy.due_zone) for copy in made} == {(PostStatus.DRAFT, "Europe/Lisbon")}
    assert all(repeating.is_like(copy, post) for copy in made)
    assert {copy.consent_digest for copy in made} == {""}
    assert all(copy.next_step_at is None for copy in made)


def test_making_ahead_again_makes_nothing_twice(post: Post, alice: User) -> None:
    repeat = start(post, alice)

    assert repeating.make_ahead(repeat) == []
    assert repeating.make_all_ahead() == 0
    Repeat.objects.filter(pk=repeat.pk).update(made_through=repeat.starts)

    assert repeating.make_ahead(repeat) == []
    assert len(copies(repeat)) == 3


def test_the_database_keeps_one_copy_for_a_day(post: Post, alice: User) -> None:
    repeat = start(post, alice)
    [copy, *_] = repeat.copies.all()

    with pytest.raises(IntegrityError, match="repeat_copy_once_a_day"), transaction.atomic():
        RepeatCopy.objects.create(workspace=post.workspace, repeat=repeat, day=copy.day, post=post)


def test_the_sweep_makes_what_a_week_has_brought(post: Post, alice: User) -> None:
    repeat = start(post, alice)
    RepeatCopy.objects.filter(repeat=repeat).latest("day").delete()
    Repeat.objects.filter(pk=repeat.pk).update(made_through=repeat.starts + timedelta(weeks=2))

    look_after_publishing()

    assert len(copies(repeat)) == 3
    repeat.refresh_from_db()
    assert repeat.made_through == database_now().astimezone(LISBON).date() + timedelta(days=28)


def test_days_that_passed_unmade_stay_unmade(post: Post, alice: User) -> None:
    long_ago = day_of(post) - timedelta(weeks=10)

    repeat = start(post, alice, starts=long_ago)

    assert all(copy.due_at > database_now() for copy in copies(repeat))
    assert len(copies(repeat)) == 4


def test_a_rule_that_has_made_all_its_copies_is_over_and_the_post_may_repeat_anew(
    post: Post, alice: User
) -> None:
    repeat = start(post, alice, times=2)

    assert len(copies(repeat)) == 2
    assert repeat.ended_at is not None
    assert start(post, alice, times=1).pk != repeat.pk


def test_photos_come_along_in_their_order(luna: TikTokAccount, alice: User) -> None:
    images = [make_image_media(luna.workspace) for _ in range(3)]
    photos = make_photo_post(luna, images, alice, due_at=tomorrow_at(9), cover_index=1)

    [copy, *_] = copies(start(photos, alice))

    assert [row.media_id for row in copy.images.all()] == [image.pk for image in images]
    assert copy.cover_index == 1


@pytest.mark.parametrize("end", [{"until": date(2026, 1, 1)}])
def test_a_rule_without_a_day_left_is_refused(post: Post, alice: User, end: dict[str, Any]) -> None:
    with pytest.raises(NotPossible, match="No day is left"):
        start(post, alice, **end)


def test_a_post_repeats_once_and_a_copy_never(post: Post, alice: User) -> None:
    repeat = start(post, alice)

    with pytest.raises(NotPossible, match="repeats already"):
        start(post, alice)
    with pytest.raises(NotPossible, match="a copy itself"):
        start(copies(repeat)[0], alice)


def test_a_post_without_a_time_does_not_repeat(harbour: Workspace, alice: User, post: Post) -> None:
    draft = authoring.create(workspace=harbour, by=alice, fields={"caption": "Loaf"})

    with pytest.raises(NotPossible, match="day and a time first"):
        repeating.start(post=draft, rule=weekly(post), by=alice)


def test_stopping_cancels_the_drafts_nobody_touched_and_nothing_else(post: Post, alice: User) -> None:
    repeat = start(post, alice)
    agreed, changed, untouched = copies(repeat)
    repeating.agree(repeat=repeat, shown=[(agreed.pk, 1)], by=alice, creator=OPEN)
    authoring.edit(post=changed, version=1, by=alice, fields={"caption": "Rye this time"})

    cancelled = repeating.stop(repeat=repeat, by=alice)

    assert [each.pk for each in cancelled] == [untouched.pk]
    assert [copy.status for copy in copies(repeat)] == [
        PostStatus.SCHEDULED,
        PostStatus.DRAFT,
        PostStatus.CANCELLED,
    ]
    Repeat.objects.filter(pk=repeat.pk).update(made_through=repeat.starts)
    assert repeating.make_ahead(repeat) == []


def test_a_skipped_copy_is_not_made_again(post: Post, alice: User) -> None:
    repeat = start(post, alice)
    authoring.cancel(post=copies(repeat)[0], by=alice)
    Repeat.objects.filter(pk=repeat.pk).update(made_through=repeat.starts)

    assert repeating.make_ahead(repeat) == []
    assert copies(repeat)[0].status == PostStatus.CANCELLED


class TestAgreeing:
    def test_each_copy_shown_is_scheduled_with_a_consent_of_its_own(
        self, post: Post, alice: User, bob: User
    ) -> None:
        repeat = start(post, alice)

        answers = repeating.agree(repeat=repeat, shown=shown(repeat)[:2], by=bob, creator=OPEN)

        assert [answer.refused for answer in answers] == ["", ""]
        first, second, third = copies(repeat)
        assert [first.status, second.status, third.status] == ["scheduled", "scheduled", "draft"]
        assert first.consent_by == second.consent_by == bob
        assert first.consent_at is not None
        assert first.consent_digest
        assert third.consent_digest == ""

    def test_nothing_is_agreed_without_tiktoks_word(self, post: Post, alice: User) -> None:
        repeat = start(post, alice)

        answers = repeating.agree(repeat=repeat, shown=shown(repeat), by=alice, creator=None)

        assert {answer.refused for answer in answers} == {
            "TikTok has to say first what this account may post."
        }
        assert {copy.status for copy in copies(repeat)} == {PostStatus.DRAFT}

    def test_what_the_creator_no_longer_allows_is_refused_for_each(self, post: Post, alice: User) -> None:
        repeat = start(post, alice)
        closed = replace(OPEN, comment_disabled=True)

        answers = repeating.agree(repeat=repeat, shown=shown(repeat), by=alice, creator=closed)

        assert all("omment" in answer.refused for answer in answers)
        assert len(answers) == 3

    def test_a_copy_that_changed_since_it_was_shown_is_not_agreed_to(self, post: Post, alice: User) -> None:
        repeat = start(post, alice)
        seen = shown(repeat)
        authoring.edit(post=copies(repeat)[0], version=1, by=alice, fields={"caption": "Another"})

        answers = repeating.agree(repeat=repeat, shown=seen, by=alice, creator=OPEN)

        assert [bool(answer.refused) for answer in answers] == [True, False, False]
        assert "changed it meanwhile" in answers[0].refused

    def test_a_copy_that_differs_from_the_series_is_not_agreed_to_with_it(
        self, post: Post, alice: User
    ) -> None:
        repeat = start(post, alice)
        authoring.edit(post=copies(repeat)[0], version=1, by=alice, fields={"caption": "Another"})

        answers = repeating.agree(repeat=repeat, shown=shown(repeat), by=alice, creator=OPEN)

        assert [bool(answer.refused) for answer in answers] == [True, False, False]
        assert "It differs" in answers[0].refused

    def test_another_post_of_the_workspace_cannot_be_smuggled_in(self, post: Post, alice: User) -> None:
        repeat = start(post, alice)
        other = authoring.create(workspace=post.workspace, by=alice, fields={"caption": "Mine"})

        assert repeating.agree(repeat=repeat, shown=[(other.pk, 1)], by=alice, creator=OPEN) == []

    def test_a_copy_can_be_made_like_the_post_again(self, post: Post, alice: User) -> None:
        repeat = start(post, alice)
        copy = copies(repeat)[0]
        authoring.edit(post=copy, version=1, by=alice, fields={"caption": "Another"})
        due = copy.due_at

        matched = repeating.match(repeat=repeat, post_id=copy.pk, by=alice)

        assert matched is not None
        assert repeating.is_like(matched, post)
        assert matched.due_at == due
        assert repeating.match(repeat=repeat, post_id=post.pk, by=alice) is None


class TestReminding:
    def test_the_owner_is_told_once_of_copies_that_are_due_soon(
        self, post: Post, alice: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ahead = timedelta(days=5)
        monkeypatch.setattr(unagreed, "TOLD_AHEAD", ahead)
        repeat = start(post, alice, weekdays=frozenset(range(7)))

        unagreed.tell_owners()
        unagreed.tell_owners()

        [told] = mail.outbox
        soon = [copy for copy in copies(repeat) if copy.due_at < database_now() + ahead]
        assert told.subject == f"{len(soon)} posts to agree to – Harbour Social"
        assert told.to == [alice.email]
        assert "They go out only if you schedule them" in told.body
        assert f"/posts/{soon[0].pk}/" in told.body
        assert "Lisbon time" in told.body

    def test_what_was_agreed_to_or_cancelled_is_no_news(self, post: Post, alice: User) -> None:
        repeat = start(post, alice, weekdays=frozenset(range(7)))
        first, second, *_ = copies(repeat)
        repeating.agree(repeat=repeat, shown=[(first.pk, 1)], by=alice, creator=OPEN)
        authoring.cancel(post=second, by=alice)

        unagreed.tell_owners()

        assert all(str(each.pk) not in told.body for told in mail.outbox for each in (first, second))
