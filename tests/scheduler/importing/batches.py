"""Imports for tests: begun, drawn as a page has them, filled."""

from __future__ import annotations

from datetime import time
from types import SimpleNamespace
from urllib.parse import urlencode

from django.http import QueryDict

from scheduler.importing import keeping, storing
from scheduler.importing.checked import CheckedRow
from scheduler.importing.table import Table
from scheduler.models import BulkImport, Media, Post, PostingSlot

WHOLE = {
    "file": "rye.mp4",
    "caption": "Rye, slowly",
    "date": "2027-06-01",
    "time": "12:30",
    "privacy": "Everyone",
    "comment": "yes",
}

NAMES = ("crust.jpg", "crumb.jpg", "table.jpg")
PHOTOS = {name: text for name, text in WHOLE.items() if name != "file"} | {
    "photos": "; ".join(NAMES),
    "title": "Three looks",
    "cover": "2",
    "music": "yes",
}


def begin(desk: SimpleNamespace, *cells: dict[str, str]) -> BulkImport:
    return keeping.begin(workspace=desk.workspace, by=desk.alice, cells=list(cells))


def table(desk: SimpleNamespace, batch: BulkImport) -> Table:
    return Table(keeping.find(batch.pk, workspace=desk.workspace), workspace=desk.workspace)


def checked(desk: SimpleNamespace, **cells: str) -> CheckedRow:
    [row] = table(desk, begin(desk, {**WHOLE, **cells})).rows
    return row


def add(desk: SimpleNamespace, batch: BulkImport, *files: Media) -> None:
    data = QueryDict(mutable=True)
    data["files"] = ",".join(str(file.pk) for file in files)
    keeping.take(batch=batch, data=data)


def posts(desk: SimpleNamespace) -> list[Post]:
    return list(Post.objects.filter(workspace=desk.workspace).order_by("due_at"))


def slot(desk: SimpleNamespace, hour: int) -> None:
    for weekday in range(7):
        PostingSlot.objects.create(
            workspace=desk.workspace, account=desk.luna, weekday=weekday, at=time(hour)
        )


def page_of(desk: SimpleNamespace, batch: BulkImport, **changes: str) -> QueryDict:
    """What a page sends that shows the first row as it is now, with these changes."""
    row = table(desk, batch).rows[0].row
    data = QueryDict(mutable=True)
    data.update({"rows": row.key, "r1-seen": row.seen} | row.form_data)
    data["page"] = changes.pop("page", "")
    data.update({f"r1-{name}": text for name, text in changes.items()})
    return data


def files(sent: str, *, seen: str) -> QueryDict:
    return QueryDict(urlencode({"files": sent, "files_seen": seen}))


def agreed(found: Table) -> dict[str, str]:
    return {row.row.key: row.digest for row in found.ready}


def row_of(desk: SimpleNamespace, **cells: str) -> CheckedRow:
    [row] = table(desk, begin(desk, cells)).rows
    return row


def photo_row(desk: SimpleNamespace, **cells: str) -> CheckedRow:
    return row_of(desk, **{**PHOTOS, **cells})


def scheduled(desk: SimpleNamespace, *cells: dict[str, str]) -> list[Post]:
    found = table(desk, begin(desk, *cells))
    storing.schedule(found, by=desk.alice, agreed=agreed(found))
    return posts(desk)


def images_of(post: Post) -> list[Media]:
    return [image.media for image in post.images.select_related("media")]
