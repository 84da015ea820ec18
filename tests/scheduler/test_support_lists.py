"""What support looks things up in: posts that are stuck, what fails by code, an account and its connection."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse

from accounts.audit import record
from accounts.models import User, Workspace
from accounts.tenancy import workspace_scope
from scheduler import authoring
from scheduler.clock import database_now
from scheduler.models import BulkImport, Media, MediaTag, Post, SavedFilter, Snippet, UnsavedPost
from tests.people import client_of, make_person
from tests.scheduler.rows import attempt
from tests.scheduler.table_rows import a_draft, a_post, an_account
from tiktok.models import TikTokAccount

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def desk(harbour: Workspace, alice: User) -> SimpleNamespace:
    staff = client_of(make_person("Sofia", staff=True))
    return SimpleNamespace(workspace=harbour, alice=alice, luna=an_account(harbour), staff=staff)


def listed(desk: SimpleNamespace, model: type = Post, **query: Any) -> set[Any]:
    """The ids that a list shows."""
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"  # type: ignore[attr-defined]
    answer = desk.staff.get(reverse(name), query)
    assert answer.status_code == 200
    return {row.pk for row in answer.context["cl"].result_list}


def failing(desk: SimpleNamespace, days: str = "1") -> list[Any]:
    answer = desk.staff.get(reverse("admin:scheduler_post_failing"), {"days": days})
    assert answer.status_code == 200
    return list(answer.context["failures"])


# --- stuck


def test_a_post_is_stuck_once_its_step_is_overdue_by_longer_than_that(desk: SimpleNamespace) -> None:
    now = database_now()
    late = a_post(desk.luna, desk.alice, next_step_at=now - timedelta(minutes=20))
    a_post(desk.luna, desk.alice)

    assert listed(desk, stuck="15") == {late.pk}
    assert listed(desk, stuck="21") == set()


def test_a_post_that_should_be_out_is_stuck_though_it_is_looked_at_again(desk: SimpleNamespace) -> None:
    now = database_now()
    held = a_post(desk.luna, desk.alice, due_at=now - HOUR, hold="app_cap", next_step_at=now + HOUR)
    assert listed(desk, stuck="45") == {held.pk}


def test_what_is_over_is_not_stuck(desk: SimpleNamespace) -> None:
    a_post(desk.luna, desk.alice, due_at=database_now() - HOUR, status="failed", reason="tiktok_refused")
    a_draft(desk.luna, desk.alice)
    assert listed(desk, stuck="5") == set()


@pytest.mark.parametrize("asked", ["x", "-1", "٣", "9" * 30])
def test_a_length_that_nobody_can_read_is_as_if_nobody_had_asked(desk: SimpleNamespace, asked: str) -> None:
    post = a_post(desk.luna, desk.alice)
    assert listed(desk, stuck=asked) in ({post.pk}, set())


# --- failing, by code


def test_causes_are_counted_across_workspaces_the_widest_first(
    desk: SimpleNamespace,
    elsewhere: Workspace,
    charlie: User,
) -> None:
    now, maya = database_now(), an_account(elsewhere, "maya.moves")
    url = {"code": "url_ownership_unverified", "surface": "video_init", "reason": "tiktok_refused"}
    for account, by in ((desk.luna, desk.alice), (maya, charlie)):
        a_post(account, by, status="failed", due_at=now - HOUR, **url)
    for _ in range(3):
        a_post(desk.luna, desk.alice, due_at=now - HOUR, hold="daily_cap")
    a_post(desk.luna, desk.alice, status="published", due_at=now - HOUR)

    first, second = failing(desk)
    assert (first.code, first.posts, first.accounts, first.workspaces) == (
        "url_ownership_unverified",
        2,
        2,
        2,
    )
    assert (second.hold, second.posts, second.workspaces) == ("daily_cap", 3, 1)
    assert second.sentence == "The account reached TikTok's limit for today"


def test_each_cause_leads_to_its_posts(desk: SimpleNamespace) -> None:
    now = database_now()
    late = a_post(desk.luna, desk.alice, status="missed", reason="late", due_at=now - HOUR)
    a_post(desk.luna, desk.alice, status="failed", reason="media_missing", due_at=now - HOUR)

    page = desk.staff.get(reverse("admin:scheduler_post_failing")).content.decode()
    assert "?code=&amp;reason=late&amp;hold=" in page
    assert listed(desk, code="", reason="late", hold="") == {late.pk}


def test_older_causes_stand_in_a_longer_list(desk: SimpleNamespace) -> None:
    old = database_now() - timedelta(days=3)
    a_post(desk.luna, desk.alice, status="missed", reason="late", due_at=old)
    assert (failing(desk), failing(desk, "nonsense")) == ([], [])
    assert [each.posts for each in failing(desk, "7")] == [1]


def test_the_list_is_for_staff(desk: SimpleNamespace) -> None:
    place = reverse("admin:scheduler_post_failing")
    assert client_of(desk.alice).get(place).status_code == 403
    assert desk.staff.post(place).status_code == 405


# --- an account


@pytest.mark.parametrize(
    "what",
    ["@luna.bakes", "Luna Bakes", "account id", "open id", "request id", "post id", "publish id", "e-mail"],
)
def test_an_account_is_found_by_what_a_customer_quotes(desk: SimpleNamespace, what: str) -> None:
    an_account(desk.workspace, "maya.moves")
    with workspace_scope(desk.workspace):
        desk.luna.status_log_id = "20261122LOST"
        desk.luna.save()
    post = a_post(desk.luna, desk.alice)
    texts = {
        "account id": str(desk.luna.pk),
        "open id": desk.luna.open_id,
        "request id": "20261122LOST",
        "post id": str(post.pk),
        "publish id": attempt(post).publish_id,
        "e-mail": desk.alice.email,
    }
    found = listed(desk, TikTokAccount, q=texts.get(what, what))

    assert desk.luna.pk in found
    assert len(found) == (2 if what == "e-mail" else 1)  # her workspace has both


def test_an_account_tells_how_its_connection_went_and_what_is_used_of_its_limits(
    desk: SimpleNamespace,
) -> None:
    with workspace_scope(desk.workspace):
        record(action="account.connected", by=desk.alice, target=desk.luna)
        record(action="account.lost", by=None, target=desk.luna, detail={"reason": "refresh_refused"})
        record(
            action="account.lost", by=None, target=an_account(desk.workspace, "maya"), detail={"reason": "x"}
        )
    attempt(a_post(desk.luna, desk.alice))
    place = reverse("admin:tiktok_tiktokaccount_change", args=[desk.luna.pk])
    answer = desk.staff.get(place)
    text = answer.content.decode()

    assert [event.action for event in answer.context["history"]] == ["account.lost", "account.connected"]
    assert "reason: refresh_refused" in text
    first = answer.context["meters"][0]
    assert (first.label, first.used) == ("Posts in 24 hours", 1)
    assert "video.publish" in text
    assert "CANARY" not in text


# --- content is nobody's business here

SECRET = "Rye-loaf-of-nobody"


def with_content(desk: SimpleNamespace) -> None:
    """Something that people wrote, in each place that keeps it."""
    with workspace_scope(desk.workspace):
        file = {"original_name": f"{SECRET}.mp4", "storage_key": "k", "size": 1, "status": "ready"}
        media = Media.objects.create(workspace=desk.workspace, sha256="0" * 64, **file)
        fields = {"account": desk.luna, "media": media, "caption": SECRET, "title": SECRET}
        authoring.create(workspace=desk.workspace, by=desk.alice, fields=fields)
        own = {"workspace": desk.workspace}
        SavedFilter.objects.create(**own, user=desk.alice, name=SECRET, query=f"text={SECRET}")
        Snippet.objects.create(**own, name=SECRET, text=SECRET)
        MediaTag.objects.create(**own, media=media, name=SECRET)
        UnsavedPost.objects.create(**own, by=desk.alice, place=desk.luna.pk, fields={"caption": [SECRET]})
        BulkImport.objects.create(**own, by=desk.alice, rows=[{"caption": SECRET}])


@pytest.mark.parametrize("page", ["changelist", "change", "history"])
@pytest.mark.parametrize("model", [Post, Media, SavedFilter, Snippet, MediaTag, UnsavedPost, BulkImport])
def test_what_people_wrote_stands_on_no_page(desk: SimpleNamespace, model: Any, page: str) -> None:
    with_content(desk)
    with workspace_scope(desk.workspace):
        row = model.objects.get(workspace=desk.workspace)
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"
    answer = desk.staff.get(reverse(name, args=[] if page == "changelist" else [row.pk]))

    assert answer.status_code == 200
    assert SECRET not in answer.content.decode()


def test_what_people_wrote_is_not_searched(desk: SimpleNamespace) -> None:
    with_content(desk)
    assert listed(desk, q=SECRET) == set()
