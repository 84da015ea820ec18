"""Making posts of rows: drafts of all that can be kept, or scheduled posts of those that a person agreed to.

Each row is a transaction of its own: what one is refused holds up no other, and a row that another page, or the second
press of a button, has made a post meanwhile is not there any more. The verbs are those of `authoring`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db import transaction

from scheduler import authoring
from scheduler.content import ContentRefused
from scheduler.importing import keeping
from scheduler.importing.outcomes import Outcome
from scheduler.importing.rows import Row
from scheduler.policies import NotPossible

if TYPE_CHECKING:
    from accounts.models import User
    from scheduler.importing.checked import CheckedRow
    from scheduler.importing.table import Table
    from scheduler.models import BulkImport, Post

CHANGED = "This row was changed after you had looked at it. Look at it again."
NOT_READY = "This row can't be scheduled as it stands now. See what is left to do."


class _Gone(Exception):
    """The row is no longer in the import."""


class _Changed(Exception):
    """The row says something else by now than what the post was made of."""


def save_drafts(table: Table, *, by: User) -> int:
    """A draft of every row that can be kept; how many."""
    return sum(_store(table, row, by=by, agreed=False) for row in table.savable)


def schedule(table: Table, *, by: User, agreed: Mapping[str, str]) -> int:
    """Schedule the rows whose digest, by the key of the row, is the one that the person has seen; how many.

    A row that was refused stays, and says why.
    """
    done = 0
    for row in table.rows:
        if row.row.key not in agreed:
            continue
        if not row.is_ready:
            _tell(table.batch, row, NOT_READY)
        elif row.digest != agreed[row.row.key]:
            _tell(table.batch, row, CHANGED)
        else:
            done += _store(table, row, by=by, agreed=True)
    return done


def _store(table: Table, row: CheckedRow, *, by: User, agreed: bool) -> bool:
    """Whether the row is a post now."""
    try:
        with transaction.atomic():
            post = authoring.create(workspace=table.workspace, by=by, fields=_fields(row))
            if agreed:
                creator = row.destination.creator
                authoring.schedule(post=post, by=by, creator=creator.info if creator else None)
            _finish(table, row, post, "Scheduled" if agreed else "Draft saved")
    except (ContentRefused, NotPossible) as refused:
        _tell(table.batch, row, str(refused))
        return False
    except _Changed:
        _tell(table.batch, row, CHANGED)
        return False
    except _Gone:
        return False
    return True


def _fields(row: CheckedRow) -> dict[str, object]:
    return row.form.fields_of_post() | {"account": row.account, "media": row.media}


def _finish(table: Table, row: CheckedRow, post: Post, done: str) -> None:
    """In the transaction that makes the post. Raises _Gone where the row is another's post already, _Changed where
    somebody has written into it since it was read."""
    was = table.as_read(row.row)

    def change(locked: BulkImport) -> None:
        here = {plain["number"]: Row.read(plain) for plain in locked.rows}.get(was.number)
        if here is None:
            raise _Gone
        if (here.file, here.fields) != (was.file, was.fields):
            raise _Changed
        images = [str(image.pk) for image in row.images]
        media = str(row.media.pk) if row.media else ""
        outcome = Outcome(was.number, str(post.pk), media, done, images)
        locked.rows = [plain for plain in locked.rows if plain["number"] != was.number]
        locked.outcomes = [*locked.outcomes, outcome.plain]

    keeping.change_import(table.batch, change)


def _tell(batch: BulkImport, row: CheckedRow, sentence: str) -> None:
    """Say on the row itself why it is no post yet."""
    keeping.tell(batch=batch, key=row.row.key, told=sentence)
