"""Saved words: written once, offered in the composer, a workspace's own."""

from __future__ import annotations

from html import escape
from types import SimpleNamespace

import pytest

from accounts.models import User, Workspace
from accounts.permissions import Role
from accounts.tenancy import workspace_scope
from scheduler.models import Post, Snippet
from scheduler.snippets import used_lately
from tests.people import client_of, join, make_person
from tests.scheduler.pages import address

pytestmark = pytest.mark.django_db

BREAD = {"name": "Bread", "text": "#sourdough #breadtok\nFull recipe in comments"}


@pytest.fixture
def desk(harbour: Workspace, alice: User) -> SimpleNamespace:
    page = address(harbour, "snippets")
    return SimpleNamespace(workspace=harbour, browser=client_of(alice), page=page)


def snippets(desk: SimpleNamespace) -> list[Snippet]:
    with workspace_scope(desk.workspace):
        return list(Snippet.objects.filter(workspace=desk.workspace))


def test_words_are_saved_and_offered_in_the_composer(desk: SimpleNamespace, settings) -> None:
    settings.TIKTOK_CLIENT_KEY = ""
    assert desk.browser.post(desk.page, BREAD).status_code == 302

    assert escape(BREAD["name"]) in desk.browser.get(desk.page).content.decode()
    composer = desk.browser.get(address(desk.workspace, "post_new")).content.decode()
    assert f'data-insert="{BREAD["text"]}"' in composer


def test_words_are_changed_and_deleted(desk: SimpleNamespace) -> None:
    desk.browser.post(desk.page, BREAD)
    [bread] = snippets(desk)

    desk.browser.post(address(desk.workspace, "snippet_edit", bread.pk), BREAD | {"text": "#rye"})
    assert [each.text for each in snippets(desk)] == ["#rye"]

    desk.browser.post(address(desk.workspace, "snippet_delete", bread.pk))
    assert snippets(desk) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": " "}, "Name it"),
        ({"text": ""}, "Write what it inserts."),
        ({"text": "🍂" * 1101}, "A caption holds 2,200 characters"),
        ({"name": "Bread"}, "There is a snippet of this name."),
    ],
)
def test_what_cannot_be_saved_is_said_and_kept(
    desk: SimpleNamespace, changes: dict[str, str], sentence: str
) -> None:
    desk.browser.post(desk.page, BREAD)

    answer = desk.browser.post(desk.page, {"name": "Rye", "text": "#rye"} | changes)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert len(snippets(desk)) == 1


def test_a_snippet_keeps_its_own_name_when_it_is_changed(desk: SimpleNamespace) -> None:
    desk.browser.post(desk.page, BREAD)
    [bread] = snippets(desk)

    answer = desk.browser.post(address(desk.workspace, "snippet_edit", bread.pk), BREAD | {"text": "#rye"})

    assert answer.status_code == 302


def test_a_viewer_changes_none(desk: SimpleNamespace) -> None:
    vera = make_person("Vera")
    join(desk.workspace, vera, Role.VIEWER)

    assert client_of(vera).post(desk.page, BREAD).status_code == 403
    assert snippets(desk) == []


def test_the_hashtags_and_mentions_in_use_are_found_most_frequent_first(desk: SimpleNamespace) -> None:
    with workspace_scope(desk.workspace):
        for caption in ("#Bread and @maya.b.", "#bread #rye, again #rye", "a # alone, no@mail.example"):
            Post.objects.create(workspace=desk.workspace, caption=caption)

        first, *others = used_lately(desk.workspace)

    assert first == "#bread"
    assert sorted(others) == ["#rye", "@maya.b"]
