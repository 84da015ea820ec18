"""Media in a bucket, against a server that speaks S3: the storage itself, and a file's way into it and out again."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from pytest_django import Settings

from accounts.models import User, Workspace
from accounts.tenancy import CrossTenant, cross_tenant
from scheduler import files, media, uploads
from scheduler.clock import database_now
from scheduler.media import shelf
from scheduler.models import Media
from scheduler.storage import PART
from tests.clips import make_image, truncated
from tests.factories import clip_bytes, make_media
from tests.people import client_of
from tests.s3_process import BUCKET, S3Server
from tests.scheduler.pages import address
from tests.scheduler.uploads import files_below, reader

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def away(settings: Settings) -> None:
    """From now on nothing answers for the bucket."""
    media = settings.STORAGES["default"]
    gone = media | {"OPTIONS": media["OPTIONS"] | {"endpoint_url": "http://127.0.0.1:9"}}
    settings.STORAGES = settings.STORAGES | {"default": gone}


def on_disk(settings: Settings) -> list[Path]:
    return files_below(Path(settings.MEDIA_ROOT))


# --- the storage


def test_what_is_saved_is_read_measured_listed_and_deleted(s3: S3Server) -> None:
    key = default_storage.save("folder/name", ContentFile(b"bread"))
    with default_storage.open(key) as stored:
        assert stored.read() == b"bread"
    assert default_storage.exists(key)
    assert default_storage.size(key) == 5
    assert default_storage.listdir("folder") == ([], ["name"])
    default_storage.delete(key)
    assert not default_storage.exists(key)


def test_an_empty_file_is_read_as_one(s3: S3Server) -> None:
    key = default_storage.save("mark/3", ContentFile(b""))
    with default_storage.open(key) as stored:
        assert stored.read() == b""


def test_a_file_that_is_not_there_is_missing_as_on_a_disk(s3: S3Server) -> None:
    with pytest.raises(FileNotFoundError):
        default_storage.open("nothing")
    default_storage.delete("nothing")


def test_a_server_that_is_away_is_trouble_as_of_a_disk(s3: S3Server, settings: Settings) -> None:
    away(settings)
    for use in (default_storage.open, default_storage.exists, default_storage.delete):
        with pytest.raises(OSError, match="could not be used"):
            use("key")


def test_nothing_stored_has_an_address_of_its_own(s3: S3Server) -> None:
    with pytest.raises(ValueError, match="no address"):
        default_storage.url("key")


def test_the_end_of_a_large_file_is_one_request_for_just_that(s3: S3Server) -> None:
    body = os.urandom(3 * files.PIECE)
    key = default_storage.save("large", ContentFile(body))
    before = s3.asked("GET")

    assert b"".join(files.blocks(key, len(body) - 5_000_000, len(body) - 1)) == body[-5_000_000:]

    assert s3.asked("GET") - before <= 2  # what does not fill a mebibyte comes by itself
    assert b"".join(files.blocks(key, 0, len(body))) == body


def test_a_large_file_goes_up_in_parts(s3: S3Server, tmp_path: Path) -> None:
    large = tmp_path / "large"
    large.write_bytes(os.urandom(2 * PART + 1))
    default_storage.take(large, "large")
    assert s3.client.head_object(Bucket=BUCKET, Key="large")["ETag"].endswith('-3"')
    assert s3.body("large") == large.read_bytes()


def test_an_answer_that_breaks_off_is_asked_for_again(s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    from botocore.exceptions import ResponseStreamingError
    from botocore.response import StreamingBody

    key = default_storage.save("key", ContentFile(b"bread"))
    read, broken = StreamingBody.read, [2]

    def break_twice(self: StreamingBody, *args: Any) -> bytes:
        if broken[0]:
            broken[0] -= 1
            raise ResponseStreamingError(error="reset")
        return read(self, *args)

    monkeypatch.setattr(StreamingBody, "read", break_twice)
    assert b"".join(files.blocks(key, 0, 4)) == b"bread"
    broken[0] = 3
    with pytest.raises(OSError, match="could not be used"):
        b"".join(files.blocks(key, 0, 4))


# --- a file's way in


def test_a_video_waits_on_the_disk_and_goes_up_once_it_is_checked(
    s3: S3Server, receive: Any, harbour: Workspace, settings: Settings
) -> None:
    row = receive(clip_bytes())
    assert (s3.keys(), len(on_disk(settings))) == ([], 1)

    checked = media.check(row.pk)

    assert checked.status == "ready"
    assert checked.storage_key == f"{harbour.pk}/{row.pk}"
    assert s3.body(checked.storage_key) == clip_bytes()
    assert sorted(s3.keys()) == [checked.storage_key, checked.cover_key]
    assert on_disk(settings) == []


def test_what_cannot_be_posted_never_goes_up(
    s3: S3Server, receive: Any, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "whole.mp4").write_bytes(clip_bytes())
    row = receive(truncated(tmp_path / "whole.mp4").read_bytes())
    assert media.check(row.pk).status == "refused"
    assert (s3.keys(), on_disk(settings)) == ([], [])


def test_an_image_goes_up_as_it_was_drawn(s3: S3Server, receive: Any, settings: Settings) -> None:
    checked = media.check(receive(make_image(), name="loaf.jpg").pk)
    assert checked.status == "ready"
    assert len(s3.body(checked.storage_key)) == checked.size
    assert on_disk(settings) == []


def test_a_bucket_that_is_away_loses_nothing_and_the_check_comes_again(
    s3: S3Server, receive: Any, settings: Settings
) -> None:
    row, working = receive(clip_bytes()), settings.STORAGES
    away(settings)
    with pytest.raises(OSError, match="could not be used"):
        media.check(row.pk)
    assert len(on_disk(settings)) == 1

    settings.STORAGES = working
    Media.objects.filter(pk=row.pk).update(check_due_at=database_now())

    assert media.check(row.pk).status == "ready"
    assert on_disk(settings) == []


def test_a_process_that_ended_between_the_move_and_the_commit_loses_nothing(
    s3: S3Server, alice: User, harbour: Workspace, in_harbour: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = clip_bytes(seconds=3)
    upload = uploads.begin(workspace=harbour, by=alice, name="loaf.mp4", length=len(body))
    move = shelf.move_into_storage

    def move_and_die(*args: Any) -> None:
        move(*args)
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(shelf, "move_into_storage", move_and_die)
        with pytest.raises(KeyboardInterrupt):
            uploads.append(upload=upload, at=0, read=reader(body))

    whole = uploads.append(upload=upload, at=0, read=reader(body)).media

    assert whole is not None
    assert s3.body(media.check(whole.pk).storage_key) == body


def test_a_process_that_died_before_it_told_leaves_a_check_that_comes_again(
    s3: S3Server, receive: Any, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = receive(clip_bytes())
    with monkeypatch.context() as dying:
        dying.setattr("scheduler.media.checking._keep", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            media.check(row.pk)
    Media.objects.filter(pk=row.pk).update(check_due_at=database_now())

    assert media.check(row.pk).status == "ready"
    assert (len(s3.keys()), on_disk(settings)) == (2, [])


def test_a_file_that_was_in_the_bucket_before_its_check_is_looked_at_in_a_copy(
    s3: S3Server, harbour: Workspace, in_harbour: UUID, settings: Settings
) -> None:
    row = make_media(harbour, status="checking", check_due_at=database_now())
    checked = media.check(row.pk)
    assert (checked.status, checked.codec) == ("ready", "h264")
    assert checked.storage_key == row.storage_key
    assert on_disk(settings) == []


def test_no_copy_is_made_where_there_is_no_room(
    s3: S3Server, harbour: Workspace, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = make_media(harbour)
    settings.MEDIA_KEEP_FREE_BYTES = 10**18
    with pytest.raises(OSError, match="No room"), shelf.at_hand(row.storage_key):
        pass


# --- and out again


def test_members_see_the_part_of_a_video_that_they_ask_for(
    s3: S3Server, alice: User, harbour: Workspace
) -> None:
    row = make_media(harbour)
    answer = client_of(alice).get(address(harbour, "media_video", row.pk), headers={"Range": "bytes=10-19"})
    assert answer.status_code == 206
    assert b"".join(answer) == clip_bytes()[10:20]


def test_members_see_stills_and_none_that_is_gone(s3: S3Server, alice: User, harbour: Workspace) -> None:
    row = make_media(harbour, cover_key=default_storage.save("cover.webp", ContentFile(b"still")))
    cover = address(harbour, "media_cover", row.pk)
    answer = client_of(alice).get(cover)
    assert (answer.headers["Content-Length"], b"".join(answer)) == ("5", b"still")
    default_storage.delete("cover.webp")
    assert client_of(alice).get(cover).status_code == 404


def test_a_deleted_file_goes_from_the_bucket(
    s3: S3Server, alice: User, harbour: Workspace, in_harbour: UUID
) -> None:
    row = make_media(harbour, cover_key=default_storage.save("cover.webp", ContentFile(b"still")))
    media.remove(media=row, by=alice)
    row.refresh_from_db()
    assert (s3.keys(), row.is_stored) == ([], False)


def test_a_bucket_that_is_away_when_a_file_is_deleted_is_swept_later(
    s3: S3Server, alice: User, harbour: Workspace, in_harbour: UUID, settings: Settings
) -> None:
    row, working = make_media(harbour), settings.STORAGES
    away(settings)
    media.remove(media=row, by=alice)
    settings.STORAGES = working
    assert s3.keys() == [row.storage_key]
    Media.objects.filter(pk=row.pk).update(removed_at=database_now() - 2 * media.removing.A_WHILE)

    with cross_tenant(CrossTenant.MEDIA_SWEEP):
        assert media.clear_away_removed() == 1

    assert s3.keys() == []
