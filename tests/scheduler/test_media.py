"""Uploads into storage and their checks, on real files; what fails leaves nothing behind."""

from __future__ import annotations

import hashlib
import os
import resource
import signal
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from pytest_django import Settings

from accounts.models import Workspace
from accounts.tenancy import CrossTenant, cross_tenant
from scheduler import media, probe
from scheduler.clock import database_now
from scheduler.media import UploadRefused, shown_name
from scheduler.media_tasks import check_media, look_after_media
from scheduler.models import Media
from scheduler.probe import UNREADABLE
from scheduler.uploads.appending import BLOCK
from tests.clips import make_clip, truncated
from tests.factories import clip_bytes
from tests.scheduler.uploads import files_below

pytestmark = pytest.mark.django_db


# --- receiving


def test_an_upload_is_stored_whole_with_its_hash(receive, harbour: Workspace) -> None:
    data = os.urandom(3 * BLOCK + 17)

    row = receive(data)

    with default_storage.open(row.storage_key) as stored:
        assert stored.read() == data
    assert row.size == len(data)
    assert row.storage_key == f"{harbour.pk}/{row.pk}"
    assert row.status == "checking"
    assert media.check(row.pk).sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    ("data", "declared", "status"),
    [
        (b"", 0, 400),
        (b"x", 4_000_000_001, 413),
    ],
    ids=["empty", "over-4-gb"],
)
def test_what_cannot_be_taken_leaves_nothing_behind(
    receive, settings: Settings, data: bytes, declared: int, status: int
) -> None:
    with pytest.raises(UploadRefused) as refused:
        receive(data, declared=declared)

    assert refused.value.status == status
    assert str(refused.value).endswith(".")
    assert files_below(Path(settings.MEDIA_ROOT)) == []
    assert not Media.objects.exists()


def test_more_bytes_than_declared_are_not_read(receive) -> None:
    assert receive(b"x" * 100, declared=40).size == 40


def test_a_full_disk_is_said_before_a_byte_is_read(receive, settings: Settings) -> None:
    settings.MEDIA_KEEP_FREE_BYTES = 10**18

    with pytest.raises(UploadRefused, match="no room") as refused:
        receive(b"x")

    assert refused.value.status == 507


def test_a_disk_that_fills_up_on_the_way_is_said(receive) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, hard))
    try:
        with pytest.raises(UploadRefused, match="no room"):
            receive(b"x" * 3_000_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)

    assert not Media.objects.exists()


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("loaf.mp4", "loaf.mp4"),
        ("autumn loaf 🍂.mov", "autumn loaf 🍂.mov"),
        ("100%25.mov", "100%25.mov"),
        ("../../etc/passwd", "passwd"),
        ("C:\\videos\\a.mp4", "a.mp4"),
        ("a\0b.mp4", "ab.mp4"),
        ("gpj.\u202e4pm", "gpj.4pm"),
        ("x" * 300, "x" * 255),
        ("", ""),
        ("../", ""),
    ],
)
def test_a_name_is_shown_and_never_used_as_a_path(raw: str, shown: str) -> None:
    assert shown_name(raw) == shown


# --- checking


def test_a_good_video_becomes_ready_with_its_facts_and_a_still(receive) -> None:
    row = media.check(receive(clip_bytes()).pk)

    assert row is not None
    assert (row.status, row.refusals, row.check_due_at) == ("ready", [], None)
    assert (row.container, row.codec, row.content_type) == ("mp4", "h264", "video/mp4")
    assert (row.width, row.height, row.frame_rate) == (360, 640, 30.0)
    assert default_storage.size(row.cover_key) <= 8 * 1024


def test_what_is_no_video_is_refused_with_a_sentence(receive) -> None:
    row = media.check(receive(b"hello" * 1000).pk)

    assert row is not None
    assert (row.status, row.refusals, row.cover_key) == ("refused", [UNREADABLE], "")


def test_half_a_video_is_refused(receive, tmp_path: Path) -> None:
    half = truncated(make_clip(tmp_path / "a.mp4", seconds=1)).read_bytes()

    row = media.check(receive(half).pk)

    assert row is not None
    assert row.status == "refused"
    assert "cut short" in row.refusals[0]


def test_a_file_that_vanished_is_refused_not_waited_for(receive) -> None:
    row = receive(clip_bytes())
    default_storage.delete(row.storage_key)

    assert media.check(row.pk).refusals == [UNREADABLE]


def test_a_check_is_done_once_however_often_it_is_woken(receive) -> None:
    row = receive(clip_bytes())

    assert media.check(row.pk) is not None
    assert media.check(row.pk) is None


def test_a_check_that_somebody_holds_is_left_to_them(receive) -> None:
    row = receive(clip_bytes())
    Media.objects.filter(pk=row.pk).update(check_due_at=database_now() + timedelta(seconds=60))

    assert media.check(row.pk) is None


def test_a_verdict_after_the_lease_ended_is_not_written_over_anothers(
    receive, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = receive(clip_bytes())
    probed = probe.probe_file

    def slow(file, *, size: int):
        facts = probed(file, size=size)
        Media.objects.filter(pk=row.pk).update(check_due_at=database_now() + timedelta(seconds=5))
        return facts

    monkeypatch.setattr(probe, "probe_file", slow)

    assert media.check(row.pk) is None
    row.refresh_from_db()
    assert row.status == "checking"


# --- looking after


def test_a_lost_wake_up_is_found_by_the_sweep(
    receive, harbour: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = receive(clip_bytes())
    woken: list[dict[str, str]] = []
    monkeypatch.setattr(check_media, "apply_async", lambda kwargs, **_: woken.append(kwargs))

    look_after_media()

    assert woken == [{"workspace_id": str(harbour.pk), "media_id": str(row.pk)}]


def test_the_task_checks_inside_its_workspace(receive, harbour: Workspace) -> None:
    row = receive(clip_bytes())

    check_media(workspace_id=str(harbour.pk), media_id=str(row.pk))

    row.refresh_from_db()
    assert row.status == "ready"


def test_a_task_of_another_workspace_finds_nothing(receive, elsewhere: Workspace) -> None:
    row = receive(clip_bytes())

    check_media(workspace_id=str(elsewhere.pk), media_id=str(row.pk))

    row.refresh_from_db()
    assert row.status == "checking"


def test_a_check_in_hand_is_not_woken_again(receive) -> None:
    row = receive(clip_bytes())
    Media.objects.filter(pk=row.pk).update(check_due_at=database_now() + timedelta(seconds=60))

    with cross_tenant(CrossTenant.MEDIA_SWEEP):
        assert media.waiting_for_check() == []


def test_parts_of_dead_uploads_are_removed_after_a_day(db: None, settings: Settings) -> None:
    incoming = Path(settings.MEDIA_ROOT) / "incoming"
    incoming.mkdir(parents=True)
    old, young = incoming / "old.part", incoming / "young.part"
    for part in (old, young):
        part.write_bytes(b"x")
    yesterday = time.time() - 24 * 3600 - 5
    os.utime(old, (yesterday, yesterday))

    with cross_tenant(CrossTenant.MEDIA_SWEEP):
        (incoming / "gone.part").symlink_to("nothing")  # as one that is moved away between two looks
        assert media.remove_abandoned_parts() == 1
    assert files_below(incoming) == [young]
