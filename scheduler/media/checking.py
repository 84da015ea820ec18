"""A file that waits is looked at in jail, and the verdict is kept.

A check is claimed by its due time, so that whoever dies with one leaves it to be found again.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from io import BufferedReader
from typing import Any, cast
from uuid import UUID

from scheduler import files, images, probe
from scheduler.clock import database_now
from scheduler.media import shelf
from scheduler.models import Media, MediaKind, MediaStatus

LONGEST_KNOWN = 2**31 - 1  # milliseconds, what the column holds; a file that claims more is refused anyway

TO_BUCKET = 4_000_000
"""Bytes that go into a bucket in a second, at worst; whoever is slower has the check taken away."""


def check(media_id: UUID) -> Media | None:
    """Look at a file that waits for it and keep the verdict; None where somebody else has, or is about to."""
    media = Media.objects.filter(pk=media_id, status=MediaStatus.CHECKING).first()
    claim = _claim(media) if media else None
    if media is None or claim is None:
        return None
    found = _image(media) if media.kind == MediaKind.IMAGE else _video(media)
    return _keep(media, found, claim=claim)


def waiting_for_check() -> list[tuple[UUID, UUID]]:
    """(workspace, media) of every check that is due and that nobody holds, across workspaces."""
    due = Media.objects.filter(status=MediaStatus.CHECKING, check_due_at__lte=database_now())
    return list(due.order_by("check_due_at").values_list("workspace_id", "pk")[:200])


def _claim(media: Media) -> datetime | None:
    """Make the check ours until the lease ends: a little longer than the look may take."""
    now = database_now()
    seconds = 30 + 2 * probe.time_limit(media.size)  # it is read twice: hashed, then probed
    if not files.is_local():
        seconds += media.size / TO_BUCKET
    until = now + timedelta(seconds=seconds)
    claimed = Media.objects.filter(
        workspace=media.workspace_id, pk=media.pk, status=MediaStatus.CHECKING, check_due_at__lte=now
    ).update(check_due_at=until)
    return until if claimed else None


def _keep(media: Media, found: dict[str, Any], *, claim: datetime) -> Media | None:
    """Write what was found, unless the claim has passed to another; what came in is not kept beside what is."""
    arrived = media.storage_key
    status = MediaStatus.REFUSED if found["refusals"] else MediaStatus.READY
    row = Media.objects.filter(workspace=media.workspace_id, pk=media.pk, check_due_at=claim)
    if not row.update(status=status, check_due_at=None, **found):
        return None
    if shelf.is_waiting(arrived):
        shelf.remove_on_commit(arrived)
    media.refresh_from_db()
    return media


def _video(media: Media) -> dict[str, Any]:
    """The columns that a look at a video fills; its bytes stay as they are, in a bucket only if they may be posted."""
    digest = ""
    try:
        with shelf.at_hand(media.storage_key) as file:
            digest = hashlib.file_digest(cast(BufferedReader, file), "sha256").hexdigest()
            file.seek(0)
            facts = probe.probe_file(file, size=media.size)
    except FileNotFoundError:
        facts = probe.Facts()
    refusals = probe.refusals(facts, size=media.size, name=media.original_name)
    return {
        "sha256": digest,
        "refusals": refusals,
        "storage_key": media.storage_key if refusals else _put_away(media),
        "container": facts.container,
        "codec": facts.codec[:32],
        "content_type": probe.CONTENT_TYPES.get(facts.container, ""),
        "duration_ms": min(facts.duration_ms, LONGEST_KNOWN) or None,
        "width": facts.width or None,
        "height": facts.height or None,
        "frame_rate": facts.frame_rate or None,
        "cover_key": _store_cover(media, facts.cover),
    }


def _put_away(media: Media) -> str:
    """The key of the video's place; a body that waited for its check is copied there."""
    place = shelf.place_of(media.storage_key)
    if place is None or not shelf.is_waiting(media.storage_key):
        return media.storage_key
    key = shelf.video_key(media.workspace_id, media.pk)
    shelf.move_into_storage(place, key)
    return key


def _image(media: Media) -> dict[str, Any]:
    """The columns that a look at an image fills; a good one is from now on the picture that was drawn of it."""
    try:
        with shelf.at_hand(media.storage_key) as file:
            facts = images.draw_image(file)
    except FileNotFoundError:
        facts = images.Facts()
    refusals = images.refusals(facts, name=media.original_name)
    if refusals:
        return {"refusals": refusals, "container": facts.container}
    key = f"{media.workspace_id}/{media.pk}{images.SUFFIXES[images.DRAWN][0]}"
    shelf.store(facts.picture, key)
    return {
        "refusals": [],
        "storage_key": key,
        "size": len(facts.picture),
        "sha256": hashlib.sha256(facts.picture).hexdigest(),
        "container": images.DRAWN,
        "content_type": images.CONTENT_TYPES[images.DRAWN],
        "width": facts.width,
        "height": facts.height,
        "cover_key": _store_cover(media, facts.cover),
    }


def _store_cover(media: Media, cover: bytes) -> str:
    if not cover:
        return ""
    key = f"{media.workspace_id}/{media.pk}.webp"
    shelf.store(cover, key)
    return key
