"""From what was typed to the fields of a post; DST, foreign ids, and everything kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.http import QueryDict

from accounts.models import Workspace
from accounts.tenancy import workspace_scope
from scheduler.forms import PostForm, WhenForm
from scheduler.policies import Problem
from tests.factories import make_media

pytestmark = pytest.mark.django_db


def when(workspace: Workspace, date: str, time: str, zone: str = "Europe/Lisbon", **more: str) -> WhenForm:
    workspace.time_zone = zone
    return WhenForm({"date": date, "time": time, **more}, workspace=workspace)


def test_a_time_is_kept_as_meant_and_as_an_instant(harbour: Workspace) -> None:
    form = when(harbour, "2027-07-01", "12.30")

    assert form.is_valid()
    assert form.due == {
        "due_at": datetime(2027, 7, 1, 11, 30, tzinfo=UTC),
        "due_local": "2027-07-01T12:30:00",
        "due_zone": "Europe/Lisbon",
    }


def test_a_skipped_time_is_refused_and_the_next_offered(harbour: Workspace) -> None:
    form = when(harbour, "2027-03-28", "02:30", "Europe/Berlin")

    assert not form.is_valid()
    assert form.errors["time"] == ["The clocks in Berlin skip 02:30 on that day. The next time is 03:00."]
    assert form.offer == datetime(2027, 3, 28, 3, 0)  # noqa: DTZ001 a wall clock


def test_a_repeated_time_asks_which_and_takes_the_answer(harbour: Workspace) -> None:
    asked = when(harbour, "2027-10-31", "02:30", "Europe/Berlin")
    answered = when(harbour, "2027-10-31", "02:30", "Europe/Berlin", fold="1")

    assert not asked.is_valid()
    assert asked.twice == (
        datetime(2027, 10, 31, 0, 30, tzinfo=UTC),
        datetime(2027, 10, 31, 1, 30, tzinfo=UTC),
    )
    assert answered.is_valid()
    assert answered.due["due_at"] == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("date", "time", "field", "sentence"),
    [
        ("", "12:30", "date", "Choose a day."),
        ("2027-02-30", "12:30", "date", "Choose a day."),
        ("1999-01-01", "12:30", "date", "This day has passed. Choose a later one."),
        ("9999-12-31", "23:59", "date", "Choose a day within the next two years."),
        ("2027-06-01", "", "time", "Choose a time."),
        ("2027-06-01", "noon", "time", "Write the time as 12:30."),
    ],
)
def test_what_is_no_time_is_said_beside_its_field(
    harbour: Workspace, date: str, time: str, field: str, sentence: str
) -> None:
    form = when(harbour, date, time)

    assert form.errors == {field: [sentence]}


def composer_form(workspace: Workspace, *, scheduling: bool = False, **data: str) -> PostForm:
    sent = QueryDict(mutable=True)
    sent.update(data)
    return PostForm(sent, workspace=workspace, scheduling=scheduling)


def test_an_empty_form_is_a_draft_with_nothing_chosen(harbour: Workspace, in_harbour: UUID) -> None:
    form = composer_form(harbour)

    assert form.is_valid()
    fields = form.fields_of_post()
    assert (fields.pop("kind"), fields.pop("mode")) == ("video", "direct")
    assert not any(fields.values())
    assert fields["privacy_level"] == ""
    assert fields["due_at"] is None


def test_scheduling_asks_for_a_time_but_a_draft_does_not(harbour: Workspace, in_harbour: UUID) -> None:
    assert composer_form(harbour, when="pick").is_valid()
    assert set(composer_form(harbour, when="pick", scheduling=True).errors) == {"date", "time"}


def test_now_needs_no_time(harbour: Workspace, in_harbour: UUID) -> None:
    form = composer_form(harbour, when="now", time="nonsense", scheduling=True)

    assert form.is_valid()
    assert form.posts_now


def test_a_new_line_counts_once_whatever_the_browser_sent(harbour: Workspace, in_harbour: UUID) -> None:
    form = composer_form(harbour, caption=" one\r\ntwo\rthree ")

    assert form.is_valid()
    assert form.cleaned_data["caption"] == " one\ntwo\nthree "


@pytest.mark.parametrize("value", ["not-an-id", "3a0980a9-f852-4ad3-92f4-a931132a19d0"])
@pytest.mark.parametrize("field", ["account", "media"])
def test_an_unknown_id_is_refused(harbour: Workspace, in_harbour: UUID, field: str, value: str) -> None:
    form = composer_form(harbour, **{field: value})

    assert form.errors == {field: ["This was not found in this workspace. Choose again."]}


def test_a_video_of_another_workspace_is_refused(
    harbour: Workspace, elsewhere: Workspace, in_harbour: UUID
) -> None:
    foreign = make_media(elsewhere)

    form = composer_form(harbour, media=str(foreign.pk))

    assert form.errors == {"media": ["This was not found in this workspace. Choose again."]}


def test_problems_of_the_content_stand_at_their_fields(harbour: Workspace, in_harbour: UUID) -> None:
    form = composer_form(harbour)
    assert form.is_valid()

    form.add_problems([Problem("caption", "Too long."), Problem("elsewhere", "No field.")])

    assert form.errors["caption"] == ["Too long."]
    assert form.non_field_errors() == ["No field."]


def test_the_horizon_is_two_years(harbour: Workspace) -> None:
    today = datetime.now(UTC).date()

    assert when(harbour, str(today + timedelta(days=729)), "12:30").is_valid()
    assert not when(harbour, str(today + timedelta(days=732)), "12:30").is_valid()


@pytest.mark.parametrize(
    ("written", "kept"), [("", None), ("0", 0), ("1.5", 1500), ("1,25", 1250), ("0:02.5", 2500)]
)
def test_the_cover_is_written_in_seconds(harbour: Workspace, written: str, kept: int | None) -> None:
    form = PostForm({"cover_timestamp_ms": written}, workspace=harbour)

    assert form.is_valid()
    assert form.fields_of_post()["cover_timestamp_ms"] == kept


@pytest.mark.parametrize("written", ["soon", "1:2:3", "-1", "9:59"])
def test_a_cover_outside_the_video_is_refused(harbour: Workspace, written: str) -> None:
    video = make_media(harbour)
    with workspace_scope(harbour):
        form = PostForm({"cover_timestamp_ms": written, "media": str(video.pk)}, workspace=harbour)
        assert not form.is_valid()

    assert list(form.errors) == ["cover_timestamp_ms"]


@pytest.mark.parametrize("other", [{"kind": "photo"}, {"mode": "inbox"}])
def test_a_cover_left_behind_by_another_choice_stops_nothing(
    harbour: Workspace, other: dict[str, str]
) -> None:
    form = PostForm({"cover_timestamp_ms": "soon", **other}, workspace=harbour)

    assert form.is_valid()
    assert form.fields_of_post()["cover_timestamp_ms"] is None
