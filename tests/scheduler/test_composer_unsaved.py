"""What is typed and not saved: kept as it is, found again by its author alone, gone once it is saved."""

from __future__ import annotations

import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import Workspace
from accounts.permissions import Role
from accounts.tenancy import workspace_scope
from scheduler import unsaved
from scheduler.clock import database_now
from scheduler.models import Post, UnsavedPost
from tests.factories import make_account, make_media
from tests.people import client_of, join, make_person
from tests.scheduler.pages import address, filled

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk(studio: SimpleNamespace) -> SimpleNamespace:
    studio.browser = client_of(studio.alice)
    studio.media = make_media(studio.workspace)
    studio.new = address(studio.workspace, "post_new")
    studio.place = uuid4()
    return studio


def keep(desk: SimpleNamespace, browser: Client | None = None, **changes: Any) -> Any:
    url = address(desk.workspace, "post_unsaved")
    form = {"unsaved": str(desk.place), "action": None} | changes
    return (browser or desk.browser).post(url, filled(desk.luna, desk.media, **form))


def again(desk: SimpleNamespace, url: str = "") -> str:
    return desk.browser.get(f"{url or desk.new}?unsaved={desk.place}").content.decode()


def rows(workspace: Workspace) -> list[UnsavedPost]:
    with workspace_scope(workspace):
        return list(UnsavedPost.objects.filter(workspace=workspace))


def test_everything_typed_comes_back_even_what_is_wrong(desk: SimpleNamespace) -> None:
    answer = keep(
        desk, caption="Half a thought 🍂" + "x" * 2300, time="half past", is_aigc="on", disclose="on"
    )
    assert answer.status_code == 200
    assert "Kept at" in answer.content.decode()

    page = again(desk)

    assert "Half a thought 🍂" in page
    assert 'value="half past"' in page
    assert '<option value="PUBLIC_TO_EVERYONE" data-label="Everyone" selected>' in page
    assert f'data-media-id="{desk.media.pk}"' in page
    assert "checked" in re.search(r'<input[^>]*name="is_aigc"[^>]*>', page)[0]
    assert "It is not saved yet" in page
    assert "csrfmiddlewaretoken" not in rows(desk.workspace)[0].fields


def test_nothing_is_planned_by_typing(desk: SimpleNamespace) -> None:
    keep(desk)

    with workspace_scope(desk.workspace):
        assert not Post.objects.filter(workspace=desk.workspace).exists()


def test_several_accounts_and_their_choices_come_back(desk: SimpleNamespace) -> None:
    fern = make_account(desk.workspace, desk.tiktok, creator="fernandfold")
    keep(desk, also=str(fern.pk), **{f"{fern.pk}-privacy_level": "SELF_ONLY"})

    page = again(desk)

    assert f'name="also" value="{fern.pk}"' in page
    assert '<option value="SELF_ONLY" data-label="Only me" selected' in page


def test_the_newest_words_replace_the_older(desk: SimpleNamespace) -> None:
    keep(desk, caption="First")
    keep(desk, caption="Second")

    [row] = rows(desk.workspace)
    assert row.first_words == "Second"


def test_a_new_page_offers_what_was_left_and_forces_nothing(desk: SimpleNamespace) -> None:
    keep(desk, caption="Left behind")

    page = desk.browser.get(desk.new).content.decode()

    assert f'href="?unsaved={desk.place}"' in page
    assert "“Left behind”" in page
    assert "Left behind" not in page.split('name="caption"')[1].split("</textarea>")[0]


@pytest.mark.parametrize("action", ["draft", "schedule"])
def test_once_it_is_saved_nothing_is_left(desk: SimpleNamespace, action: str) -> None:
    keep(desk)

    desk.browser.post(desk.new, filled(desk.luna, desk.media, unsaved=str(desk.place), action=action))

    assert rows(desk.workspace) == []


def test_after_an_error_it_is_still_kept(desk: SimpleNamespace) -> None:
    keep(desk)
    form = filled(desk.luna, desk.media, unsaved=str(desk.place), privacy_level="")

    page = desk.browser.post(desk.new, form).content.decode()

    assert len(rows(desk.workspace)) == 1
    assert f'name="unsaved" value="{desk.place}"' in page


def test_what_is_done_for_some_accounts_is_not_offered_for_them_again(desk: SimpleNamespace) -> None:
    fern = make_account(desk.workspace, desk.tiktok, creator="fernandfold")
    both = {"also": str(fern.pk), "unsaved": str(desk.place)}
    keep(desk, **both)

    desk.browser.post(desk.new, filled(desk.luna, desk.media, **both))  # Fern's audience is not chosen

    [row] = rows(desk.workspace)
    assert row.fields["account"] == [str(fern.pk)]
    assert "also" not in row.fields


def test_it_can_be_thrown_away(desk: SimpleNamespace) -> None:
    keep(desk)

    assert keep(desk, action=f"discard:{desk.place}").status_code == 302
    assert rows(desk.workspace) == []


# --- changes to a post


@pytest.fixture
def post(desk: SimpleNamespace) -> Post:
    return desk.post(media=desk.media)


def test_typing_takes_no_post_off_the_schedule(desk: SimpleNamespace, post: Post) -> None:
    keep(desk, post=str(post.pk), version=str(post.version), caption="Other words")

    with workspace_scope(desk.workspace):
        now = Post.objects.get(pk=post.pk)
    assert (now.status, now.caption, now.version) == ("scheduled", post.caption, post.version)
    assert "Other words" in again(desk, address(desk.workspace, "post_edit", post.pk))


def test_a_post_that_was_changed_meanwhile_is_met_when_it_is_saved(desk: SimpleNamespace, post: Post) -> None:
    keep(desk, post=str(post.pk), version=str(post.version), caption="Mine")
    edit = address(desk.workspace, "post_edit", post.pk)
    theirs = filled(desk.luna, desk.media, version=str(post.version), caption="Theirs", action="draft")
    desk.browser.post(edit, theirs)

    page = again(desk, edit)
    assert f'name="version" value="{post.version}"' in page
    mine = theirs | {"caption": "Mine"}

    assert desk.browser.post(edit, mine).status_code == 409


def test_what_was_typed_for_a_post_is_not_offered_elsewhere(desk: SimpleNamespace, post: Post) -> None:
    keep(desk, post=str(post.pk), version="1", caption="Of the post")

    assert "Of the post" not in desk.browser.get(desk.new).content.decode()
    assert "Of the post" not in again(desk)


# --- whose it is


def test_a_teammate_neither_sees_nor_changes_it(desk: SimpleNamespace) -> None:
    keep(desk, caption="Only mine")
    bob = make_person("Bob")
    join(desk.workspace, bob, Role.EDITOR)
    other = client_of(bob)

    assert "Only mine" not in other.get(f"{desk.new}?unsaved={desk.place}").content.decode()
    keep(desk, other, caption="Bob's")
    keep(desk, other, action=f"discard:{desk.place}")
    assert [row.first_words for row in rows(desk.workspace)] == ["Only mine"]


def test_somebody_signed_out_is_told_so_and_nothing_is_kept(desk: SimpleNamespace) -> None:
    url = address(desk.workspace, "post_unsaved")

    answer = Client().post(url, filled(desk.luna, desk.media), headers={"HX-Request": "true"})

    assert "/login/" in answer.headers["HX-Redirect"]
    assert rows(desk.workspace) == []


def test_more_than_a_form_holds_is_refused(desk: SimpleNamespace) -> None:
    assert keep(desk, caption="x" * 100_001).status_code == 413
    assert keep(desk, **{f"field{number}": "" for number in range(500)}).status_code == 413
    assert rows(desk.workspace) == []


@pytest.mark.parametrize("named", ["x", "00000000-0000-4000-8000-000000000000"])
def test_a_post_that_there_is_not_is_not_found(desk: SimpleNamespace, named: str) -> None:
    assert keep(desk, post=named).status_code == 404


def test_a_person_leaves_only_so_many_behind_and_none_for_ever(desk: SimpleNamespace, monkeypatch) -> None:
    monkeypatch.setattr(unsaved, "MOST_OF_PERSON", 2)
    for caption in ("one", "two", "three"):
        desk.place = uuid4()
        keep(desk, caption=caption)
    assert sorted(row.first_words for row in rows(desk.workspace)) == ["three", "two"]

    with workspace_scope(desk.workspace):
        UnsavedPost.objects.update(kept_at=database_now() - timedelta(days=31))
    desk.place = uuid4()
    keep(desk, caption="four")
    assert [row.first_words for row in rows(desk.workspace)] == ["four"]
