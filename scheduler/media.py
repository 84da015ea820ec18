"""Videos on their way into storage: received whole, checked apart, never lost with a form.

`receive` streams an upload into storage and keeps its row; `check` has the file probed and keeps the verdict.
A check is claimed by its due time, so that whoever dies with one leaves it to be found again.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO, cast
from urllib.parse import unquote
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from scheduler.clock import database_now
from scheduler.models import Media, MediaStatus
from scheduler.probe import (
    CONTENT_TYPES,
    Facts,
    probe_file,
    refusals,
    size_refusal,
    time_limit,
)

if TYPE_CHECKING:
    from accounts.models import User, Workspace

BLOCK = 1024 * 1024
LONGEST_KNOWN = 2**31 - 1  # milliseconds, what the column holds; a file that claims more is refused anyway
NAME_LENGTH = 255
PART_LIFE = timedelta(hours=24)
KEEP_FREE = 1_000_000_000
"""Bytes of disk below which nothing is taken, unless the setting MEDIA_KEEP_FREE_BYTES says otherwise (R-52)."""

STOPPED = "The upload stopped before the end of the file. Send it again."
NO_ROOM = "Our server has no room for this video right now. Tell the operator of this site."

Read = Callable[[int], bytes]


class UploadRefused(Exception):
    """The file was not taken and nothing of it is kept; the message is a sentence for the person.

    `status` is what an HTTP answer would carry.
    """

    def __init__(self, sentence: str, *, status: int = 400) -> None:
        super().__init__(sentence)
        self.status = status


def receive(*, read: Read, declared: int, name: str, workspace: Workspace, by: User) -> Media:
    """Store the body that `read(n)` gives, `declared` bytes long, and keep it as media that waits for its check.

    Memory stays flat. Raises UploadRefused, leaving nothing behind, for a body that is empty, too large, shorter
    or longer than declared, or that the disk has no room for.
    """
    _check_declared(declared)
    identity = uuid4()
    key = f"{workspace.pk}/{identity}"
    with _part(identity) as part:
        digest = _write(part, read, declared)
        with transaction.atomic():
            media = Media.objects.create(
                id=identity,
                workspace=workspace,
                original_name=shown_name(name),
                storage_key=key,
                size=declared,
                sha256=digest,
                check_due_at=database_now(),
                uploaded_by=by,
            )
            _move_into_storage(part, key)
    return media


def shown_name(raw: str) -> str:
    """The name to show, from the percent-encoded header: no folders, no control or direction marks."""
    name = unquote(raw, errors="replace").replace("\\", "/").rpartition("/")[2]
    return "".join(mark for mark in name if mark.isprintable()).strip()[:NAME_LENGTH] or "video"


def _check_declared(declared: int) -> None:
    if declared <= 0:
        raise UploadRefused("This file is empty. Choose the video again.")
    if too_large := size_refusal(declared):
        raise UploadRefused(too_large, status=413)
    keep_free = getattr(settings, "MEDIA_KEEP_FREE_BYTES", KEEP_FREE)
    if shutil.disk_usage(_incoming()).free < max(keep_free, 2 * declared):
        raise UploadRefused(NO_ROOM, status=507)


def _incoming() -> Path:
    """Where bodies wait until they are whole: in the media folder, so that the last move is atomic."""
    folder = Path(settings.MEDIA_ROOT) / "incoming"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


@contextmanager
def _part(identity: UUID) -> Iterator[Path]:
    path = _incoming() / f"{identity}.part"
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _write(part: Path, read: Read, declared: int) -> str:
    """Copy the body to `part`; its SHA-256 in hex."""
    digest, written = hashlib.sha256(), 0
    with part.open("wb") as file:
        while block := _next(read, declared - written):
            written += len(block)
            _append(file, block)
            digest.update(block)
        file.flush()
        os.fsync(file.fileno())
    if written < declared:
        raise UploadRefused(STOPPED)
    return digest.hexdigest()


def _next(read: Read, left: int) -> bytes:
    try:
        return read(min(BLOCK, left)) if left > 0 else b""
    except OSError as broken:  # the browser went away, or the server's own limit on slow bodies
        raise UploadRefused(STOPPED) from broken


def _append(file: IO[bytes], block: bytes) -> None:
    try:
        file.write(block)
    except OSError as full:
        raise UploadRefused(NO_ROOM, status=507) from full


def _move_into_storage(part: Path, key: str) -> None:
    target = Path(default_storage.path(key))
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part.replace(target)


# --- checking


def check(media_id: UUID) -> Media | None:
    """Probe a file that waits for it and keep the verdict; None where somebody else has, or is about to."""
    media = Media.objects.filter(pk=media_id, status=MediaStatus.CHECKING).first()
    claim = _claim(media) if media else None
    if media is None or claim is None:
        return None
    try:
        with default_storage.open(media.storage_key, "rb") as stored:
            facts = probe_file(cast(BinaryIO, stored.file), size=media.size)
    except FileNotFoundError:
        facts = Facts()
    return _keep(media, facts, claim=claim)


def _claim(media: Media) -> datetime | None:
    """Make the check ours until the lease ends: a little longer than the probe may take."""
    now = database_now()
    until = now + timedelta(seconds=30 + time_limit(media.size))
    claimed = Media.objects.filter(
        workspace=media.workspace_id, pk=media.pk, status=MediaStatus.CHECKING, check_due_at__lte=now
    ).update(check_due_at=until)
    return until if claimed else None


def _keep(media: Media, facts: Facts, *, claim: datetime) -> Media | None:
    """Write what was found, unless the claim has passed to another."""
    sentences = refusals(facts, size=media.size, name=media.original_name)
    found = {
        "status": MediaStatus.REFUSED if sentences else MediaStatus.READY,
        "refusals": sentences,
        "check_due_at": None,
        "container": facts.container,
        "codec": facts.codec[:32],
        "content_type": CONTENT_TYPES.get(facts.container, ""),
        "duration_ms": min(facts.duration_ms, LONGEST_KNOWN) or None,
        "width": facts.width or None,
        "height": facts.height or None,
        "frame_rate": facts.frame_rate or None,
        "cover_key": _store_cover(media, facts.cover),
    }
    row = Media.objects.filter(workspace=media.workspace_id, pk=media.pk, check_due_at=claim)
    if not row.update(**found):
        return None
    media.refresh_from_db()
    return media


def _store_cover(media: Media, cover: bytes) -> str:
    if not cover:
        return ""
    key = f"{media.storage_key}.webp"
    default_storage.delete(key)  # of a check whose lease ended before it could say so
    return default_storage.save(key, ContentFile(cover))


# --- looking after


def waiting_for_check() -> list[tuple[UUID, UUID]]:
    """(workspace, media) of every check that is due and that nobody holds, across workspaces."""
    due = Media.objects.filter(status=MediaStatus.CHECKING, check_due_at__lte=database_now())
    return list(due.order_by("check_due_at").values_list("workspace_id", "pk")[:200])


def remove_abandoned_parts() -> int:
    """Delete what uploads that died left behind a day ago or earlier; how many."""
    oldest = time.time() - PART_LIFE.total_seconds()
    abandoned = [part for part in _incoming().glob("*.part") if part.stat().st_mtime < oldest]
    for part in abandoned:
        part.unlink(missing_ok=True)
    return len(abandoned)
