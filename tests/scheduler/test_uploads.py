"""The protocol of resumable uploads, request by request: what goes on, what is refused, and whose it is."""

from __future__ import annotations

import base64
import hashlib
import os
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.utils.http import parse_http_date
from pytest_django import Settings

from accounts.models import User, Workspace
from accounts.permissions import Role
from accounts.tenancy import workspace_scope
from scheduler import media
from scheduler.clock import database_now
from scheduler.models import Media, Upload
from scheduler.uploads import room
from scheduler.uploads.appending import BLOCK
from tests.clips import make_image
from tests.factories import make_media
from tests.people import client_of, join, make_person, make_workspace
from tests.scheduler.pages import address
from tests.scheduler.tus import PART, VERSION, ask, begin, metadata, part
from tests.scheduler.uploads import files_below

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(alice: User, harbour: Workspace) -> Client:
    return client_of(alice)


@pytest.fixture
def place(browser: Client, harbour: Workspace) -> str:
    """The address of an upload of ten bytes."""
    return begin(browser, harbour, 10)["Location"]


def only_upload(workspace: Workspace) -> Upload:
    with workspace_scope(workspace):
        return Upload.objects.get()


def media_of(workspace: Workspace) -> list[Media]:
    with workspace_scope(workspace):
        return list(Media.objects.all())


# --- how it goes


def test_an_upload_in_parts_becomes_media_with_its_id(
    browser: Client, harbour: Workspace, alice: User
) -> None:
    data = os.urandom(3 * BLOCK)
    begun = begin(browser, harbour, len(data))
    place = begun["Location"]

    assert (begun.status_code, begun["Upload-Offset"]) == (201, "0")
    for at in range(0, len(data), BLOCK):
        sent = part(browser, place, data[at : at + BLOCK], at=at)
        assert (sent.status_code, sent["Upload-Offset"]) == (204, str(at + BLOCK))

    [row] = media_of(harbour)
    assert (row.pk, row.original_name, row.uploaded_by) == (
        only_upload(harbour).pk,
        "autumn loaf.mp4",
        alice,
    )
    with workspace_scope(harbour), default_storage.open(row.storage_key) as stored:
        assert stored.read() == data
        assert media.check(row.pk).sha256 == hashlib.sha256(data).hexdigest()


def test_where_it_stands_is_told_at_any_time(browser: Client, place: str) -> None:
    part(browser, place, b"1234", at=0)

    told = ask(browser, place)

    assert (told.status_code, told["Upload-Offset"], told["Upload-Length"]) == (200, "4", "10")
    assert told["Upload-Metadata"] == metadata("autumn loaf.mp4")
    assert "no-store" in told["Cache-Control"]
    assert told["Tus-Resumable"] == "1.0.0"


def test_a_day_without_a_part_is_what_an_upload_has(browser: Client, place: str) -> None:
    sent = part(browser, place, b"1234", at=0)
    left = parse_http_date(sent["Upload-Expires"]) - database_now().timestamp()
    assert timedelta(hours=23.9).total_seconds() < left < timedelta(hours=24.1).total_seconds()


def test_a_browser_that_missed_the_last_answer_finds_it_whole(browser: Client, place: str) -> None:
    part(browser, place, b"0123456789", at=0)

    assert ask(browser, place)["Upload-Offset"] == "10"
    assert "data-media-id" in browser.get(place).content.decode()


def test_what_we_speak_is_told_to_whoever_asks(browser: Client, harbour: Workspace) -> None:
    told = browser.options(address(harbour, "upload_new"))

    assert (told.status_code, told["Tus-Version"], told["Tus-Max-Size"]) == (204, "1.0.0", "4000000000")
    assert set(told["Tus-Extension"].split(",")) == {"creation", "expiration", "termination", "checksum"}


def test_patch_and_delete_may_come_as_post(browser: Client, place: str) -> None:
    def post(method: str, **headers: str) -> Any:
        said = VERSION | {"X-HTTP-Method-Override": method, "Upload-Offset": "0"}
        return browser.post(place, data=b"1234", content_type=PART, headers=said)

    assert post("PATCH")["Upload-Offset"] == "4"
    assert post("DELETE").status_code == 204


def test_nothing_but_post_stands_for_another_method(browser: Client, place: str) -> None:
    browser.get(place, headers=VERSION | {"X-HTTP-Method-Override": "DELETE"})

    assert ask(browser, place).status_code == 200


# --- what is refused


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 400),
        ({"Upload-Length": "0"}, 400),
        ({"Upload-Length": "-1"}, 400),
        ({"Upload-Length": "9" * 40}, 400),
        ({"Upload-Defer-Length": "1"}, 400),
        ({"Upload-Length": "4000000001"}, 413),
        ({"Upload-Length": "5", "Upload-Metadata": "filename ###"}, 400),
        ({"Upload-Length": "5", "Upload-Metadata": "filename " + "A" * 3000}, 400),
        ({"Upload-Length": "50000001", "Upload-Metadata": metadata("a.jpg")}, 413),
    ],
)
def test_what_cannot_begin_is_a_sentence(
    browser: Client, harbour: Workspace, headers: dict[str, str], status: int
) -> None:
    answer = browser.post(address(harbour, "upload_new"), headers=VERSION | headers)

    assert answer.status_code == status
    assert answer.json()["error"].endswith(".")
    with workspace_scope(harbour):
        assert not Upload.objects.exists()


@pytest.mark.parametrize("method", ["post", "head", "patch", "delete"])
def test_another_version_is_answered_with_ours(
    browser: Client, harbour: Workspace, place: str, method: str
) -> None:
    target = address(harbour, "upload_new") if method == "post" else place
    answer = getattr(browser, method)(target, headers={"Tus-Resumable": "0.2.2"})
    assert (answer.status_code, answer["Tus-Version"]) == (412, "1.0.0")


@pytest.mark.parametrize("at", ["3", "11", "-1", "", "x"])
def test_a_part_that_does_not_join_on_is_refused(browser: Client, place: str, at: str) -> None:
    part(browser, place, b"1234", at=0)

    answer = part(browser, place, b"5678", at=0, **{"Upload-Offset": at})

    assert answer.status_code == (409 if at.isdigit() else 400)
    assert ask(browser, place)["Upload-Offset"] == "4"


def test_a_part_is_no_form(browser: Client, place: str) -> None:
    answer = browser.patch(place, data=b"1234", content_type="video/mp4", headers=VERSION)
    assert answer.status_code == 415


def test_a_line_that_falls_silent_keeps_its_thread_for_a_minute(browser: Client, place: str) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        said = VERSION | {"Upload-Offset": "0"}
        browser.patch(place, b"1234", content_type=PART, headers=said, **{"gunicorn.socket": ours})
        assert ours.gettimeout() == 60


def test_more_than_was_announced_is_not_taken(browser: Client, harbour: Workspace, place: str) -> None:
    assert part(browser, place, b"x" * 50, at=0)["Upload-Offset"] == "10"
    assert media_of(harbour)[0].size == 10


def test_a_damaged_part_does_not_count(browser: Client, place: str) -> None:
    def sent(body: bytes, promised: bytes) -> int:
        digest = base64.b64encode(hashlib.sha1(promised, usedforsecurity=False).digest()).decode()
        return part(browser, place, body, at=0, **{"Upload-Checksum": f"sha1 {digest}"}).status_code

    assert sent(b"1235", b"1234") == 460
    assert ask(browser, place)["Upload-Offset"] == "0"
    assert sent(b"1234", b"1234") == 204
    assert part(browser, place, b"5", at=4, **{"Upload-Checksum": "crc32 AAAA"}).status_code == 400


def test_an_image_in_disguise_is_given_up_when_its_size_is_known(
    browser: Client, harbour: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.images.UPLOAD_LIMIT", 100)
    body = make_image()
    place = begin(browser, harbour, len(body), name="holiday.mp4")["Location"]

    answer = part(browser, place, body, at=0)

    assert (answer.status_code, media_of(harbour)) == (413, [])
    assert ask(browser, place).status_code == 404


def test_an_upload_needs_the_token_of_our_form(alice: User, harbour: Workspace) -> None:
    forger = Client(enforce_csrf_checks=True)
    forger.force_login(alice)
    assert begin(forger, harbour, 10).status_code == 403


# --- whose it is


def test_a_stopped_upload_is_gone_with_its_bytes(
    browser: Client, place: str, settings: Settings, django_capture_on_commit_callbacks: Any
) -> None:
    part(browser, place, b"1234", at=0)

    with django_capture_on_commit_callbacks(execute=True):
        assert browser.delete(place, headers=VERSION).status_code == 204

    assert ask(browser, place).status_code == 404
    assert files_below(Path(settings.MEDIA_ROOT)) == []


def test_media_outlives_the_upload_that_it_was(browser: Client, harbour: Workspace, place: str) -> None:
    part(browser, place, b"0123456789", at=0)
    browser.delete(place, headers=VERSION)

    [row] = media_of(harbour)
    assert default_storage.exists(row.storage_key)


def test_an_upload_belongs_to_one_person_and_one_workspace(
    browser: Client, harbour: Workspace, alice: User, place: str
) -> None:
    colleague = make_person("Cora")
    join(harbour, colleague, Role.OWNER)
    second = make_workspace(alice, name="Second")
    elsewhere_place = address(second, "upload", only_upload(harbour).pk)

    for visitor, where in (
        (client_of(colleague), place),
        (browser, elsewhere_place),
        (browser, address(harbour, "upload", uuid4())),
    ):
        assert ask(visitor, where).status_code == 404
        assert part(visitor, where, b"1234", at=0).status_code == 404
        assert visitor.delete(where, headers=VERSION).status_code == 404
        assert visitor.get(where).status_code == 404
    assert ask(browser, place)["Upload-Offset"] == "0"


def test_a_viewer_begins_nothing(harbour: Workspace) -> None:
    viewer = make_person("Vera")
    join(harbour, viewer, Role.VIEWER)
    assert begin(client_of(viewer), harbour, 10).status_code == 403


# --- room


def test_uploads_under_way_count_against_the_share_of_a_workspace(
    browser: Client, harbour: Workspace, settings: Settings
) -> None:
    settings.MEDIA_QUOTA_BYTES = 2_000_000_000
    assert begin(browser, harbour, 1_500_000_000).status_code == 201

    answer = begin(browser, harbour, 1_000_000_000)

    assert answer.status_code == 413
    assert answer.json()["error"].startswith(
        "This workspace may keep 2.00 GB of media and has room for 0.50 GB; this file has 1.00 GB."
    )


def test_media_counts_once_it_is_there_and_no_share_is_no_limit(
    browser: Client, harbour: Workspace, settings: Settings
) -> None:
    size = make_media(harbour).size
    settings.MEDIA_QUOTA_BYTES = size + 10
    assert begin(browser, harbour, 11).status_code == 413
    place = begin(browser, harbour, 10)["Location"]
    part(browser, place, b"0123456789", at=0)
    assert begin(browser, harbour, 1).status_code == 413

    settings.MEDIA_QUOTA_BYTES = 0
    assert begin(browser, harbour, 10).status_code == 201


def test_the_disk_is_asked_before_the_first_byte_and_knows_what_others_were_promised(
    browser: Client, harbour: Workspace, elsewhere: Workspace, charlie: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.media.shelf.shutil.disk_usage", lambda _: DISK)
    assert begin(client_of(charlie), elsewhere, 3_000_000_000).status_code == 201

    answer = begin(browser, harbour, 4_000_000_000)

    assert (answer.status_code, answer.json()["error"]) == (507, room.NO_ROOM)
    assert begin(browser, harbour, 3_000_000_000).status_code == 201


class DISK:
    free = 10_000_000_000


def test_a_workspace_has_only_so_many_uploads_under_way(
    browser: Client, harbour: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "OPEN_AT_ONCE", 2)
    first = begin(browser, harbour, 10)["Location"]
    begin(browser, harbour, 10)

    assert begin(browser, harbour, 10).status_code == 429
    part(browser, first, b"0123456789", at=0)
    assert begin(browser, harbour, 10).status_code == 201


@pytest.mark.django_db(transaction=True)
def test_many_at_once_never_take_more_than_the_share(
    alice: User, harbour: Workspace, settings: Settings
) -> None:
    settings.MEDIA_QUOTA_BYTES = 5_000_000

    def one(number: int) -> int:
        with closing(connection):
            return begin(client_of(alice), harbour, 1_000_000, name=f"{number}.mp4").status_code

    with ThreadPoolExecutor(max_workers=8) as people:
        answers = list(people.map(one, range(16)))

    assert (answers.count(201), answers.count(413)) == (5, 11)
