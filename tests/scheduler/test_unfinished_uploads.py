"""What stopped on the way is shown to whoever began it, where it began, until it is whole, discarded or over."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import User, Workspace
from accounts.permissions import Role
from accounts.tenancy import workspace_scope
from scheduler.clock import database_now
from scheduler.models import Upload
from tests.people import client_of, join, make_person, make_workspace
from tests.scheduler.pages import address
from tests.scheduler.tus import VERSION, begin, part
from tests.scheduler.uploads import files_below

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def browser(alice: User, harbour: Workspace) -> Client:
    return client_of(alice)


@pytest.fixture
def place(browser: Client, harbour: Workspace) -> str:
    """Where four of ten bytes of a film have come."""
    place = str(begin(browser, harbour, 10)["Location"])
    part(browser, place, b"1234", at=0)
    return place


def page(browser: Client, workspace: Workspace, name: str = "library") -> str:
    return browser.get(address(workspace, name)).content.decode()


def test_the_library_and_the_composer_list_what_stopped_on_the_way(
    browser: Client, harbour: Workspace, place: str
) -> None:
    for name in ("library", "post_new"):
        shown = page(browser, harbour, name)

        assert f'data-left="{place}" data-name="autumn loaf.mp4" data-length="10"' in shown
        assert "Choose the file again to go on. It is kept until" in shown
        assert f'formaction="{place}discard/"' in shown


def test_a_photo_is_listed_where_photos_are_chosen(browser: Client, harbour: Workspace) -> None:
    begin(browser, harbour, 10, name="crumb.jpg")

    before, after = page(browser, harbour, "post_new").split('id="s-photos"')

    assert "crumb.jpg" not in before
    assert 'data-name="crumb.jpg"' in after


def test_the_browser_says_when_the_file_was_changed(browser: Client, harbour: Workspace) -> None:
    said = f"filename {base64.b64encode(b'loaf.mp4').decode()},modified {base64.b64encode(b'17').decode()}"
    headers = VERSION | {"Upload-Length": "10", "Upload-Metadata": said}
    browser.post(address(harbour, "upload_new"), headers=headers)

    assert 'data-name="loaf.mp4" data-length="10" data-modified="17"' in page(browser, harbour)


def test_what_is_whole_or_over_is_not_listed(browser: Client, harbour: Workspace, place: str) -> None:
    whole = begin(browser, harbour, 4, name="whole.mp4")["Location"]
    part(browser, whole, b"1234", at=0)
    assert page(browser, harbour).count("data-left") == 1

    with workspace_scope(harbour):
        Upload.objects.update(expires_at=database_now() - timedelta(seconds=1))

    assert "data-left" not in page(browser, harbour)


def test_nobody_sees_anothers_uploads_nor_those_of_another_workspace(
    browser: Client, harbour: Workspace, alice: User, place: str
) -> None:
    colleague = make_person("Cora")
    join(harbour, colleague, Role.OWNER)
    second = make_workspace(alice, name="Second")

    assert "data-left" not in page(client_of(colleague), harbour)
    assert "data-left" not in page(browser, second)
    for visitor, where in (
        (client_of(colleague), f"{place}discard/"),
        (browser, address(second, "upload_discard", only_upload(harbour).pk)),
    ):
        assert visitor.post(where).status_code == 404
    assert only_upload(harbour).offset == 4


def test_discarding_frees_the_disk_and_the_share(
    browser: Client,
    harbour: Workspace,
    settings: Settings,
    django_capture_on_commit_callbacks: Any,
) -> None:
    settings.MEDIA_QUOTA_BYTES = 10
    place = begin(browser, harbour, 10)["Location"]
    part(browser, place, b"1234", at=0)
    assert begin(browser, harbour, 10).status_code == 413

    with django_capture_on_commit_callbacks(execute=True):
        answer = browser.post(f"{place}discard/")

    assert answer["Location"] == address(harbour, "library")
    assert "“autumn loaf.mp4” discarded." in page(browser, harbour)
    assert files_below(Path(settings.MEDIA_ROOT)) == []
    assert begin(browser, harbour, 10).status_code == 201


def test_htmx_takes_the_entry_away_without_leaving_the_page(browser: Client, place: str) -> None:
    answer = browser.post(f"{place}discard/", headers=HTMX)

    assert answer.status_code == 200
    assert "This workspace uses 0 of 50 GB." in answer.content.decode()
    assert json.loads(answer["HX-Trigger"]) == {"toast": {"value": "“autumn loaf.mp4” discarded."}}
    assert browser.post(f"{place}discard/", headers=HTMX).status_code == 404


def test_who_only_looks_has_no_uploads(harbour: Workspace, place: str) -> None:
    viewer = make_person("Vera")
    join(harbour, viewer, Role.VIEWER)

    assert client_of(viewer).post(f"{place}discard/").status_code == 403


def only_upload(workspace: Workspace) -> Upload:
    with workspace_scope(workspace):
        return Upload.objects.get()


UNREADABLE = ["$", "bG9hZg", "\u00e9"]


@pytest.mark.parametrize("modified", UNREADABLE)
def test_a_last_change_that_cannot_be_read_is_refused_as_such_a_name_is(
    browser: Client, harbour: Workspace, modified: str
) -> None:
    said = f"filename {base64.b64encode(b'loaf.mp4').decode()},modified {modified}"
    headers = VERSION | {"Upload-Length": "10", "Upload-Metadata": said}

    assert browser.post(address(harbour, "upload_new"), headers=headers).status_code == 400

    assert "data-left" not in page(browser, harbour)


@pytest.mark.parametrize("name", ["library", "post_new"])
def test_a_page_lists_one_whose_last_change_cannot_be_read(
    browser: Client, harbour: Workspace, place: str, name: str
) -> None:
    with workspace_scope(harbour):
        Upload.objects.update(metadata="filename $,modified $")

    assert f'data-left="{place}"' in page(browser, harbour, name)
