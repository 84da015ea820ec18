"""An upload into storage: streamed, counted, hashed, and kept only if it is whole."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.parse import unquote
from uuid import uuid4

from django.db import transaction

from scheduler import images, probe_worker
from scheduler.clock import database_now
from scheduler.media import shelf
from scheduler.models import Media, MediaKind
from scheduler.probe import size_refusal

if TYPE_CHECKING:
    from accounts.models import User, Workspace

BLOCK = 1024 * 1024
NAME_LENGTH = 255

STOPPED = "The upload stopped before the end of the file. Send it again."
NO_ROOM = "Our server has no room for this file right now. Tell the operator of this site."

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
    head, read = _peek(read, declared)
    kind = kind_of(head, name)
    shown = shown_name(name, otherwise=kind.value)
    _check_kind(kind, declared, shown)
    with shelf.part() as part:
        digest = _write(part, read, declared)
        identity = uuid4()
        key = shelf.waiting_key(part) if kind == MediaKind.IMAGE else f"{workspace.pk}/{identity}"
        with transaction.atomic():
            media = Media.objects.create(
                id=identity,
                workspace=workspace,
                kind=kind,
                original_name=shown,
                storage_key=key,
                size=declared,
                sha256=digest,
                check_due_at=database_now(),
                uploaded_by=by,
            )
            shelf.move_into_storage(part, key)
    return media


def shown_name(raw: str, *, otherwise: str = "video") -> str:
    """The name to show, from the percent-encoded header: no folders, no control or direction marks."""
    name = unquote(raw, errors="replace").replace("\\", "/").rpartition("/")[2]
    return "".join(mark for mark in name if mark.isprintable()).strip()[:NAME_LENGTH] or otherwise


def kind_of(head: bytes, name: str) -> MediaKind:
    """Which check a file goes to: by its first bytes, and by its name only where those say nothing."""
    if images.sniff(head):
        return MediaKind.IMAGE
    named = not probe_worker.sniff(head) and images.is_named_image(shown_name(name))
    return MediaKind.IMAGE if named else MediaKind.VIDEO


def _check_declared(declared: int) -> None:
    if declared <= 0:
        raise UploadRefused("This file is empty. Choose it again.")
    if too_large := size_refusal(declared):
        raise UploadRefused(too_large, status=413)
    if not shelf.has_room(declared):
        raise UploadRefused(NO_ROOM, status=507)


def _check_kind(kind: MediaKind, declared: int, name: str) -> None:
    if kind == MediaKind.IMAGE and (too_large := images.upload_refusal(declared, name=name)):
        raise UploadRefused(too_large, status=413)


def _peek(read: Read, declared: int) -> tuple[bytes, Read]:
    """The first bytes, and a `read` that gives them once more."""
    head = _next(read, min(images.HEAD, declared))
    again = [head]
    return head, lambda size: again.pop() if again else read(size)


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
