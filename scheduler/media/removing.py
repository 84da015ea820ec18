"""A file that people delete: first from the library, then, once that is on record, from storage (P36).

Its row stays, refused for every post to come, because posts that went out show what they were made of. Which posts
still need a file, `scheduler.uses` knows; `scheduler.authoring` holds a post's files while somebody agrees to it, so
that none of them goes in that moment.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction

from accounts import audit
from scheduler import uses
from scheduler.clock import database_now
from scheduler.media import frames, shelf
from scheduler.models import Media, MediaStatus, MediaTag
from scheduler.policies import NotPossible

if TYPE_CHECKING:
    from accounts.models import User

REMOVED = "This file was deleted. Choose another one."
AT_ONCE = 200
A_WHILE = timedelta(minutes=1)
"""How long whoever deleted a file has to take it from storage, before the sweep does."""


def check_can_remove(media: Media) -> None:
    """Raises NotPossible with the sentence for the person."""
    if media.removed_at is not None:
        raise NotPossible("This file was deleted already.")
    if media.status == MediaStatus.CHECKING:
        raise NotPossible("This file is still being checked. Delete it in a moment.")
    if count := uses.posts_that_need(media).count():
        needs, it = ("1 post still needs", "it") if count == 1 else (f"{count} posts still need", "them")
        raise NotPossible(f"{needs} this file. Give {it} another one, or cancel {it}, then delete the file.")


def remove(*, media: Media, by: User) -> None:
    """Take it out of the library for good; its bytes go once that has committed. Raises NotPossible."""
    with transaction.atomic():
        row = _locked(media)
        check_can_remove(row)
        Media.objects.filter(workspace_id=row.workspace_id, pk=row.pk).update(
            removed_at=database_now(), status=MediaStatus.REFUSED, refusals=[REMOVED]
        )
        MediaTag.objects.filter(workspace_id=row.workspace_id, media=row).delete()
        audit.record(action="media.removed", by=by, target=row, detail={"bytes": row.size})
        transaction.on_commit(lambda: _clear_away(row), robust=True)


def clear_away_removed() -> int:
    """Take from storage what a process left there that died between the two; across workspaces; how many."""
    removed = Media.objects.filter(removed_at__lte=database_now() - A_WHILE, is_stored=True)
    rows = list(removed.order_by("removed_at")[:AT_ONCE])
    for row in rows:
        _clear_away(row)
    return len(rows)


def _clear_away(row: Media) -> None:
    """The small still stays where a post shows it."""
    shelf.remove(row.storage_key)
    gone: dict[str, Any] = {"is_stored": False}
    if row.cover_key and not uses.posts_with(row).exists():
        shelf.remove(row.cover_key)
        frames.remove_all(row)
        gone |= {"cover_key": ""}
    Media.objects.filter(workspace_id=row.workspace_id, pk=row.pk).update(**gone)


def _locked(media: Media) -> Media:
    rows = Media.objects.select_for_update(no_key=True)
    row: Media = rows.get(workspace_id=media.workspace_id, pk=media.pk)
    return row
