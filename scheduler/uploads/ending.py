"""Uploads that come to nothing: given up by the person, or left for a day. Media that one became stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from scheduler.clock import database_now
from scheduler.media import shelf
from scheduler.models import Upload

if TYPE_CHECKING:
    from uuid import UUID


def stop(*, upload: Upload) -> None:
    """Give it up, with what has come of it; a part on its way finds its turn gone."""
    _remove(Upload.objects.filter(workspace=upload.workspace_id, pk=upload.pk), upload.pk)


def remove_expired() -> int:
    """Give up those whose time is over, across workspaces; how many."""
    over = Upload.objects.filter(expires_at__lte=database_now())
    names = list(over.order_by("expires_at").values_list("pk", flat=True)[:200])
    return sum(_remove(over.filter(pk=name), name) for name in names)


def _remove(row: Any, name: UUID) -> int:
    """The row first: a part without a row is swept, a row without its part would promise what is gone."""
    with transaction.atomic():
        removed = row.delete()[0]
        if removed:
            transaction.on_commit(lambda: shelf.part_of(name).unlink(missing_ok=True), robust=True)
    return removed
