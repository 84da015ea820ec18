"""Rows of files that were added and that no row names: one of each, or one carousel of photos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from scheduler.importing.keeping import change_import
from scheduler.importing.lists import MOST_ROWS
from scheduler.importing.outcomes import Outcome
from scheduler.importing.rows import Row
from scheduler.models import MediaKind
from scheduler.states import PostKind

if TYPE_CHECKING:
    from scheduler.models import BulkImport, Media


def add_rows_for(*, batch: BulkImport, files: Sequence[Media]) -> int:
    """A row for each of these files that has none yet, nor a post; how many found no room."""

    def change(locked: BulkImport) -> int:
        left = _without_row(locked, files)
        fitting = left[: _room_in(locked)]
        for media in fitting:
            _add(locked, _row_of_photos([media]) if media.kind == MediaKind.IMAGE else _row_of(media))
        return len(left) - len(fitting)

    return change_import(batch, change)


def add_carousel_of(*, batch: BulkImport, photos: Sequence[Media]) -> int:
    """One row of those of these photos that have none yet, nor a post, in their order; how many found no room."""

    def change(locked: BulkImport) -> int:
        left = _without_row(locked, photos)
        if not _room_in(locked):
            return len(left)
        if left:
            _add(locked, _row_of_photos(left))
        return 0

    return change_import(batch, change)


def _without_row(locked: BulkImport, files: Sequence[Media]) -> list[Media]:
    rows = (Row.read(plain).files for plain in locked.rows)
    there = set().union(*rows, *(Outcome.read(plain).files for plain in locked.outcomes))
    return [media for media in files if str(media.pk) not in there]


def _row_of(video: Media) -> Row:
    return Row(0, video.original_name, {"media": str(video.pk)})


def _row_of_photos(photos: Sequence[Media]) -> Row:
    fields = {
        "kind": PostKind.PHOTO.value,
        "images": "\n".join(photo.original_name for photo in photos),
        "which": ",".join(f"{place}:{photo.pk}" for place, photo in enumerate(photos)),
    }
    return Row(0, "", fields)


def _room_in(locked: BulkImport) -> int:
    """For how many rows more."""
    return max(0, MOST_ROWS - len(locked.rows))


def _add(locked: BulkImport, row: Row) -> None:
    locked.counted += 1
    locked.rows = [*locked.rows, replace(row, number=locked.counted).plain]
