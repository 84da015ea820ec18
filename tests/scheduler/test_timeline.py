"""Events in words: every kind has some, and no code stands in a sentence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from accounts.models import User
from scheduler.states import EventKind, PostStatus, Reason
from scheduler.timeline import Line, by_day, line_of, lines

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LISBON = ZoneInfo("Europe/Lisbon")
ALICE = User(name="Alice", email="alice@people.example")


def event(kind: EventKind, **fields: Any) -> Any:
    known = {
        "at": NOON,
        "by": None,
        "attempt": None,
        "status_from": "",
        "status_to": "",
        "reason": "",
        "code": "",
        "http_status": None,
        "log_id": "",
        "detail": {},
    }
    return SimpleNamespace(kind=kind, **known | fields)


def told(kind: EventKind, **fields: Any) -> Line:
    return line_of(event(kind, **fields), account="Luna Bakes", zone=LISBON)


@pytest.mark.parametrize("kind", [kind for kind in EventKind if kind != EventKind.MOVED])
def test_every_kind_of_event_has_words(kind: EventKind) -> None:
    assert told(kind, by=ALICE).title


@pytest.mark.parametrize("status", PostStatus)
@pytest.mark.parametrize("by", [ALICE, None])
def test_every_move_has_words(status: PostStatus, by: Any) -> None:
    line = told(EventKind.MOVED, status_to=status, by=by)

    assert line.title
    assert "{" not in line.title + line.why


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_is_told_in_the_accounts_name(reason: Reason) -> None:
    line = told(EventKind.MOVED, status_to=PostStatus.FAILED, reason=reason)

    assert line.title.startswith("Not posted: ")
    assert "{account}" not in line.title + line.why


def test_a_code_stands_in_the_details_only() -> None:
    line = told(
        EventKind.MOVED,
        status_to=PostStatus.FAILED,
        reason=Reason.TIKTOK_REFUSED,
        code="spam_risk_text",
        log_id="2026AB",
        http_status=403,
    )

    assert line.title == "Not posted: TikTok found the caption risky"
    assert "spam_risk" not in line.title + line.why
    assert ("code", "spam_risk_text") in line.details
    assert ("log_id", "2026AB") in line.details
    assert ("http status", "403") in line.details


def test_a_lost_connection_is_not_told_with_the_code_of_another_trouble() -> None:
    line = told(EventKind.HELD, reason=Reason.NEEDS_RECONNECT, code="internal")

    assert line.title == "On hold: We lost the connection to Luna Bakes"


def test_who_was_told_is_named() -> None:
    line = told(EventKind.OWNER_TOLD, reason=Reason.APP_CONFIGURATION, detail={"to": "Inês {Duarte}"})

    assert (line.title, line.why) == ("We told Inês {Duarte}", "By mail.")
    assert told(EventKind.OWNER_TOLD).title == "We told the owner"


def test_an_account_may_be_called_anything() -> None:
    event_of = event(EventKind.HELD, reason=Reason.DAILY_CAP)

    line = line_of(event_of, account="{x}", zone=LISBON)

    assert line.title == "On hold: {x} reached TikTok's limit for today"


def test_a_change_names_its_parts_once_each() -> None:
    detail = {"fields": ["caption", "due_at", "due_local", "brand_content"]}

    assert told(EventKind.EDITED, by=ALICE, detail=detail).why == "Caption, time, disclosure"


def test_a_move_in_time_says_from_when_to_when() -> None:
    detail = {"was": "2026-11-20T12:30:00+00:00", "now": "2026-11-21T09:00:00+00:00"}

    assert (
        told(EventKind.RESCHEDULED, by=ALICE, detail=detail).why
        == "From Fri 20 Nov, 12:30 to Sat 21 Nov, 09:00"
    )


def test_waiting_for_tiktok_says_when_it_is_asked_again() -> None:
    line = told(EventKind.RETRYING, detail={"again": "2026-11-20T12:34:00+00:00"})

    assert line.why.endswith("We try again at 12:34.")
    later = told(EventKind.RETRYING, detail={"again": "2026-11-20T23:07:53+00:00"})
    assert later.why.endswith("We try again at 23:08.")


def test_the_newest_line_comes_first_and_repeats_stand_once() -> None:
    events = [
        event(EventKind.CREATED, by=ALICE),
        *[event(EventKind.STATUS_READ, at=NOON + timedelta(seconds=n)) for n in range(1, 5)],
        event(EventKind.MOVED, status_to="published", at=NOON + timedelta(seconds=9)),
    ]

    shown = lines(events, account="Luna Bakes", zone=LISBON)

    assert [line.title for line in shown] == [
        "Published",
        "TikTok is processing it",
        "Alice created the post",
    ]
    assert shown[1].at == NOON + timedelta(seconds=4)


def test_lines_stand_under_the_day_of_the_workspace() -> None:
    late = event(EventKind.CREATED, by=ALICE, at=datetime(2026, 11, 20, 23, 30, tzinfo=UTC))

    ((day, _),) = by_day(lines([late], account="", zone=LISBON), ZoneInfo("Asia/Tokyo"))

    assert day.isoformat() == "2026-11-21"


def test_the_end_of_the_attempt_that_went_live_needs_no_line_of_its_own() -> None:
    ended = [event(EventKind.ATTEMPT_ENDED, detail={"stage": stage}) for stage in ("live", "refused")]

    assert len(lines(ended, account="", zone=LISBON)) == 1


def test_a_look_ahead_that_found_something_does_not_say_that_all_is_well() -> None:
    line = told(EventKind.CHECKED, reason=Reason.PRIVACY_GONE)

    assert (line.title, line.tone) == ("This post may not go out", "attention")
    assert "no longer offers the chosen audience" in line.why


def test_the_end_of_a_hold_does_not_repeat_why_it_waited() -> None:
    assert told(EventKind.RELEASED, reason=Reason.PAUSED).why == "It goes on by itself."
