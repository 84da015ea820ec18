"""The library's pages: found by name, tag, kind and use; tagged, used for a post, deleted, by those who may."""

from __future__ import annotations

import re
from datetime import timedelta
from html import escape, unescape
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User, Workspace
from accounts.permissions import Role
from accounts.tenancy import workspace_scope
from scheduler import tagging
from scheduler.library import PAGE
from scheduler.models import Media, MediaTag
from tests.factories import make_image_media, make_media, make_photo_post, make_post
from tests.people import client_of, join, make_person
from tests.scheduler.accounts import plain_account
from tests.scheduler.pages import address

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def desk(harbour: Workspace, alice: User, settings: Any) -> SimpleNamespace:
    """A film in a post, a photo in a carousel, one that is in none, and one that can't be posted."""
    settings.TIKTOK_CLIENT_KEY = ""
    luna = plain_account(harbour, "luna.bakes")
    film = make_media(harbour, original_name="Rye at dawn.mp4", uploaded_by=alice)
    photo = make_image_media(harbour, original_name="crumb.jpg")
    make_image_media(harbour, original_name="spare.jpg")
    make_media(harbour, original_name="broken.mov", status="refused", refusals=["This is no video."])
    post = make_post(luna, film, alice, due_in=timedelta(days=1), caption="Rye, slowly")
    make_photo_post(luna, [photo], alice, due_in=timedelta(days=2))
    return SimpleNamespace(
        workspace=harbour, browser=client_of(alice), luna=luna, film=film, photo=photo, post=post, alice=alice
    )


def shown(desk: SimpleNamespace, **query: str) -> set[str]:
    page = desk.browser.get(address(desk.workspace, "library"), query).content.decode()
    return {unescape(name) for name in re.findall(r'<a class="name"[^>]*>([^<]*)</a>', page)}


def place(desk: SimpleNamespace, name: str, file: Media | None = None) -> str:
    return address(desk.workspace, name, (file or desk.film).pk)


def tagged(desk: SimpleNamespace, *names: str, file: Media | None = None) -> None:
    with workspace_scope(desk.workspace):
        tagging.put(media=file or desk.film, names=list(names))


# --- found


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, {"Rye at dawn.mp4", "crumb.jpg", "spare.jpg", "broken.mov"}),
        ({"text": " rye "}, {"Rye at dawn.mp4"}),
        ({"text": "autu"}, {"crumb.jpg"}),
        ({"tag": "autumn"}, {"crumb.jpg"}),
        ({"tag": "autu"}, set()),
        ({"kind": "image"}, {"crumb.jpg", "spare.jpg"}),
        ({"use": "used"}, {"Rye at dawn.mp4", "crumb.jpg"}),
        ({"use": "unused"}, {"spare.jpg", "broken.mov"}),
        ({"use": "unused", "kind": "image"}, {"spare.jpg"}),
        ({"use": "broken"}, {"broken.mov"}),
        (
            {"kind": "sound", "use": "\0", "page": "x"},
            {"Rye at dawn.mp4", "crumb.jpg", "spare.jpg", "broken.mov"},
        ),
    ],
)
def test_files_are_found_by_what_they_are_called_and_used_for(
    desk: SimpleNamespace, query: dict[str, str], names: set[str]
) -> None:
    tagged(desk, "autumn", file=desk.photo)

    assert shown(desk, **query) == names


def test_a_filter_that_finds_nothing_says_what_it_asked_for(desk: SimpleNamespace) -> None:
    page = desk.browser.get(address(desk.workspace, "library"), {"text": "no such", "kind": "video"})

    assert "Asked for: Videos · “no such”." in page.content.decode()


def test_each_file_says_in_how_many_posts_it_is(desk: SimpleNamespace) -> None:
    make_post(desk.luna, desk.film, desk.alice, due_in=timedelta(days=3))

    page = desk.browser.get(address(desk.workspace, "library")).content.decode()

    assert page.count("In 2 posts") == page.count("In 1 post<") == page.count(">Not in a post</p>") == 1


def test_many_files_come_in_pages_that_keep_the_filter(desk: SimpleNamespace) -> None:
    rows = [
        Media(
            workspace=desk.workspace,
            original_name=f"{n}.jpg",
            kind="image",
            storage_key=f"{n}",
            size=1,
            status="ready",
        )
        for n in range(PAGE)
    ]
    with workspace_scope(desk.workspace):
        Media.objects.bulk_create(rows)

    page = desk.browser.get(address(desk.workspace, "library"), {"kind": "image"}).content.decode()

    assert 'href="?kind=image&amp;page=2"' in page
    assert shown(desk, kind="image", page="2") == {"crumb.jpg", "spare.jpg"}


def test_the_page_costs_the_same_however_many_files_there_are(
    desk: SimpleNamespace, django_assert_max_num_queries: Any
) -> None:
    for number in range(10):
        make_post(desk.luna, make_media(desk.workspace), desk.alice, due_in=timedelta(days=number + 4))
        tagged(desk, f"tag {number}")

    with django_assert_max_num_queries(20):
        desk.browser.get(address(desk.workspace, "library"))


def test_a_filter_exchanges_the_list_and_tells_its_address(desk: SimpleNamespace) -> None:
    where = address(desk.workspace, "library")

    answer = desk.browser.get(where, {"text": "", "kind": "image", "use": ""}, headers=HTMX)

    assert answer["HX-Push-Url"] == f"{where}?kind=image"
    assert "<html" not in answer.content.decode()


def test_a_page_that_waits_is_answered_once_something_has_changed(desk: SimpleNamespace) -> None:
    waits = make_media(desk.workspace, status="checking", check_due_at="2030-01-01T00:00Z")
    where = address(desk.workspace, "library")
    page = desk.browser.get(where).content.decode()
    [again] = re.findall(r'hx-get="([^"]*waiting=1)" hx-trigger="every 3s"', page)

    assert desk.browser.get(unescape(again), headers=HTMX).status_code == 204
    with workspace_scope(desk.workspace):
        Media.objects.filter(pk=waits.pk).update(status="ready", check_due_at=None)
    answer = desk.browser.get(unescape(again), headers=HTMX)

    assert "every 3s" not in answer.content.decode()
    assert "HX-Push-Url" not in answer


# --- one file


def test_a_file_says_what_it_is_and_where_it_is_used(desk: SimpleNamespace) -> None:
    page = desk.browser.get(place(desk, "library_file")).content.decode()

    for words in ("360 × 640", "H.264, 30 fps", "0:01", "Rye, slowly", desk.film.sha256, "Lisbon time"):
        assert words in page
    assert f'href="{address(desk.workspace, "post_new")}?media={desk.film.pk}"' in page


def test_what_cannot_be_posted_says_why_and_begins_no_post(desk: SimpleNamespace) -> None:
    with workspace_scope(desk.workspace):
        broken = Media.objects.get(original_name="broken.mov")

    page = desk.browser.get(place(desk, "library_file", broken)).content.decode()

    assert "This is no video." in page
    assert "New post with this" not in page


@pytest.mark.parametrize(
    ("name", "field", "kind"), [("film", "media", "video"), ("photo", "images", "photo")]
)
def test_a_post_begins_with_the_file(desk: SimpleNamespace, name: str, field: str, kind: str) -> None:
    file = getattr(desk, name)

    page = desk.browser.get(f"{address(desk.workspace, 'post_new')}?{field}={file.pk}").content.decode()

    assert f'name="{field}" id="id_{field}" value="{file.pk}"' in page
    assert re.search(rf'name="kind" value="{kind}"[^>]*checked', page)


# --- tags


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Autumn, #recipe ,  rye   bread", ["autumn", "recipe", "rye bread"]),
        ("autumn,AUTUMN, ,#,", ["autumn"]),
        ("", []),
    ],
)
def test_tags_are_kept_as_they_are_typed(desk: SimpleNamespace, typed: str, kept: list[str]) -> None:
    tagged(desk, "old", "autumn")

    answer = desk.browser.post(place(desk, "media_tags"), {"tags": typed})

    assert answer["Location"] == place(desk, "library_file")
    with workspace_scope(desk.workspace):
        assert [tag.name for tag in desk.film.tags.all()] == kept


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("x" * 41, "A tag has up to 40 characters."),
        (",".join(f"tag{n}" for n in range(23)), "A file takes up to 20 tags. Remove 3."),
    ],
)
def test_tags_that_cannot_be_kept_stay_in_their_field(
    desk: SimpleNamespace, typed: str, sentence: str
) -> None:
    answer = desk.browser.post(place(desk, "media_tags"), {"tags": typed})

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert f'value="{escape(typed)}"' in answer.content.decode()
    with workspace_scope(desk.workspace):
        assert not MediaTag.objects.exists()


# --- the end


def test_a_file_that_a_post_needs_stays_and_names_the_post(desk: SimpleNamespace) -> None:
    page = desk.browser.get(place(desk, "library_file")).content.decode()
    answer = desk.browser.post(place(desk, "media_remove"))

    assert "Delete for good" not in page
    assert answer.status_code == 409
    [needs] = re.findall(r'<ul class="needs">(.*?)</ul>', answer.content.decode(), re.DOTALL)
    assert address(desk.workspace, "post_detail", desk.post.pk) in needs
    assert "Rye at dawn.mp4" in shown(desk)


def test_a_file_that_no_post_needs_is_deleted(desk: SimpleNamespace) -> None:
    spare = make_media(desk.workspace, original_name="old.mp4")
    assert "Delete for good" in desk.browser.get(place(desk, "library_file", spare)).content.decode()

    answer = desk.browser.post(place(desk, "media_remove", spare))

    assert answer["Location"] == address(desk.workspace, "library")
    assert "old.mp4" not in shown(desk)
    for name in ("library_file", "media_video"):
        assert desk.browser.get(place(desk, name, spare)).status_code == 404


# --- who


def who(workspace: Workspace, role: Role) -> Client:
    person = make_person(f"A {role.label}")
    join(workspace, person, role)
    return client_of(person)


def test_a_viewer_looks_and_changes_nothing(desk: SimpleNamespace) -> None:
    viewer = who(desk.workspace, Role.VIEWER)

    assert "resumable-upload" not in viewer.get(address(desk.workspace, "library")).content.decode()
    page = viewer.get(place(desk, "library_file")).content.decode()
    assert "New post with this" not in page
    assert "Save tags" not in page
    assert "Delete" not in page
    assert viewer.post(place(desk, "media_tags"), {"tags": "mine"}).status_code == 403
    assert viewer.post(place(desk, "media_remove")).status_code == 403


def test_strangers_find_nothing(desk: SimpleNamespace, charlie: User, elsewhere: Workspace) -> None:
    stranger = client_of(charlie)

    assert stranger.get(place(desk, "library_file")).status_code == 404
    assert stranger.post(place(desk, "media_remove")).status_code == 404
    assert stranger.get(address(elsewhere, "library_file", desk.film.pk)).status_code == 404
    assert desk.browser.get(address(desk.workspace, "library_file", uuid4())).status_code == 404


# --- renamed


def rename(desk: SimpleNamespace, name: str, browser: Client | None = None, file: Media | None = None) -> Any:
    return (browser or desk.browser).post(place(desk, "media_rename", file), {"name": name})


def test_a_new_name_is_shown_everywhere_and_the_file_stays_where_it_is(desk: SimpleNamespace) -> None:
    assert rename(desk, "  autumn/Rye, slowly.mp4 ").status_code == 302
    with workspace_scope(desk.workspace):
        row = Media.objects.get(pk=desk.film.pk)
    assert (row.original_name, row.storage_key) == ("Rye, slowly.mp4", desk.film.storage_key)
    assert "Rye, slowly.mp4" in shown(desk, text="slowly")
    for page in ("library_file", "media_fragment"):
        assert "Rye, slowly.mp4" in desk.browser.get(place(desk, page)).content.decode()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [(" \u202e\0 ", "Write a name"), ("", "Write a name"), ("x" * 256, "up to 255 characters")],
    ids=["marks", "nothing", "too-long"],
)
def test_a_name_that_cannot_be_kept_is_said_at_its_field(
    desk: SimpleNamespace, name: str, sentence: str
) -> None:
    answer = rename(desk, name)
    page = answer.content.decode()
    assert (answer.status_code, sentence in page) == (422, True)
    assert 'aria-describedby="name-help name-error"' in page
    assert "Rye at dawn.mp4" in shown(desk)


def test_a_file_that_is_being_checked_keeps_the_name_it_is_checked_by(desk: SimpleNamespace) -> None:
    waiting = make_media(
        desk.workspace, original_name="new.mp4", status="checking", check_due_at="2030-01-01T00:00Z"
    )
    answer = rename(desk, "other.mov", file=waiting)
    assert "still being checked. Rename it in a moment." in answer.content.decode()


def test_who_only_looks_renames_nothing(desk: SimpleNamespace) -> None:
    viewer = make_person("Vic")
    join(desk.workspace, viewer, Role.VIEWER)
    assert rename(desk, "mine.mp4", client_of(viewer)).status_code == 403
    assert "Name in this workspace" not in client_of(viewer).get(place(desk, "library_file")).content.decode()
