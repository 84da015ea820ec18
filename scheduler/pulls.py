"""The files that TikTok fetches from us, each under an address of its own for one attempt (design 4.2).

An init by address commits, and has no key that would make it safe to repeat. So the media is fenced, not the call: an
address is served only between the commit intent and its end, and serving and revoking lock the same row. Once every
row of an attempt is revoked before anything was served, nothing can ever come of that attempt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer, b64_decode, b64_encode
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from accounts.tenancy import workspace_scope
from scheduler.clock import database_now
from scheduler.models import Media, Post, PublishAttempt, Pull
from scheduler.states import Stage
from tiktok.client import Secret

SIGNER = Signer(salt="scheduler.pulls", sep=".")

OPEN_FOR = timedelta(hours=2)
"""From the commit intent. TikTok's task ends an hour after it starts (tiktok-api.md 7.3)."""

ID_BYTES = 16

SUFFIXES = {
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
    "video/webm": "webm",
}
"""By content type (tiktok-api.md 11)."""

FETCHED = (Stage.COMMITTING, Stage.COMMITTED)


class NotServed(Exception):
    """There is nothing under this address, or no longer, or not yet."""


@dataclass(frozen=True)
class Served:
    """What to send: a stored file, its type, and its size in bytes."""

    key: str
    content_type: str
    size: int


def files_of(post: Post) -> list[Media]:
    """The files that the post is made of: its video, or its photos in order."""
    images = post.images.filter(workspace_id=post.workspace_id).select_related("media")
    return [post.media] if post.media else [image.media for image in images]


def open_for(attempt: PublishAttempt, files: Sequence[Media]) -> None:
    """One row per file, in the attempt's own transaction; nothing is served before the commit intent."""
    Pull.objects.bulk_create(
        Pull(workspace_id=attempt.workspace_id, attempt=attempt, media=file, position=position)
        for position, file in enumerate(files)
    )


def addresses(attempt: PublishAttempt) -> tuple[Secret, ...]:
    """Where TikTok fetches the attempt's files, in order: https addresses that nobody can guess."""
    return tuple(
        Secret(
            settings.PUBLIC_BASE_URL + reverse("pull", args=[_token(row), SUFFIXES[row.media.content_type]])
        )
        for row in rows_of(attempt)
    )


def revoke(attempt: PublishAttempt) -> bool:
    """Close the addresses for good, unless something was served already.

    True: nothing was ever served and nothing ever will be. False: some of it was, so the rest stays open to let TikTok
    finish.
    """
    with transaction.atomic():
        rows = list(_rows(attempt).select_for_update(of=("self",)))
        if any(row.served_at for row in rows):
            return False
        _rows(attempt).filter(revoked_at=None).update(revoked_at=database_now())
    return True


def fenced(attempts: Any) -> Any:
    """Those of the attempts that `revoke` closed before anything was served: none of them can become a post."""
    rows = Pull.objects.filter(workspace_id=OuterRef("workspace_id"), attempt=OuterRef("pk"))
    was_open = rows.filter(Q(served_at__isnull=False) | Q(revoked_at__isnull=True))
    return attempts.filter(Exists(rows), ~Exists(was_open))


def rows_of(attempt: PublishAttempt) -> list[Pull]:
    """The rows of an attempt with their files: what was fetched, and when."""
    return list(_rows(attempt).select_related("media"))


def look_up(token: str) -> Served:
    """What an address stands for, without serving it. Raises NotServed."""
    workspace_id, pull_id = _read(token)
    with workspace_scope(workspace_id):
        row = _open_rows(workspace_id, pull_id).first()
        return _served(row)


def serve(token: str) -> Served:
    """What to send for an address; on record before the first byte leaves. Raises NotServed."""
    workspace_id, pull_id = _read(token)
    with workspace_scope(workspace_id), transaction.atomic():
        row = _open_rows(workspace_id, pull_id).select_for_update(of=("self",)).first()
        served = _served(row)
        now = database_now()
        Pull.objects.filter(workspace_id=workspace_id, pk=pull_id).update(
            served_at=row.served_at or now, fetches=F("fetches") + 1
        )
    return served


def _rows(attempt: PublishAttempt) -> Any:
    return Pull.objects.filter(workspace_id=attempt.workspace_id, attempt=attempt).order_by("position")


def _open_rows(workspace_id: UUID, pull_id: UUID) -> Any:
    rows = Pull.objects.filter(workspace_id=workspace_id, pk=pull_id, revoked_at=None)
    return rows.select_related("media", "attempt")


def _served(row: Pull | None) -> Served:
    if row is None or not _is_open(row.attempt, database_now()):
        raise NotServed
    return Served(row.media.storage_key, row.media.content_type, row.media.size)


def _is_open(attempt: PublishAttempt, now: datetime) -> bool:
    intent = attempt.commit_intent_at
    return attempt.stage in FETCHED and intent is not None and now < intent + OPEN_FOR


def _token(row: Pull) -> str:
    return SIGNER.sign(b64_encode(row.workspace_id.bytes + row.pk.bytes).decode())


def _read(token: str) -> tuple[UUID, UUID]:
    try:
        body = b64_decode(SIGNER.unsign(token).encode())
    except BadSignature as forged:
        raise NotServed from forged
    return UUID(bytes=body[:ID_BYTES]), UUID(bytes=body[ID_BYTES:])
