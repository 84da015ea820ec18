"""Uploads whose line, turn, process or person goes away: what was safe goes on, nothing is mixed, the rest is swept."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.storage import default_storage
from pytest_django import Settings

from accounts.models import User, Workspace
from accounts.tenancy import CrossTenant, cross_tenant
from scheduler import media, uploads
from scheduler.clock import database_now
from scheduler.media import UploadRefused, shelf
from scheduler.media_tasks import look_after_media
from scheduler.models import Media, Upload
from scheduler.uploads.appending import BLOCK, SAVE_EVERY
from tests.scheduler.uploads import files_below, reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def upload(harbour: Workspace, alice: User, in_harbour: UUID) -> Upload:
    """One of 20 blocks, of Alice's."""
    return uploads.begin(workspace=harbour, by=alice, name="loaf.mp4", length=20 * BLOCK)


def broken_after(blocks: int) -> Any:
    """A body whose line breaks after so many blocks."""
    left = [blocks]

    def read(size: int) -> bytes:
        if not left[0]:
            raise ConnectionResetError
        left[0] -= 1
        return b"a" * size

    return read


def test_what_came_before_the_line_broke_is_kept(upload: Upload) -> None:
    assert uploads.append(upload=upload, at=0, read=broken_after(3)).offset == 3 * BLOCK


def test_the_newest_request_has_the_turn_and_the_older_writes_no_more(upload: Upload) -> None:
    """The older one is in the middle of its body when the newer one comes, at the last offset that was safe."""
    data = os.urandom(20 * BLOCK)
    newer: list[uploads.Arrived] = []
    asked = [0]

    def older(size: int) -> bytes:
        asked[0] += 1
        if asked[0] == 11:  # eight are safe, two more are written
            newer.append(uploads.append(upload=upload, at=SAVE_EVERY, read=reader(data[SAVE_EVERY:])))
        start = (asked[0] - 1) * BLOCK
        return data[start : start + size] if asked[0] <= 8 else b"z" * size

    with pytest.raises(uploads.Overtaken):
        uploads.append(upload=upload, at=0, read=older)

    assert newer[0].media is not None
    with default_storage.open(newer[0].media.storage_key) as stored:
        assert stored.read() == data


def test_an_upload_stopped_on_its_way_takes_no_more(upload: Upload) -> None:
    def read(size: int) -> bytes:
        uploads.stop(upload=upload)
        return b"x" * size

    with pytest.raises(uploads.Overtaken):
        uploads.append(upload=upload, at=0, read=read)
    assert not Media.objects.exists()


def test_a_process_that_ended_between_the_move_and_the_commit_loses_nothing(
    upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = os.urandom(upload.length)
    move = shelf.move_into_storage

    def move_and_die(*args: Any) -> None:
        move(*args)
        raise KeyboardInterrupt

    monkeypatch.setattr(shelf, "move_into_storage", move_and_die)
    with pytest.raises(KeyboardInterrupt):
        uploads.append(upload=upload, at=0, read=reader(data))
    monkeypatch.undo()
    upload.refresh_from_db()
    assert 0 < upload.offset < upload.length

    whole = uploads.append(upload=upload, at=upload.offset, read=reader(data[upload.offset :])).media

    assert whole is not None
    with default_storage.open(whole.storage_key) as stored:
        assert stored.read() == data


@pytest.mark.parametrize("left", [None, BLOCK])
def test_bytes_that_vanished_are_not_promised(upload: Upload, left: int | None) -> None:
    uploads.append(upload=upload, at=0, read=broken_after(3))
    if left is None:
        shelf.part_of(upload.pk).unlink()
    else:
        os.truncate(shelf.part_of(upload.pk), left)

    with pytest.raises(UploadRefused, match="no longer there") as refused:
        uploads.append(upload=upload, at=3 * BLOCK, read=broken_after(1))

    assert refused.value.status == 410
    assert not Upload.objects.exists()


# --- the sweep


def test_an_upload_that_nobody_came_back_for_is_removed_after_a_day(
    upload: Upload, settings: Settings, django_capture_on_commit_callbacks: Any
) -> None:
    uploads.append(upload=upload, at=0, read=broken_after(1))
    Upload.objects.update(expires_at=database_now())

    with django_capture_on_commit_callbacks(execute=True):
        look_after_media()

    assert not Upload.objects.exists()
    assert files_below(Path(settings.MEDIA_ROOT)) == []


def test_an_upload_that_may_still_go_on_is_left_alone(upload: Upload) -> None:
    uploads.append(upload=upload, at=0, read=broken_after(1))
    os.utime(shelf.part_of(upload.pk), (0, 0))

    with cross_tenant(CrossTenant.MEDIA_SWEEP):
        assert (uploads.remove_expired(), media.remove_abandoned_parts()) == (0, 0)

    assert shelf.part_of(upload.pk).exists()
