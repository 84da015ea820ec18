"""A post that went out late says by how much, and why, where its record knows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils.html import escape

from accounts.tenancy import workspace_scope
from scheduler.delays import Delay, delay_of
from scheduler.models import Post
from scheduler.states import EventKind, Reason
from tests.people import client_of
from tests.scheduler.engine import publish
from tests.scheduler.pages import address

DUE = datetime(2026, 11, 20, 14, 30, tzinfo=UTC)
WORKSPACE = SimpleNamespace(zone=ZoneInfo("Europe/Lisbon"))
LUNA = SimpleNamespace(display_name="Luna Bakes")


def event(kind: str, *, after: float, **fields: Any) -> Any:
    """So many minutes after the due time."""
    known: dict[str, Any] = {"by_id": None, "reason": "", "code": "", "status_to": "", "detail": {}}
    return SimpleNamespace(kind=kind, at=DUE + timedelta(minutes=after), **known | fields)


def late(*events: Any, by: float = 2.5, sent: float | None = None, status: str = "published") -> Delay | None:
    went = DUE + timedelta(minutes=by if sent is None else sent)
    post = SimpleNamespace(
        status=status,
        due_at=DUE,
        published_at=DUE + timedelta(minutes=by),
        account=LUNA,
        workspace=WORKSPACE,
    )
    attempt = SimpleNamespace(last_byte_at=went, commit_intent_at=went)
    return delay_of(post, attempt, events)  # type: ignore[arg-type]


def test_a_minute_is_punctual() -> None:
    assert late(by=1) is None
    assert late(by=3, status="in_inbox") is None


def test_what_a_person_says_is_live_has_no_time_of_its_own() -> None:
    assert late(event(EventKind.MOVED, after=90, status_to="published", by_id=1), by=90) is None


def test_where_nothing_is_known_no_reason_is_given() -> None:
    assert late() == Delay("2 min", "")


def test_where_all_was_sent_in_time_the_rest_was_tiktoks() -> None:
    assert late(sent=0.1) == Delay("2 min", "TikTok took until then to process it")


def test_a_hold_beyond_the_due_time_is_the_reason() -> None:
    held = event(EventKind.HELD, after=-60, reason=Reason.PAUSED)

    found = late(held, event(EventKind.RELEASED, after=1, reason=Reason.PAUSED))

    assert found == Delay("2 min", "it was on hold until 14:31: Publishing is paused")
    assert late(held, event(EventKind.RELEASED, after=-30, reason=Reason.PAUSED)) == Delay("2 min", "")


@pytest.mark.parametrize(
    ("kind", "because"),
    [
        (EventKind.RETRYING, "TikTok did not answer properly at first"),
        (EventKind.ANSWER_LOST, "TikTok's answer to an earlier attempt was lost"),
        (EventKind.ATTEMPT_ENDED, "an earlier attempt ended without a post"),
    ],
)
def test_trouble_around_the_due_time_is_the_reason(kind: EventKind, because: str) -> None:
    assert late(event(kind, after=0.5)) == Delay("2 min", because)
    assert late(event(kind, after=-20)) == Delay("2 min", "")
    assert late(event(kind, after=2.7), by=3, sent=2) == Delay("3 min", "")


@pytest.mark.django_db(transaction=True)
def test_the_page_of_the_post_says_it(studio: SimpleNamespace) -> None:
    post = publish(studio.post())
    browser = client_of(studio.alice)
    where = address(studio.workspace, "post_detail", post.pk)
    assert " late" not in browser.get(where).content.decode()

    assert post.due_at is not None
    with workspace_scope(studio.workspace):
        Post.objects.filter(pk=post.pk).update(published_at=post.due_at + timedelta(minutes=2, seconds=9))
    page = browser.get(where).content.decode()

    assert escape(" Lisbon time, 2 min late, because TikTok took until then to process it.") in page
