"""Planned posts when clocks change: the workspace gets another zone, or a zone gets other rules (F-41)."""

from __future__ import annotations

import shutil
import zoneinfo
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from threading import Event, Timer
from types import SimpleNamespace

import pytest
from django.db import connection, transaction

from accounts.models import AuditEvent, User, Workspace
from accounts.permissions import Role
from accounts.tenancy import workspace_scope
from scheduler import authoring, rezoning, zone_files, zone_moves
from scheduler.clock import database_now
from scheduler.forms import WhenForm, initial_of
from scheduler.models import Installation, Post, PostEvent
from scheduler.rezoning import Keep
from scheduler.states import EventKind, NextStep, PostStatus
from scheduler.transitions import keep, move
from tests.factories import make_media, make_post
from tests.people import join, make_person
from tests.scheduler.accounts import plain_account
from tests.scheduler.engine import fresh

pytestmark = pytest.mark.django_db(transaction=True)


NEXT_YEAR = datetime.now(UTC).year + 1


def noon(month: int, *, hour: int = 12) -> datetime:
    """Half an hour after it on a wall clock of next year, in winter or summer as the month says."""
    return datetime.combine(date(NEXT_YEAR, month, 10), time(hour, 30))


def night_of_change(month: int) -> date:
    """The Sunday on which the clocks of the European Union change."""
    return max(
        day for day in (date(NEXT_YEAR, month, number) for number in range(25, 32)) if day.weekday() == 6
    )


def planned(studio: SimpleNamespace, local: datetime, zone: str = "Europe/Lisbon", **fields) -> Post:
    at = local.replace(tzinfo=zoneinfo.ZoneInfo(zone)).astimezone(UTC)
    return studio.post(due_at=at, due_local=local.isoformat(), due_zone=zone, **fields)


def change(studio: SimpleNamespace, zone: str, keep: Keep, by: User | None = None) -> tuple[list, list]:
    with workspace_scope(studio.workspace):
        done = rezoning.change_zone(
            workspace=studio.workspace, time_zone=zone, keep=keep, by=by or studio.alice
        )
    studio.workspace.refresh_from_db()
    return done


def test_posts_that_keep_their_moment_go_out_when_they_would_have(studio: SimpleNamespace) -> None:
    post = planned(studio, noon(6))
    assert change(studio, "Europe/Berlin", Keep.MOMENT) == ([], [])

    now = fresh(post)
    assert (now.due_at, now.due_local, now.due_zone) == (post.due_at, post.due_local, "Europe/Lisbon")
    assert now.version == post.version
    assert Workspace.objects.get(pk=studio.workspace.pk).time_zone == "Europe/Berlin"


def test_a_post_that_kept_its_moment_keeps_it_when_its_form_is_saved_as_shown(
    studio: SimpleNamespace,
) -> None:
    post = planned(studio, noon(6))
    change(studio, "Europe/Berlin", Keep.MOMENT)
    with workspace_scope(studio.workspace):
        shown = initial_of(Post.objects.select_related("workspace").get(pk=post.pk))
        form = WhenForm({"date": shown["date"], "time": shown["time"]}, workspace=studio.workspace)
        assert form.is_valid()
    assert (shown["time"], form.due["due_at"]) == ("13:30", post.due_at)


def test_posts_that_keep_their_clock_time_go_out_at_it_in_the_new_zone(studio: SimpleNamespace) -> None:
    post = planned(studio, noon(6))
    [moved], left = change(studio, "Europe/Berlin", Keep.CLOCK)

    now = fresh(post)
    assert (moved.pk, left) == (post.pk, [])
    assert now.due_at == post.due_at - timedelta(hours=1)
    assert (now.due_local, now.due_zone) == (post.due_local, "Europe/Berlin")
    assert (now.status, now.consent_by, now.next_step) == (post.status, post.consent_by, NextStep.CHECK)
    assert now.fence > post.fence
    assert now.version > post.version


def test_what_counts_as_clock_time_is_what_the_workspace_sees(studio: SimpleNamespace) -> None:
    """Planned on New York's clock, and shown on the calendar as 17:30."""
    post = planned(studio, noon(6), "America/New_York")
    change(studio, "Europe/Berlin", Keep.CLOCK)
    assert fresh(post).due_local == noon(6, hour=17).isoformat()


def test_a_draft_with_a_time_moves_too_and_stays_a_draft(studio: SimpleNamespace) -> None:
    post = planned(studio, noon(6))
    with workspace_scope(studio.workspace):
        authoring.move_to_drafts(post=post, by=studio.alice)
    change(studio, "Europe/Berlin", Keep.CLOCK)

    now = fresh(post)
    assert (now.status, now.next_step_at) == (PostStatus.DRAFT, None)
    assert now.due_at == post.due_at - timedelta(hours=1)


def test_a_time_that_the_new_zone_skips_becomes_the_next_one_there_is(studio: SimpleNamespace) -> None:
    """Lisbon has 02:30 on the night on which Berlin goes from 02:00 to 03:00; both change on that Sunday."""
    sunday = night_of_change(3)
    post = planned(studio, datetime.combine(sunday, time(2, 30)))
    change(studio, "Europe/Berlin", Keep.CLOCK)
    assert fresh(post).due_local == datetime.combine(sunday, time(3)).isoformat()


def test_no_post_moves_into_the_past(studio: SimpleNamespace) -> None:
    soon = studio.post(due_in=timedelta(minutes=20))
    moved, [left] = change(studio, "Asia/Tokyo", Keep.CLOCK)
    assert (moved, left.pk) == ([], soon.pk)
    assert fresh(soon).due_at == soon.due_at


@pytest.mark.parametrize("status", [PostStatus.PUBLISHING, PostStatus.CANCELLED, PostStatus.PUBLISHED])
def test_what_a_person_could_not_move_stays(studio: SimpleNamespace, status: PostStatus) -> None:
    post = planned(studio, noon(6))
    with workspace_scope(studio.workspace):
        Post.objects.filter(workspace=studio.workspace, pk=post.pk).update(status=status)
    assert change(studio, "Europe/Berlin", Keep.CLOCK) == ([], [])
    assert fresh(post).due_at == post.due_at


def test_a_change_of_zone_that_is_said_twice_moves_posts_once(studio: SimpleNamespace) -> None:
    """Both requests loaded the workspace before either changed it."""
    post = planned(studio, noon(6))
    seen = [Workspace.objects.get(pk=studio.workspace.pk) for _ in range(2)]
    with workspace_scope(studio.workspace):
        for workspace in seen:
            rezoning.change_zone(
                workspace=workspace, time_zone="Europe/Berlin", keep=Keep.CLOCK, by=studio.alice
            )
        assert PostEvent.objects.filter(post=post, kind=EventKind.RESCHEDULED).count() == 1
        assert AuditEvent.objects.filter(action="workspace.zone_changed").count() == 1
    assert fresh(post).due_at == post.due_at - timedelta(hours=1)


def test_the_second_of_two_changes_starts_from_what_the_first_made_of_it(studio: SimpleNamespace) -> None:
    post = planned(studio, noon(6))
    stale = Workspace.objects.get(pk=studio.workspace.pk)
    change(studio, "Europe/Berlin", Keep.CLOCK)
    with workspace_scope(studio.workspace):
        rezoning.change_zone(workspace=stale, time_zone="Europe/Athens", keep=Keep.CLOCK, by=studio.alice)
        assert AuditEvent.objects.filter(detail__was="Europe/Berlin", detail__now="Europe/Athens").exists()
    now = fresh(post)
    assert (now.due_local, now.due_zone) == (post.due_local, "Europe/Athens")
    assert now.due_at == post.due_at - timedelta(hours=2)


def test_clock_time_in_a_zone_of_the_same_clocks_follows_that_zone_from_now_on(
    studio: SimpleNamespace,
) -> None:
    """Berlin and Madrid agree today; were Madrid's rules another, its posts would follow them."""
    post = planned(studio, noon(6), "Europe/Berlin")
    Workspace.objects.filter(pk=studio.workspace.pk).update(time_zone="Europe/Berlin")
    assert change(studio, "Europe/Madrid", Keep.CLOCK) == ([], [])

    now = fresh(post)
    assert (now.due_at, now.due_local, now.due_zone) == (post.due_at, post.due_local, "Europe/Madrid")
    assert (now.version, now.fence) == (post.version, post.fence)


def test_any_number_of_posts_moves_in_a_few_statements(
    studio: SimpleNamespace, django_assert_max_num_queries
) -> None:
    posts = [planned(studio, noon(6)) for _ in range(12)]
    with django_assert_max_num_queries(14):
        moved, _ = change(studio, "Europe/Berlin", Keep.CLOCK)
    assert {post.pk for post in moved} == {post.pk for post in posts}


@pytest.mark.slow
def test_a_post_that_falls_due_while_the_zone_changes_stays(studio: SimpleNamespace) -> None:
    """Somebody holds the row until it is due."""
    post = studio.post(due_in=timedelta(seconds=2))
    held, over = Event(), Event()

    def hold() -> None:
        try:
            with workspace_scope(studio.workspace), transaction.atomic():
                Post.objects.select_for_update(of=("self",)).get(pk=post.pk)
                held.set()
                assert over.wait(20)
        finally:
            connection.close()

    with ThreadPoolExecutor() as pool:
        holding = pool.submit(hold)
        assert held.wait(20)
        due = Timer(max(0, (post.due_at - datetime.now(UTC)).total_seconds()) + 0.2, over.set)
        due.start()
        assert change(studio, "America/New_York", Keep.CLOCK) == ([], [])
        holding.result()
    assert fresh(post).due_at == post.due_at


def test_a_preview_tells_of_the_first_that_moves_and_how_many_do_not(studio: SimpleNamespace) -> None:
    """In Tokyo the clocks are hours ahead: what is due within them would have passed."""
    for minutes in (20, 40):
        studio.post(due_in=timedelta(minutes=minutes))
    first, _ = (planned(studio, noon(month)) for month in (6, 7))
    with workspace_scope(studio.workspace):
        told = rezoning.preview(studio.workspace, "Asia/Tokyo")
    assert told == (first.due_at, first.due_at - timedelta(hours=8), 2)


@pytest.mark.parametrize("zone", ["Europe/Lisbon", "Europe/London"])
def test_a_preview_is_none_where_no_post_would_move(studio: SimpleNamespace, zone: str) -> None:
    planned(studio, noon(6))
    with workspace_scope(studio.workspace):
        assert rezoning.preview(studio.workspace, zone) is None


def test_another_workspaces_posts_stay(studio: SimpleNamespace, elsewhere: Workspace, charlie: User) -> None:
    luna = plain_account(elsewhere, "sol.cooks")
    theirs = make_post(luna, make_media(elsewhere), charlie, due_in=timedelta(days=9))
    change(studio, "Europe/Berlin", Keep.CLOCK)
    assert fresh(theirs).due_at == theirs.due_at


def test_who_changed_the_zone_and_what_posts_keep_is_on_record(studio: SimpleNamespace) -> None:
    change(studio, "Europe/Berlin", Keep.CLOCK)
    with workspace_scope(studio.workspace):
        event = AuditEvent.objects.get(action="workspace.zone_changed")
    assert event.by == studio.alice
    assert event.detail == {"was": "Europe/Lisbon", "now": "Europe/Berlin", "posts_keep": "clock"}


# --- who is told


def test_owners_are_told_once_and_whoever_did_it_is_not(studio: SimpleNamespace, mailoutbox) -> None:
    maya = make_person("Maya")
    join(studio.workspace, maya, Role.ADMIN)
    mine, hers = planned(studio, noon(6)), planned(studio, noon(7))
    with workspace_scope(studio.workspace):
        Post.objects.filter(workspace=studio.workspace, pk=hers.pk).update(consent_by=maya)
    change(studio, "Europe/Berlin", Keep.CLOCK)
    assert zone_moves.tell_owners() == 1
    assert zone_moves.tell_owners() == 0

    [letter] = mailoutbox
    assert letter.to == [maya.email]
    assert letter.subject == "A post will go out at another moment – Harbour Social"
    assert f"/posts/{hers.pk}/" in letter.body
    assert f"/posts/{mine.pk}/" not in letter.body
    assert "12:30 (Berlin time)" in letter.body
    assert "It was" in letter.body
    assert "13:30 on the same clock" in letter.body


def test_a_second_change_of_zone_is_news_again(studio: SimpleNamespace, mailoutbox) -> None:
    maya = make_person("Maya")
    join(studio.workspace, maya, Role.ADMIN)
    planned(studio, noon(6))
    for zone in ("Europe/Berlin", "Europe/Athens"):
        change(studio, zone, Keep.CLOCK, by=maya)
        zone_moves.tell_owners()
    assert [letter.to for letter in mailoutbox] == [[studio.alice.email]] * 2


def test_who_agrees_to_a_moved_draft_has_seen_its_moment(studio: SimpleNamespace, mailoutbox) -> None:
    maya = make_person("Maya")
    join(studio.workspace, maya, Role.ADMIN)
    post = planned(studio, noon(6))
    with workspace_scope(studio.workspace):
        authoring.move_to_drafts(post=post, by=studio.alice)
    change(studio, "Europe/Berlin", Keep.CLOCK, by=maya)
    with workspace_scope(studio.workspace):
        draft = fresh(post)
        move(draft, PostStatus.SCHEDULED, fence=draft.fence, by=studio.alice, next_step_at=draft.due_at)
        keep(draft, fence=draft.fence, consent_at=database_now())
    assert zone_moves.tell_owners() == 0
    assert mailoutbox == []


def test_a_moment_that_somebody_chose_after_the_clocks_is_no_news(
    studio: SimpleNamespace, mailoutbox
) -> None:
    maya = make_person("Maya")
    join(studio.workspace, maya, Role.ADMIN)
    post = planned(studio, noon(6))
    change(studio, "Europe/Berlin", Keep.CLOCK, by=maya)
    now = fresh(post)
    with workspace_scope(studio.workspace):
        authoring.reschedule(
            post=now,
            version=now.version,
            by=studio.alice,
            due_at=now.due_at + timedelta(hours=2),
            due_local=noon(6, hour=14).isoformat(),
            due_zone="Europe/Berlin",
        )
    assert zone_moves.tell_owners() == 0
    assert mailoutbox == []


# --- other rules of a zone


@pytest.fixture
def lisbon_follows_berlin(tmp_path: Path) -> Iterator[None]:
    """The zone files of this process, swapped for a set in which Lisbon's clocks are Berlin's."""
    folder, was = tmp_path / "zoneinfo", zoneinfo.TZPATH
    for name in ("Europe/Berlin", "Europe/Lisbon", "UTC"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        source = "Europe/Berlin" if name == "Europe/Lisbon" else name
        shutil.copy(next(Path(each, source) for each in was if Path(each, source).is_file()), folder / name)
    _read_zones_from([str(folder)])
    yield
    _read_zones_from(was)


def _read_zones_from(folders: list[str] | tuple[str, ...]) -> None:
    zoneinfo.reset_tzpath(folders)
    zoneinfo.ZoneInfo.clear_cache()
    zone_files.rules.cache_clear()


def test_new_rules_of_a_zone_move_its_posts_to_what_was_meant(
    studio: SimpleNamespace, mailoutbox, request: pytest.FixtureRequest
) -> None:
    concerned, other = planned(studio, noon(6)), planned(studio, noon(6), "UTC")
    rezoning.follow_rules()
    assert fresh(concerned).version == concerned.version

    request.getfixturevalue("lisbon_follows_berlin")
    assert rezoning.follow_rules() == 1
    assert rezoning.follow_rules() == 0
    assert zone_moves.tell_owners() == 1

    now = fresh(concerned)
    assert now.due_at == concerned.due_at - timedelta(hours=1)
    assert (now.due_local, now.due_zone) == (concerned.due_local, "Europe/Lisbon")
    assert fresh(other).due_at == other.due_at
    with workspace_scope(studio.workspace):
        [line] = PostEvent.objects.filter(post=concerned, kind=EventKind.RESCHEDULED)
    assert (line.by, line.detail["because"]) == (None, "rules_changed")
    [letter] = mailoutbox
    assert letter.to == [studio.alice.email]
    assert "The rules of its time zone changed" in letter.body


def test_the_same_rules_ask_for_no_post(studio: SimpleNamespace, django_assert_max_num_queries) -> None:
    rezoning.follow_rules()
    with django_assert_max_num_queries(8):
        assert rezoning.follow_rules() == 0


def test_what_the_rules_are_is_remembered(studio: SimpleNamespace, request: pytest.FixtureRequest) -> None:
    rezoning.follow_rules()
    before = Installation.read().zone_rules
    request.getfixturevalue("lisbon_follows_berlin")
    rezoning.follow_rules()
    assert before not in {"", Installation.read().zone_rules}


def test_the_second_of_two_equal_hours_stays_the_second(studio: SimpleNamespace) -> None:
    """Berlin's last Sunday of October has 02:30 twice."""
    sunday = night_of_change(10)
    local = datetime.combine(sunday, time(2, 30))
    second = local.replace(tzinfo=zoneinfo.ZoneInfo("Europe/Berlin"), fold=1).astimezone(UTC)
    post = studio.post(due_at=second, due_local=local.isoformat(), due_zone="Europe/Berlin")
    Installation.read()
    Installation.objects.update(zone_rules="older")
    rezoning.follow_rules()
    assert fresh(post).due_at == second


def test_the_first_rules_ever_seen_move_nothing(studio: SimpleNamespace) -> None:
    post = planned(studio, noon(6))
    with workspace_scope(studio.workspace):
        at = post.due_at + timedelta(hours=1)
        Post.objects.filter(workspace=studio.workspace, pk=post.pk).update(due_at=at)
    assert rezoning.follow_rules() == 0
    assert fresh(post).due_at == at
    assert Installation.read().zone_rules == zone_files.rules()


def test_many_posts_are_moved_in_small_transactions(
    studio: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setattr(rezoning, "AT_ONCE", 2)
    posts = [planned(studio, noon(month)) for month in (5, 6, 7)]
    rezoning.follow_rules()
    request.getfixturevalue("lisbon_follows_berlin")
    assert rezoning.follow_rules() == 3
    assert [post.due_at - fresh(post).due_at for post in posts] == [timedelta(hours=1)] * 3


def test_new_rules_leave_a_time_with_seconds_alone(
    studio: SimpleNamespace, request: pytest.FixtureRequest
) -> None:
    post = planned(studio, noon(6) + timedelta(seconds=15), "UTC")
    rezoning.follow_rules()
    request.getfixturevalue("lisbon_follows_berlin")
    assert rezoning.follow_rules() == 0
    assert fresh(post).due_at == post.due_at


def test_older_rules_than_those_followed_move_nothing(
    studio: SimpleNamespace, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Another host has newer files already; this one would take back what it did, each minute."""
    post = planned(studio, noon(6))
    request.getfixturevalue("lisbon_follows_berlin")
    (tmp_path / "zoneinfo" / "tzdata.zi").write_text("# version 2020a\n# and rules\n", encoding="utf-8")
    Installation.read()
    Installation.objects.update(zone_rules="2097b 2097b")
    assert rezoning.follow_rules() == 0
    assert fresh(post).due_at == post.due_at
    assert Installation.read().zone_rules == "2097b 2097b"

    Installation.objects.update(zone_rules="2019c 2019c")
    assert rezoning.follow_rules() == 1
    assert Installation.read().zone_rules.startswith("2020a ")


def test_a_zone_that_the_files_dropped_keeps_nobody_else_from_being_moved(
    studio: SimpleNamespace, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> None:
    lost, concerned = planned(studio, noon(6)), planned(studio, noon(6))
    with workspace_scope(studio.workspace):
        Post.objects.filter(workspace=studio.workspace, pk=lost.pk).update(due_zone="Mars/Olympus")
    rezoning.follow_rules()
    request.getfixturevalue("lisbon_follows_berlin")
    assert rezoning.follow_rules() == 1
    assert fresh(concerned).due_at == concerned.due_at - timedelta(hours=1)
    assert fresh(lost).due_at == lost.due_at
    assert "Mars/Olympus" in caplog.text


def test_a_draft_that_lost_its_time_meanwhile_is_left_alone(
    studio: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """Between the look at all posts and the lock of these."""
    emptied, other = planned(studio, noon(6)), planned(studio, noon(7))
    with workspace_scope(studio.workspace):
        authoring.move_to_drafts(post=emptied, by=studio.alice)
    found = rezoning._misread

    def and_somebody_empties_one() -> Iterator:
        for workspace_id, ids in found():
            with workspace_scope(workspace_id):
                rows = Post.objects.filter(workspace_id=workspace_id, pk=emptied.pk)
                rows.update(due_at=None, due_local="", due_zone="")
            yield workspace_id, ids

    monkeypatch.setattr(rezoning, "_misread", and_somebody_empties_one)
    rezoning.follow_rules()
    request.getfixturevalue("lisbon_follows_berlin")
    assert rezoning.follow_rules() == 1
    assert fresh(emptied).due_at is None
    assert fresh(other).due_at == other.due_at - timedelta(hours=1)
