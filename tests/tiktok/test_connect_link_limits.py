"""How often links are tried and made, and that no log holds one (R-06, R-25)."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import User, Workspace
from config.discretion import DiscreetFormatter
from config.gunicorn import DiscreetLogger
from tests.people import client_of
from tests.tiktok.guests import Guest
from tests.tiktok.journey import page

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def limits(settings: Any) -> Iterator[None]:
    settings.ACCOUNT_RATE_LIMITS = {"connect_link": "3/m/ip", "connect_link_make": "1/m/user"}
    cache.clear()
    yield
    cache.clear()


def test_guessing_is_slowed_down(guest: Guest, limits: None) -> None:
    answers = [Client().get(f"/c/guess-{number}/").status_code for number in range(4)]
    assert answers == [404, 404, 404, 429]


def test_making_links_is_slowed_down(alice: User, harbour: Workspace, tiktok: Any, limits: None) -> None:
    browser = client_of(alice)
    answers = [browser.post(page("connect_link_make", harbour)).status_code for _ in range(2)]
    assert answers == [200, 429]


def test_no_token_reaches_a_log(guest: Guest, limits: None, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert [guest.looks().status_code for _ in range(4)][-1] == 429
    [refused] = caplog.records
    assert guest.path in refused.getMessage(), "Django itself would write it"
    ours = [each for each in logging.getLogger().handlers if isinstance(each.formatter, DiscreetFormatter)]
    [handler] = ours
    assert "/c/…" in handler.format(refused)
    assert guest.path not in handler.format(refused)


def test_the_access_log_is_as_discreet(guest: Guest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gunicorn.glogging.Logger.atoms", lambda *_: {"U": guest.path})
    assert DiscreetLogger.atoms(object.__new__(DiscreetLogger))["U"] == "/c/…/"


def test_the_names_of_the_routes_are_as_promised() -> None:
    assert reverse("connect_link", kwargs={"connect_token": "abc"}) == "/c/abc/"
