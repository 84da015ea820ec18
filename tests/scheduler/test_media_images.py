"""Images on their way into storage: what is posted is the picture drawn anew, and what came in does not stay."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from pytest_django import Settings

from accounts.models import Workspace
from accounts.tenancy import CrossTenant, cross_tenant
from scheduler import images, media
from scheduler.media import UploadRefused
from scheduler.media.receiving import kind_of
from scheduler.models import Media, MediaKind
from tests.clips import exif, make_clip, make_image, moving, picture
from tests.scheduler.uploads import files_below

pytestmark = pytest.mark.django_db


@pytest.fixture
def checked(receive, django_capture_on_commit_callbacks):
    def do(data: bytes, *, name: str) -> Media:
        row = receive(data, name=name)
        with django_capture_on_commit_callbacks(execute=True):
            verdict = media.check(row.pk)
        assert verdict is not None
        return verdict

    return do


def test_a_photo_becomes_ready_as_the_picture_that_will_be_posted(checked, harbour: Workspace) -> None:
    data = make_image(picture(2000, 3000), kind="PNG")

    row = checked(data, name="beach.png")

    body = Path(default_storage.path(row.storage_key)).read_bytes()
    assert (row.status, row.refusals, row.kind) == ("ready", [], "image")
    assert (row.container, row.content_type, row.original_name) == ("jpeg", "image/jpeg", "beach.png")
    assert (row.width, row.height, row.duration_ms) == (1080, 1620, None)
    assert row.storage_key == f"{harbour.pk}/{row.pk}.jpg"
    assert body[:3] == b"\xff\xd8\xff"
    assert (row.size, row.sha256) == (len(body), hashlib.sha256(body).hexdigest())
    assert default_storage.size(row.cover_key) <= 8 * 1024


def test_what_the_phone_told_is_nowhere_on_disk(checked, settings: Settings) -> None:
    row = checked(make_image(exif=exif()), name="beach.jpg")

    kept = files_below(Path(settings.MEDIA_ROOT))
    assert sorted(path.suffix for path in kept) == [".jpg", ".webp"]
    assert row.status == "ready"
    assert not any(b"SECRETPHONE" in path.read_bytes() for path in kept)


def test_of_a_refused_image_nothing_is_kept(checked, settings: Settings) -> None:
    row = checked(moving("WEBP"), name="waves.webp")

    assert row.status == "refused"
    assert row.refusals == [
        "“waves.webp” is animated; a photo post takes still images. Export one picture of it."
    ]
    assert files_below(Path(settings.MEDIA_ROOT)) == []


def test_an_image_over_the_limit_is_named_before_it_is_read(receive, settings: Settings) -> None:
    with pytest.raises(UploadRefused, match="is larger than 50 MB") as refused:
        receive(make_image(kind="PNG"), declared=images.UPLOAD_LIMIT + 1, name="beach.png")

    assert str(refused.value).startswith("“beach.png” ")
    assert refused.value.status == 413
    assert files_below(Path(settings.MEDIA_ROOT)) == []
    assert not Media.objects.exists()


def test_an_image_without_a_name_is_called_one(receive) -> None:
    assert receive(make_image(), name="").original_name == "image"


def test_a_check_that_died_halfway_is_done_again_from_what_came_in(
    receive, checked, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = receive(make_image(kind="PNG"), name="beach.png")
    with monkeypatch.context() as patch:
        patch.setattr("scheduler.media.checking._keep", lambda *_, **__: None)
        media.check(row.pk)
    Media.objects.filter(pk=row.pk).update(check_due_at=row.check_due_at)

    again = media.check(row.pk)

    assert again is not None
    assert again.status == "ready"


def test_a_photo_that_vanished_is_refused_not_waited_for(receive) -> None:
    row = receive(make_image(), name="beach.jpg")
    default_storage.delete(row.storage_key)

    again = media.check(row.pk)

    assert again is not None
    assert "“beach.jpg” is not an image we can read" in again.refusals[0]


def test_the_sweep_leaves_what_still_waits_for_its_check(receive, checked, settings: Settings) -> None:
    waiting = receive(make_image(), name="beach.jpg")
    left_behind = Path(default_storage.path("incoming/dead.raw.part"))
    left_behind.write_bytes(b"x")
    long_ago = time.time() - 25 * 3600
    for path in (Path(default_storage.path(waiting.storage_key)), left_behind):
        os.utime(path, (long_ago, long_ago))

    with cross_tenant(CrossTenant.MEDIA_SWEEP):
        assert media.remove_abandoned_parts() == 1

    assert not left_behind.exists()
    assert default_storage.exists(waiting.storage_key)


# --- which check


@pytest.mark.parametrize(
    ("head", "name", "kind"),
    [
        (b"\xff\xd8\xff\xe0", "a.mp4", MediaKind.IMAGE),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "", MediaKind.IMAGE),
        (b"\x00\x00\x00\x18ftypheic", "a", MediaKind.IMAGE),
        (b"\x00\x00\x00\x18ftypisom", "a.jpg", MediaKind.VIDEO),
        (b"<!doctype html>", "a.JPG", MediaKind.IMAGE),
        (b"<svg", "a.svg", MediaKind.IMAGE),
        (b"<!doctype html>", "a.mp4", MediaKind.VIDEO),
        (b"hello", "", MediaKind.VIDEO),
    ],
)
def test_the_content_decides_and_the_name_only_where_it_says_nothing(
    head: bytes, name: str, kind: MediaKind
) -> None:
    assert kind_of(head, name) == kind


def test_a_page_named_like_a_photo_is_refused_as_one(checked) -> None:
    row = checked(b"<!doctype html><script>alert(1)</script>", name="beach.jpg")

    assert row.refusals[0].startswith("“beach.jpg” is not an image we can read.")


def test_a_video_named_like_a_photo_is_refused_as_a_video(checked, tmp_path: Path) -> None:
    row = checked(make_clip(tmp_path / "a.mp4", seconds=0.5).read_bytes(), name="beach.jpg")

    assert (row.kind, row.status) == ("video", "refused")
    assert "ends in .jpg, but this is MP4 inside" in row.refusals[0]
