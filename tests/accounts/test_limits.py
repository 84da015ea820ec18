"""How often a door may be tried (R-06). The limits live in the shared cache, not in a process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def limits_as_in_production(settings: Settings) -> Iterator[None]:
    settings.ACCOUNT_RATE_LIMITS = {}
    cache.clear()
    yield
    cache.clear()


def try_once(browser: Client, email: str, password: str = "not the password", forwarded: str = "") -> str:
    """How the sign-in page answered: "in", "slow down", or "no"."""
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    answer = browser.post("/login/", {"login": email, "password": password}, headers=headers)
    if answer.status_code == 302:
        return "in"
    text = answer.content.decode()
    return "slow down" if answer.status_code == 429 or "Too many failed login attempts" in text else "no"


def test_the_sixth_guess_at_one_account_is_not_even_looked_at(alice: User) -> None:
    browser = Client()
    assert [try_once(browser, alice.email) for _ in range(5)] == ["no"] * 5
    assert try_once(browser, alice.email, PASSWORD) == "slow down"


def test_a_made_up_forwarding_header_gives_no_fresh_start(alice: User) -> None:
    answers = [try_once(Client(), alice.email, forwarded=f"203.0.113.{n}") for n in range(12)]
    assert answers[-1] == "slow down"


def test_guessing_at_many_accounts_from_one_address_is_stopped(db: None) -> None:
    answers = [try_once(Client(), f"person{n}@people.example") for n in range(12)]
    assert answers[-1] == "slow down"


def test_someone_who_signs_in_is_not_slowed_by_one_mistake(alice: User) -> None:
    assert try_once(Client(), alice.email) == "no"
    assert try_once(Client(), alice.email, PASSWORD) == "in"


def test_resets_for_one_address_are_limited(alice: User) -> None:
    answers = [Client().post("/password/reset/", {"email": alice.email}).status_code for _ in range(6)]
    assert answers[-1] == 429


def test_the_page_that_says_slow_down_wears_our_base(alice: User) -> None:
    for _ in range(6):
        answer = Client().post("/password/reset/", {"email": alice.email})
    assert '<div class="plain-card panel">' in answer.content.decode()
