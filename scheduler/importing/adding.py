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


def add_rows_for(*, batch: BulkImport, files: Sequence[Media]) -> None:
    """A row for each of these files that has none yet, nor a post, as many as there is room for."""

    def change(locked: BulkImport) -> None:
        for media in _without_row(locked, files):
            _add(locked, _row_of_photos([media]) if media.kind == MediaKind.IMAGE else _row_of(media))

    change_import(batch, change)


def add_carousel_of(*, batch: BulkImport, photos: Sequence[Media]) -> None:
    """One row of those of these photos that have none yet, nor a post, in their order, if there is room."""

    def change(locked: BulkImport) -> None:
        if left := _without_row(locked, photos):
            _add(locked, _row_of_photos(left))

    change_import(batch, change)


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


def _add(locked: BulkImport, row: Row) -> None:
    if len(locked.rows) < MOST_ROWS:
        locked.counted += 1
        locked.rows = [*locked.rows, replace(row, number=locked.counted).plain]
