"""The page "Publishing": who may open it, what it changes, and the banner on every page of a paused workspace."""

from __future__ import annotations

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client

from accounts.models import AuditEvent, User, Workspace
from accounts.tenancy import workspace_scope
from scheduler import lateness, switches
from scheduler.clock import database_now
from scheduler.meters import meters
from scheduler.models import Lane
from scheduler.states import Reason
from tests.people import client_of
from tests.scheduler.pages import address
from tests.scheduler.rows import attempt

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = ("calendar", "accounts", "post_new", "publishing_settings")


@pytest.fixture
def owner(alice: User) -> Client:
    return client_of(alice)


def text(client: Client, workspace: Workspace, page: str) -> str:
    return client.get(address(workspace, page)).content.decode()


def test_the_late_limit_is_shown_and_changed(owner: Client, harbour: Workspace) -> None:
    assert 'value="60"' in text(owner, harbour, "publishing_settings")
    answer = owner.post(address(harbour, "publishing_settings"), {"late_limit_minutes": "15"})

    assert answer.status_code == 302
    assert 'value="15"' in text(owner, harbour, "publishing_settings")
    with workspace_scope(harbour):
        assert lateness.limit_of(harbour.pk) == 15


@pytest.mark.parametrize("wrong", ["1441", "-1", "", "soon"])
def test_a_limit_that_makes_no_sense_is_refused_with_a_sentence(
    owner: Client, harbour: Workspace, wrong: str
) -> None:
    answer = owner.post(address(harbour, "publishing_settings"), {"late_limit_minutes": wrong})

    assert answer.status_code == 422
    assert "aria-invalid" in answer.content.decode()
    with workspace_scope(harbour):
        assert lateness.limit_of(harbour.pk) == 60


def test_pausing_puts_a_banner_on_every_page_until_somebody_resumes(
    owner: Client, harbour: Workspace, alice: User
) -> None:
    assert not any("Publishing is paused." in text(owner, harbour, page) for page in PAGES)
    owner.post(address(harbour, "publishing_pause"))
    for page in PAGES:
        assert "Publishing is paused." in text(owner, harbour, page), page
    assert f"{alice.name} paused it" in text(owner, harbour, "calendar")

    owner.post(address(harbour, "publishing_resume"))
    assert switches.paused(harbour.pk) is None
    assert not any("Publishing is paused." in text(owner, harbour, page) for page in PAGES)
    with workspace_scope(harbour):
        actions = [event.action for event in AuditEvent.objects.filter(by=alice).order_by("at")]
    assert actions[-2:] == ["publishing.paused", "publishing.resumed"]


def test_an_editor_reads_the_banner_and_has_no_switch(bob: User, harbour: Workspace, alice: User) -> None:
    switches.pause_workspace(workspace=harbour, by=alice)
    editor = client_of(bob)
    page = text(editor, harbour, "calendar")

    assert "Publishing is paused." in page
    assert address(harbour, "publishing_settings") not in page
    assert editor.get(address(harbour, "publishing_settings")).status_code == 403
    assert editor.post(address(harbour, "publishing_resume")).status_code == 403
    assert switches.paused(harbour.pk)


@pytest.mark.parametrize(
    ("why", "words"),
    [(Reason.PAUSED, "The operator of this site paused it"), (Reason.RESTORED, "restored from a backup")],
)
def test_a_pause_of_the_operator_says_so_and_offers_no_resume(
    owner: Client, harbour: Workspace, why: Reason, words: str
) -> None:
    switches.pause_all(why=why)
    page = text(owner, harbour, "calendar")

    assert words in page
    assert ">Resume</a>" not in page


def test_a_get_changes_nothing(owner: Client, harbour: Workspace) -> None:
    assert owner.get(address(harbour, "publishing_pause")).status_code == 405
    assert switches.paused(harbour.pk) is None


def test_the_limits_stand_on_the_page_and_on_the_accounts_card(studio: SimpleNamespace) -> None:
    attempt(studio.post(), ago=timedelta(hours=1))
    browser = client_of(studio.alice)

    page = text(browser, studio.workspace, "publishing_settings")
    assert "1 of 15" in page
    assert "Settings read this minute" in page
    card = text(browser, studio.workspace, "accounts")
    assert "1 of 15" in card
    assert "Drafts waiting in TikTok" in card


def test_a_full_meter_says_when_one_more_fits(studio: SimpleNamespace, settings) -> None:
    settings.TIKTOK_POSTS_PER_DAY = 1
    attempt(studio.post(), ago=timedelta(hours=1))

    card = text(client_of(studio.alice), studio.workspace, "accounts")
    assert re.search(r"one more from <time [^>]+>[^<]+</time> Lisbon time</span>", card)
    assert "Full" in card


def test_the_meters_of_a_minute_are_the_engines_own_count(studio: SimpleNamespace) -> None:
    now = database_now()
    calls = [now - timedelta(minutes=5), now - timedelta(seconds=40), now - timedelta(seconds=1)]
    studio.post()
    with workspace_scope(studio.workspace):
        Lane.objects.filter(account=studio.luna, kind="calls").update(inits=calls, infos=calls[2:])
        shown = {meter.label: meter for meter in meters(studio.luna, now)}

    begun = shown["Posts begun this minute"]
    assert (begun.used, begun.of) == (2, 6)
    assert begun.resets_at is not None
    assert timedelta(seconds=15) < begun.resets_at - now < timedelta(seconds=30)
    assert (shown["Settings read this minute"].used, shown["Settings read this minute"].of) == (1, 20)
