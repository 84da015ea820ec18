"""When no worker takes work, every page that somebody sees signed in says so, in words about the posts (P14)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.core.cache import cache
from django.test import Client
from redis import ConnectionError as RedisAway

from accounts.models import User, Workspace
from config import heartbeat, service_status
from tests.people import alice, client_of, harbour  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor(alice: User, harbour: Workspace) -> Client:  # noqa: F811
    heartbeat.note(["clock", "publish", "uploads"])
    return client_of(alice)


@pytest.fixture
def no_broker(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The broker does not answer; the value counts how often it was asked."""
    asked: list[int] = []

    def away() -> dict[str, datetime]:
        asked.append(1)
        raise RedisAway("away")

    monkeypatch.setattr(heartbeat, "quiet_since", away)
    yield asked
    service_status._Broker.away_until = 0.0


def silence(part: str, seconds: float = 240) -> None:
    cache.set(f"seen:{part}", datetime.now(UTC).timestamp() - seconds, None)


def words(client: Client, address: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", client.get(address).content.decode()))


PAGES = ["/w/harbour-social/calendar/", "/w/harbour-social/accounts/", "/workspaces/", "/start/", "/email/"]


@pytest.mark.parametrize("address", PAGES)
def test_every_page_says_that_posts_wait(visitor: Client, address: str) -> None:
    assert "Posts are not going out." not in words(visitor, address)
    silence("clock")
    assert "Posts are not going out." in words(visitor, address)


def test_a_page_for_anyone_says_nothing_to_people_who_are_not_signed_in(visitor: Client) -> None:
    silence("clock")
    for address in ("/", "/login/", "/signup/"):
        assert "not going out" not in words(Client(), address)


def test_the_banner_tells_the_time_with_the_zone_of_the_workspace(visitor: Client) -> None:
    silence("publish")
    assert re.search(r"since \w+ \d+ \w+, \d\d:\d\d Lisbon time", words(visitor, PAGES[0]))
    assert re.search(r"since \w+ \d+ \w+, \d\d:\d\d UTC", words(visitor, "/workspaces/"))


def test_a_silence_of_the_uploads_alone_is_about_videos(visitor: Client) -> None:
    silence("uploads")
    assert "Videos are not being sent to TikTok." in words(visitor, PAGES[0])


def test_a_sign_from_the_future_is_not_told_as_a_time(visitor: Client) -> None:
    silence("clock", -7200)
    now = service_status.current()
    assert now.since is not None
    assert now.since <= datetime.now(UTC)


class TestTheBannerThatAsksAgain:
    def asked(self, client: Client, page: str) -> str:
        """The address that an open page asks."""
        found = re.search(r'hx-get="(/status/banner/[^"]*)"', client.get(page).content.decode())
        assert found
        return found[1].replace("&amp;", "&")

    def test_it_answers_nothing_while_nothing_changed(self, visitor: Client) -> None:
        assert visitor.get(self.asked(visitor, PAGES[0])).status_code == 204
        silence("clock")
        assert visitor.get(self.asked(visitor, PAGES[0])).status_code == 204

    def test_it_comes_and_goes_by_itself(self, visitor: Client) -> None:
        address = self.asked(visitor, PAGES[0])
        silence("clock")
        assert "Lisbon time" in words(visitor, address)
        down = self.asked(visitor, PAGES[0])
        heartbeat.note(["clock"])
        answer = visitor.get(down)
        assert answer.status_code == 200
        assert b"banner-text" not in answer.content

    def test_a_lost_session_leaves_the_open_page_alone(self, visitor: Client) -> None:
        address = self.asked(visitor, PAGES[0])
        silence("clock")
        answer = Client(headers={"HX-Request": "true"}).get(address)
        assert (answer.status_code, answer.content) == (204, b"")
        assert "HX-Redirect" not in answer

    def test_a_zone_that_does_not_exist_is_utc(self, visitor: Client) -> None:
        silence("clock")
        assert " UTC" in words(visitor, "/status/banner/?zone=../../etc/passwd")


class TestWithoutABroker:
    def test_a_page_is_shown_and_says_what_is_not_known(self, visitor: Client, no_broker: list[int]) -> None:
        assert "Posts may go out late." in words(visitor, PAGES[0])
        assert "reach its own queue" in words(visitor, "/status/")

    def test_only_one_page_in_a_while_waits_for_it(self, visitor: Client, no_broker: list[int]) -> None:
        for _ in range(3):
            visitor.get(PAGES[0])
        assert len(no_broker) == 1


def test_the_status_page_names_what_is_quiet(visitor: Client) -> None:
    assert "Everything is running" in words(visitor, "/status/")
    silence("uploads")
    said = words(visitor, "/status/")
    assert re.search(r"Release Works", said)
    assert re.search(r"Uploads Takes no work", said)
