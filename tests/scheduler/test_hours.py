"""Pages of posts write times as the person chose who reads them."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.test import Client

from accounts import hours
from accounts.models import User
from tests.people import client_of
from tests.scheduler.engine import fresh
from tests.scheduler.pages import address

DUE = datetime(datetime.now(UTC).year + 1, 1, 14, 17, 45, tzinfo=UTC)
"""In winter Lisbon shows UTC."""


@pytest.fixture
def browser(studio: SimpleNamespace) -> Client:
    User.objects.filter(pk=studio.alice.pk).update(hours="12")
    return client_of(studio.alice)


def test_a_time_is_printed_and_filled_in_as_its_reader_chose(
    browser: Client, studio: SimpleNamespace, bob: User
) -> None:
    post = studio.post(due_at=DUE)
    composer = address(studio.workspace, "post_edit", post.pk)
    page = browser.get(composer).content.decode()
    assert 'value="5:45 pm"' in page
    assert f"5:45{hours.NO_BREAK}pm" in browser.get(address(studio.workspace, "posts")).content.decode()

    colleagues = client_of(bob).get(composer).content.decode()
    assert 'value="17:45"' in colleagues
    assert "data-hours" not in colleagues


def test_a_card_of_the_calendar_is_still_carried_by_its_minute(
    browser: Client, studio: SimpleNamespace
) -> None:
    studio.post(due_at=DUE)
    page = browser.get(f"{address(studio.workspace, 'calendar')}?week={DUE.date()}").content.decode()
    assert 'data-minute="45"' in page


def test_a_time_as_it_was_filled_in_is_read_again(browser: Client, studio: SimpleNamespace) -> None:
    post = studio.post(due_at=DUE)
    form = {"date": DUE.date().isoformat(), "time": "6:15 pm", "version": post.version}
    browser.post(address(studio.workspace, "post_reschedule", post.pk), form)
    assert fresh(post).due_local == f"{DUE.date()}T18:15:00"
