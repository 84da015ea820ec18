"""Connecting, disconnecting and taking over from a laptop left open: the password comes first (R-04)."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from tests.people import PASSWORD, age_proof, client_of, make_workspace
from tests.tiktok.journey import Traveller, page
from tests.tiktok.test_connect import accounts_of, pending_of
from tiktok.models import AccountStatus

pytestmark = pytest.mark.django_db(transaction=True)

FIVE_MINUTES = 300


@pytest.fixture
def traveller(alice, harbour, tiktok) -> Traveller:
    return Traveller(client_of(alice), harbour)


def asked_for(back: str) -> str:
    return f"/reauthenticate/?{urlencode({'next': back})}"


def give_password(traveller: Traveller, question: str) -> str:
    """Answer the question; returns where that leads."""
    led = dict(parse_qsl(urlsplit(question).query))
    answer = traveller.client.post(question, {"password": PASSWORD, **led})
    return answer["Location"]


def a_luna(traveller: Traveller):
    traveller.connect()
    [luna] = accounts_of(traveller.workspace)
    return luna


# --- who is asked


def test_who_has_just_signed_in_is_not_asked_again(traveller):
    age_proof(traveller.client, FIVE_MINUTES - 30)
    assert urlsplit(traveller.leave()).path == "/v2/auth/authorize/"


def test_connecting_asks_first_and_then_goes_on_by_itself(traveller, harbour):
    age_proof(traveller.client, FIVE_MINUTES + 1)
    begin = page("connect_begin", harbour)
    question = traveller.leave()
    assert question == asked_for(begin)
    assert give_password(traveller, question) == begin

    departed = traveller.client.get(begin)["Location"]

    arrived = traveller.client.get(traveller.consent(departed))
    traveller.client.post(arrived["Location"])
    assert [account.username for account in accounts_of(harbour)] == ["luna.bakes"]


def test_reconnecting_asks_first_and_keeps_which_account(traveller, harbour):
    luna = a_luna(traveller)
    age_proof(traveller.client, FIVE_MINUTES + 1)
    give_password(traveller, traveller.leave(luna))

    departed = traveller.client.get(page("connect_begin", harbour))["Location"]

    answer = traveller.client.get(traveller.consent(departed, "fernandfold"))
    assert answer.status_code == 409, "another creator than the one that was to be renewed"


def test_going_on_without_the_password_asks_again(traveller, harbour):
    age_proof(traveller.client, FIVE_MINUTES + 1)
    traveller.leave()
    begin = page("connect_begin", harbour)
    assert traveller.client.get(begin)["Location"] == asked_for(begin)


def test_the_last_yes_of_a_slow_trip_asks_first(traveller, harbour):
    arrived = traveller.arrive()["Location"]
    age_proof(traveller.client, FIVE_MINUTES + 1)

    assert traveller.client.post(arrived)["Location"] == asked_for(arrived)

    assert accounts_of(harbour) == []
    assert len(pending_of(harbour)) == 1


def test_taking_a_creator_over_asks_first(traveller, harbour, charlie, elsewhere):
    Traveller(client_of(charlie), elsewhere).connect()
    arrived = traveller.arrive()["Location"]
    age_proof(traveller.client, FIVE_MINUTES + 1)

    assert traveller.client.post(arrived, {"take_over": "yes"})["Location"] == asked_for(arrived)

    [theirs] = accounts_of(elsewhere)
    assert theirs.status == AccountStatus.ACTIVE
    assert accounts_of(harbour) == []


def test_disconnecting_asks_first_and_comes_back_to_its_page(traveller, harbour):
    luna = a_luna(traveller)
    age_proof(traveller.client, FIVE_MINUTES + 1)
    place = page("account_disconnect", harbour, account_id=luna.pk)

    question = traveller.client.post(place)["Location"]

    assert question == asked_for(place)
    assert [account.status for account in accounts_of(harbour)] == [AccountStatus.ACTIVE]
    assert give_password(traveller, question) == place
    traveller.client.post(place)
    assert [account.status for account in accounts_of(harbour)] == [AccountStatus.DISCONNECTED]


# --- the address that goes on


def test_the_address_that_goes_on_begins_nothing_by_itself(traveller, harbour):
    assert traveller.client.get(page("connect_begin", harbour))["Location"] == page("accounts", harbour)


def test_it_goes_on_once(traveller, harbour):
    age_proof(traveller.client, FIVE_MINUTES + 1)
    give_password(traveller, traveller.leave())
    begin = page("connect_begin", harbour)
    assert urlsplit(traveller.client.get(begin)["Location"]).path == "/v2/auth/authorize/"
    assert traveller.client.get(begin)["Location"] == page("accounts", harbour)


def test_what_was_asked_for_in_one_workspace_begins_nothing_in_another(traveller, alice):
    age_proof(traveller.client, FIVE_MINUTES + 1)
    give_password(traveller, traveller.leave())
    second = make_workspace(alice, name="Second Street")
    assert traveller.client.get(page("connect_begin", second))["Location"] == page("accounts", second)
