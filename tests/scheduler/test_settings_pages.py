"""The page "Settings": a workspace's name, its zone and what planned posts keep of it, and who is in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.test import Client

from accounts.models import AuditEvent, User, Workspace
from accounts.templatetags.ui import local
from accounts.tenancy import workspace_scope
from tests.people import client_of
from tests.scheduler.engine import fresh
from tests.scheduler.pages import address

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def owner(alice: User) -> Client:
    return client_of(alice)


def save(client: Client, workspace: Workspace, **fields: str):
    said = {"name": workspace.name, "time_zone": workspace.time_zone} | fields
    return client.post(address(workspace, "workspace_settings"), said)


def winter_noon() -> datetime:
    """Of next year: Lisbon's clocks show UTC then."""
    return datetime(datetime.now(UTC).year + 1, 1, 20, 12, 30, tzinfo=UTC)


def now(workspace: Workspace) -> Workspace:
    return Workspace.objects.get(pk=workspace.pk)


def test_it_shows_name_zone_and_everybody_with_their_role(
    owner: Client, harbour: Workspace, alice: User, bob: User
) -> None:
    page = owner.get(address(harbour, "workspace_settings")).content.decode()
    assert 'value="Harbour Social"' in page
    assert '<option value="Europe/Lisbon" selected>' in page
    for person, role in ((alice, "Owner"), (bob, "Editor")):
        assert person.email in page
        assert role in page
    assert "What do planned posts keep?" not in page


def test_another_name_leaves_the_address(owner: Client, harbour: Workspace) -> None:
    answer = save(owner, harbour, name="  Harbour & Sons ")
    assert answer["Location"] == address(harbour, "workspace_settings")
    assert (now(harbour).name, now(harbour).slug) == ("Harbour & Sons", harbour.slug)
    with workspace_scope(harbour):
        assert AuditEvent.objects.get(action="workspace.renamed").detail["was"] == "Harbour Social"


@pytest.mark.parametrize("wrong", [{"name": ""}, {"name": "x" * 81}, {"time_zone": "Mars/Olympus"}])
def test_what_makes_no_sense_is_refused_beside_its_field(
    owner: Client, harbour: Workspace, wrong: dict[str, str]
) -> None:
    answer = save(owner, harbour, **wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "aria-invalid" in page
    assert f'<span class="workspace-name">{harbour.name}<small>Lisbon time' in page
    assert (now(harbour).name, now(harbour).time_zone) == (harbour.name, harbour.time_zone)


def test_with_nothing_planned_another_zone_is_saved_at_once(owner: Client, harbour: Workspace) -> None:
    assert save(owner, harbour, time_zone="Asia/Tokyo").status_code == 302
    assert now(harbour).time_zone == "Asia/Tokyo"


def test_with_posts_planned_it_asks_what_they_keep_and_says_what_either_means(
    studio: SimpleNamespace,
) -> None:
    owner, post = client_of(studio.alice), studio.post(due_in=timedelta(days=30))
    answer = save(owner, studio.workspace, time_zone="Asia/Tokyo", name="Kept as typed")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "What do planned posts keep?" in page
    assert page.count("Tokyo time") == page.count("Lisbon time") - 1 == 2  # the rail names the zone as well
    assert "Choose what they keep." in page
    assert 'value="Kept as typed"' in page
    assert (now(studio.workspace).time_zone, fresh(post).due_at) == ("Europe/Lisbon", post.due_at)


@pytest.mark.parametrize(
    ("keep", "hours", "told"),
    [("moment", 0, "Saved."), ("clock", 9, "One post goes out at another moment now.")],
)
def test_the_answer_is_done(studio: SimpleNamespace, keep: str, hours: int, told: str) -> None:
    owner, post = client_of(studio.alice), studio.post(due_at=winter_noon())
    answer = save(owner, studio.workspace, time_zone="Asia/Tokyo", keep=keep)
    assert answer.status_code == 302
    assert now(studio.workspace).time_zone == "Asia/Tokyo"
    assert post.due_at - fresh(post).due_at == timedelta(hours=hours)
    assert told in owner.get(answer["Location"]).content.decode()


def test_a_post_too_near_to_keep_its_clock_time_is_said(studio: SimpleNamespace) -> None:
    owner, _ = client_of(studio.alice), studio.post(due_in=timedelta(minutes=20))
    answer = save(owner, studio.workspace, time_zone="Asia/Tokyo", keep="clock")
    assert "One post goes out at the old moment" in owner.get(answer["Location"]).content.decode()


def test_it_foretells_the_first_that_moves_and_says_which_do_not(studio: SimpleNamespace) -> None:
    owner, _ = client_of(studio.alice), studio.post(due_in=timedelta(minutes=20))
    studio.post(due_at=winter_noon())
    page = save(owner, studio.workspace, time_zone="Asia/Tokyo").content.decode()
    assert f"The next one goes out at {local(winter_noon(), 'UTC')} (Tokyo time)." in page
    assert "One post keeps its moment: on the new clock it would have passed already." in page


def test_a_zone_with_the_same_clocks_asks_nothing(studio: SimpleNamespace) -> None:
    owner, post = client_of(studio.alice), studio.post(due_at=winter_noon())
    assert save(owner, studio.workspace, time_zone="Europe/London").status_code == 302
    assert fresh(post).due_at == post.due_at


def test_an_answer_to_a_question_that_is_asked_no_more_is_no_mistake(studio: SimpleNamespace) -> None:
    """Tokyo was chosen, then "their moment", then Lisbon again."""
    owner, _ = client_of(studio.alice), studio.post(due_at=winter_noon())
    assert save(owner, studio.workspace, name="Harbour", keep="moment").status_code == 302
    assert now(studio.workspace).name == "Harbour"


def test_a_page_from_before_a_colleagues_change_does_not_take_it_back(
    owner: Client, harbour: Workspace
) -> None:
    Workspace.objects.filter(pk=harbour.pk).update(time_zone="Asia/Tokyo")
    answer = save(owner, harbour, name="Harbour", time_zone="Europe/Lisbon", was="Europe/Lisbon")
    assert answer.status_code == 302
    assert (now(harbour).name, now(harbour).time_zone) == ("Harbour", "Asia/Tokyo")


def test_two_people_who_choose_two_zones_hear_of_each_other(owner: Client, harbour: Workspace) -> None:
    Workspace.objects.filter(pk=harbour.pk).update(time_zone="Asia/Tokyo")
    answer = save(owner, harbour, time_zone="Europe/Berlin", was="Europe/Lisbon")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Somebody else has set Tokyo time meanwhile. Save again to replace it." in page
    assert '<input type="hidden" name="was" value="Asia/Tokyo">' in page
    assert save(owner, harbour, time_zone="Europe/Berlin", was="Asia/Tokyo").status_code == 302
    assert now(harbour).time_zone == "Europe/Berlin"


def test_a_zone_that_is_not_on_the_list_survives_another_name(owner: Client, harbour: Workspace) -> None:
    Workspace.objects.filter(pk=harbour.pk).update(time_zone="Etc/GMT+3")
    assert save(owner, now(harbour), name="Harbour").status_code == 302
    assert (now(harbour).name, now(harbour).time_zone) == ("Harbour", "Etc/GMT+3")


def test_an_editor_may_not_change_settings(harbour: Workspace, bob: User) -> None:
    editor = client_of(bob)
    assert (
        address(harbour, "workspace_settings")
        not in editor.get(address(harbour, "calendar")).content.decode()
    )
    assert editor.get(address(harbour, "workspace_settings")).status_code == 403
    assert save(editor, harbour, name="Bob's").status_code == 403
    assert now(harbour).name == "Harbour Social"


def test_choosing_another_zone_asks_at_once_and_saves_nothing(
    owner: Client, harbour: Workspace, studio: SimpleNamespace
) -> None:
    studio.post(due_in=timedelta(days=40))

    def asked(zone: str, **said: str) -> str:
        query = {"name": "Harbour", "was": "Europe/Lisbon", "time_zone": zone} | said
        answer = owner.get(address(harbour, "workspace_settings"), query, headers={"HX-Request": "true"})
        return answer.content.decode()

    tokyo = asked("Asia/Tokyo", keep="clock")
    assert '<option value="Asia/Tokyo" selected>' in tokyo
    assert "What do planned posts keep?" in tokyo
    assert 'value="clock" checked' in tokyo
    assert "<html" not in tokyo
    for other in ("Europe/Lisbon", "Mars/Olympus"):
        assert "What do planned posts keep?" not in asked(other)
    assert now(harbour).time_zone == "Europe/Lisbon"
