"""Whether there is room for one more file: on the disk, in the workspace's share of it, among its open uploads.

What an upload will need counts from its beginning, and one is counted at a time, so that many at once never take
more together than one after another (R-52).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection
from django.db.models import F, Sum

from accounts.tenancy import CrossTenant, cross_tenant
from scheduler.media import UploadRefused, shelf
from scheduler.models import Media, Upload

if TYPE_CHECKING:
    from accounts.models import Workspace

OPEN_AT_ONCE = 200
"""Uploads of one workspace that are not whole yet; a bulk import has 30."""

NO_ROOM = "Our server has no room for this file right now. Tell the operator of this site."


def check(workspace: Workspace, size: int) -> None:
    """Raises UploadRefused where `size` bytes have no room; call it in the transaction that begins the upload."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('upload room', 0))")
    unfinished = Upload.objects.filter(workspace=workspace, offset__lt=F("length"))
    if unfinished.count() >= OPEN_AT_ONCE:
        raise UploadRefused(
            f"This workspace has {OPEN_AT_ONCE} uploads under way. Finish or stop some of them first.",
            status=429,
        )
    _check_share(workspace, size, taken=_sum(unfinished, "length"))
    with cross_tenant(CrossTenant.UPLOAD_ROOM):
        promised = _sum(Upload.objects.all(), F("length") - F("offset"))
    if not shelf.has_room(size, promised=promised):
        raise UploadRefused(NO_ROOM, status=507)


def _check_share(workspace: Workspace, size: int, *, taken: int) -> None:
    share = settings.MEDIA_QUOTA_BYTES
    left = share - taken - _sum(Media.objects.filter(workspace=workspace, is_stored=True), "size")
    if share and size > left:
        raise UploadRefused(
            f"This workspace may keep {_gigabytes(share)} of media and has room for {_gigabytes(max(left, 0))}; "
            f"this file has {_gigabytes(size)}. Delete media that no post needs, or ask the operator of this site.",
            status=413,
        )


def _sum(rows: Any, what: Any) -> int:
    return rows.aggregate(bytes=Sum(what))["bytes"] or 0


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.2f} GB"
