"""When no worker takes work, every page that somebody sees signed in says so, in words about the posts (P14)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from redis import ConnectionError as RedisAway

from accounts.models import User, Workspace
from config import heartbeat, service_status
from scheduler.states import Stage
from tests.people import alice, client_of, harbour, make_person, make_workspace  # noqa: F401
from tests.scheduler.rows import attempt
from tests.scheduler.table_rows import a_post, an_account
from tiktok.models import TikTokAccount

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


class TestTheTimesOfTheStatusPage:
    def times(self, client: Client, query: str = "") -> set[str]:
        """The zones that its times are told in."""
        return set(
            re.findall(r"Last seen \w+ \d+ \w+, \d\d:\d\d ([\w ]+)\.", words(client, f"/status/{query}"))
        )

    def test_are_those_of_the_only_workspace(self, visitor: Client) -> None:
        assert self.times(visitor) == {"Lisbon time"}

    def test_are_those_of_the_page_that_led_here(self, visitor: Client) -> None:
        silence("clock")
        link = re.search(r'href="(/status/[^"]*)"', visitor.get(PAGES[0]).content.decode())
        assert link
        assert link[1] == "/status/?zone=Europe%2FLisbon"
        assert self.times(visitor, "?zone=Asia/Tokyo") == {"Tokyo time"}

    def test_are_utc_and_say_so_where_workspaces_differ(self, visitor: Client, alice: User) -> None:  # noqa: F811
        make_workspace(alice, name="Far", time_zone="Asia/Tokyo")
        assert self.times(visitor) == {"UTC"}

    def test_are_utc_where_a_zone_does_not_exist_and_nobody_has_a_workspace(self) -> None:
        heartbeat.note(["clock", "publish", "uploads"])
        assert self.times(client_of(make_person("Nadia")), "?zone=../../etc/passwd") == {"UTC"}


class TestTheWorkOfTheInstallation:
    @pytest.fixture
    def luna(self, harbour: Workspace) -> TikTokAccount:  # noqa: F811
        return an_account(harbour)

    def test_a_new_one_has_nothing_to_tell(self, visitor: Client) -> None:
        said = words(visitor, "/status/")
        assert "Up to date" in said
        assert "None has left yet." in said
        assert "No post was sent in the last 24 hours." in said

    def test_a_queue_that_nobody_takes_from_is_red(
        self,
        visitor: Client,
        luna: TikTokAccount,
        alice: User,  # noqa: F811
    ) -> None:
        now = datetime.now(UTC)
        a_post(luna, alice, next_step_at=now - timedelta(seconds=30))
        assert "Up to date" in words(visitor, "/status/")
        a_post(luna, alice, next_step_at=now - timedelta(minutes=5))
        assert "Everything is running" not in words(visitor, "/status/")
        assert re.search(
            r"Queue Waits too long .* since \w+ \d+ \w+, \d\d:\d\d Lisbon", words(visitor, "/status/")
        )

    def test_a_post_that_is_due_at_its_instant_counts_too(
        self,
        visitor: Client,
        luna: TikTokAccount,
        alice: User,  # noqa: F811
    ) -> None:
        a_post(luna, alice, next_step="commit", next_step_at=datetime.now(UTC) - timedelta(minutes=5))
        assert "Waits too long" in words(visitor, "/status/")

    def test_posts_of_a_day_are_counted_by_whether_tiktok_answered(
        self,
        visitor: Client,
        luna: TikTokAccount,
        alice: User,  # noqa: F811
    ) -> None:
        for hours, stage in (
            (1, Stage.LIVE),
            (2, Stage.REFUSED),
            (3, Stage.COMMITTING),
            (30, Stage.COMMITTING),
        ):
            attempt(a_post(luna, alice), ago=timedelta(hours=hours), stage=stage)
        said = words(visitor, "/status/")
        assert "Has answered 2 of the 3 posts sent in the last 24 hours (66%)." in said
        assert re.search(r"Left for TikTok \w+ \d+ \w+, \d\d:\d\d:\d\d Lisbon time\.", said)

    def test_it_is_told_without_a_broker_too(self, visitor: Client, no_broker: list[int]) -> None:
        assert "None has left yet." in words(visitor, "/status/")
