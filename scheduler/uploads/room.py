"""Whether there is room for one more file: on the disk, in the workspace's share of it, among its open uploads.

What an upload will need counts from its beginning, and one is counted at a time, so that many at once never take
more together than one after another (R-52).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

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


class Share(NamedTuple):
    """How many bytes a workspace may keep, 0 for any number, and how many it does, with those on their way."""

    whole: int
    used: int

    @property
    def left(self) -> int:
        return max(self.whole - self.used, 0)

    @property
    def in_words(self) -> str:
        if not self.whole:
            return f"This workspace uses {_round(self.used)} GB."
        if not self.left:
            return f"This workspace uses all of its {_round(self.whole)} GB. Delete media that no post needs first."
        return f"This workspace uses {_round(self.used)} of {_round(self.whole)} GB."


def share_of(workspace: Workspace) -> Share:
    """What it uses now: files, and all of each file that is on its way."""
    stored = Media.objects.filter(workspace=workspace, is_stored=True)
    return Share(settings.MEDIA_QUOTA_BYTES, _sum(_unfinished(workspace), "length") + _sum(stored, "size"))


def check(workspace: Workspace, size: int) -> None:
    """Raises UploadRefused where `size` bytes have no room; call it in the transaction that begins the upload."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('upload room', 0))")
    if _unfinished(workspace).count() >= OPEN_AT_ONCE:
        raise UploadRefused(
            f"This workspace has {OPEN_AT_ONCE} uploads under way. Finish or stop some of them first.",
            status=429,
        )
    _check_share(share_of(workspace), size)
    with cross_tenant(CrossTenant.UPLOAD_ROOM):
        promised = _sum(Upload.objects.all(), F("length") - F("offset"))
    if not shelf.has_room(size, promised=promised):
        raise UploadRefused(NO_ROOM, status=507)


def _unfinished(workspace: Workspace) -> Any:
    return Upload.objects.filter(workspace=workspace, offset__lt=F("length"))


def _check_share(share: Share, size: int) -> None:
    if share.whole and size > share.left:
        raise UploadRefused(
            f"This workspace may keep {_gigabytes(share.whole)} of media and has room for {_gigabytes(share.left)}; "
            f"this file has {_gigabytes(size)}. Delete media that no post needs, or ask the operator of this site.",
            status=413,
        )


def _sum(rows: Any, what: Any) -> int:
    return rows.aggregate(bytes=Sum(what))["bytes"] or 0


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.2f} GB"


def _round(size: int) -> str:
    """Gigabytes as `12.4` or `50`."""
    if 0 < size < 1e8:
        return "less than 0.1"
    return f"{size / 1e9:.1f}".removesuffix(".0")
