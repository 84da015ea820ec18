"""Keeping an import from one visit to the next: begun, filled, changed, given up. Making posts of it is `storing`.

Whoever may write drafts in the workspace may go on with an import of theirs or of somebody else. Every change is made
to the row under its lock, so that two pages, or two presses of one button, lose nothing (`joining`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from scheduler.clock import database_now
from scheduler.forms import connected
from scheduler.importing.joining import Taken, join
from scheduler.importing.lists import MOST_ROWS, Cells, ListRefused
from scheduler.importing.rows import Row
from scheduler.importing.words import read_cells
from scheduler.models import BulkImport
from scheduler.policies import NotPossible

if TYPE_CHECKING:
    from django.http import QueryDict

    from accounts.models import User, Workspace

T = TypeVar("T")

MOST_KEPT = 20
KEPT_FOR = timedelta(days=30)


class ImportGone(Exception):
    """Somebody discarded the import meanwhile."""


def begin(*, workspace: Workspace, by: User, cells: Sequence[Cells] = ()) -> BulkImport:
    """A new import, with the rows of a list if there is one.

    What is finished, or has been left alone for `KEPT_FOR`, makes room for it; work never does. Raises NotPossible
    where `MOST_KEPT` wait to be finished, ListRefused where the list has too many rows.
    """
    with transaction.atomic():
        imports = BulkImport.objects.filter(workspace=workspace)
        imports.filter(kept_at__lt=database_now() - KEPT_FOR).delete()
        if len(unfinished(workspace)) >= MOST_KEPT:
            told = f"{MOST_KEPT} imports are not finished yet, as many as we keep."
            raise NotPossible(f"{told} Finish or discard one of them, then begin another.")
        batch: BulkImport = BulkImport.objects.create(workspace=workspace, by=by)
        _append(batch, workspace, cells)
        batch.save()
        _forget_finished(workspace)
    return batch


def _forget_finished(workspace: Workspace) -> None:
    """Of those that have nothing left to do, which only say what became of their rows, the newest stay."""
    without_rows = BulkImport.objects.filter(workspace=workspace, rows=[])
    finished = without_rows.filter(Q(files=[]) | ~Q(outcomes=[]))
    newest = finished.order_by("-kept_at").values_list("pk", flat=True)[:MOST_KEPT]
    finished.exclude(pk__in=list(newest)).delete()


def find(import_id: UUID, *, workspace: Workspace) -> BulkImport | None:
    found: BulkImport | None = BulkImport.objects.filter(workspace=workspace, pk=import_id).first()
    return found


def unfinished(workspace: Workspace) -> list[BulkImport]:
    """Those that have something left to do, newest first."""
    rows = BulkImport.objects.filter(workspace=workspace).exclude(rows=[], files=[])
    return [
        batch for batch in rows.select_related("by").order_by("-kept_at") if batch.rows or not batch.outcomes
    ]


def take(*, batch: BulkImport, data: QueryDict) -> Taken:
    """Keep what was changed on the page of its rows and files. Raises ImportGone, as every change does."""
    return change_import(batch, lambda locked: join(locked, data))


def append(*, batch: BulkImport, cells: Sequence[Cells]) -> None:
    """Add the rows of another list. Raises ListRefused where they are too many."""
    change_import(batch, lambda locked: _append(locked, locked.workspace, cells))


def write(*, batch: BulkImport, fields: Mapping[str, Mapping[str, str]]) -> None:
    """Write these fields by the key of their row, and leave its others; a row that is gone stays gone."""
    _change_rows(batch, lambda row: row.with_fields(**fields[row.key]) if row.key in fields else row)


def place(*, batch: BulkImport, times: Mapping[str, Mapping[str, str]]) -> int:
    """Give rows a time by their key, where nobody has said one meanwhile; how many."""

    def change(row: Row) -> Row:
        return row.with_fields(**times[row.key]) if row.key in times and row.is_undated else row

    return _change_rows(batch, change)


def tell(*, batch: BulkImport, key: str, told: str) -> None:
    """Say on a row why it is no post yet; a row that is gone stays gone."""
    _change_rows(batch, lambda row: replace(row, told=told) if row.key == key else row)


def choose(*, batch: BulkImport, key: str, name: str, text: str) -> None:
    """Write what a person chose into one field of a row, whatever stands there; a row that is gone stays gone."""

    _change_rows(batch, lambda row: row.chosen(name, text) if row.key == key else row)


def drop(*, batch: BulkImport, key: str) -> None:
    """Take one row away; its file stays."""

    def change(locked: BulkImport) -> None:
        locked.rows = [plain for plain in locked.rows if Row.read(plain).key != key]

    change_import(batch, change)


def discard(*, batch: BulkImport) -> None:
    """Give it up: what is a post stays one, every file stays in the library."""
    batch.delete()


def change_import(batch: BulkImport, change: Callable[[BulkImport], T]) -> T:
    """Apply the change to the row under its lock, and bring `batch` to what is kept."""
    with transaction.atomic():
        rows = BulkImport.objects.filter(workspace=batch.workspace_id).select_related("workspace")
        locked = rows.select_for_update(of=("self",)).filter(pk=batch.pk).first()
        if locked is None:
            raise ImportGone
        result = change(locked)
        locked.kept_at = database_now()
        locked.save()
    batch.rows, batch.files, batch.outcomes = locked.rows, locked.files, locked.outcomes
    batch.counted, batch.kept_at = locked.counted, locked.kept_at
    return result


def _change_rows(batch: BulkImport, change: Callable[[Row], Row]) -> int:
    """Each row as it is kept at this moment becomes what `change` makes of it; how many are another now."""

    def change_all(locked: BulkImport) -> int:
        was = [Row.read(plain) for plain in locked.rows]
        now = [change(row) for row in was]
        locked.rows = [row.plain for row in now]
        return sum(one != other for one, other in zip(was, now, strict=True))

    return change_import(batch, change_all)


def _append(batch: BulkImport, workspace: Workspace, cells: Sequence[Cells]) -> None:
    room = MOST_ROWS - len(batch.rows)
    if len(cells) > room:
        raise ListRefused(f"One import takes up to {MOST_ROWS} rows; there is room for {room} more.")
    accounts = list(connected(workspace))
    for each in cells:
        batch.counted += 1
        fields, notes = read_cells(each, accounts)
        row = Row(batch.counted, fields.pop("file"), fields, notes)
        batch.rows = [*batch.rows, row.plain]
