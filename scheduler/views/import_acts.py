"""What the buttons of an import's table do, each with a sentence on what was done or why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.template.defaultfilters import pluralize

from scheduler.importing import adding, keeping, placing, storing
from scheduler.importing.joining import MOST_FILES
from scheduler.importing.lists import MOST_BYTES, MOST_ROWS, List, ListRefused, read_list
from scheduler.importing.table import Table

if TYPE_CHECKING:
    from accounts.http import WorkspaceRequest
    from scheduler.importing.joining import Taken
    from scheduler.models import BulkImport

ABOUT_ALL = {"discard": "discard", "drafts": "save drafts", "place": "place them"}
"""What is done to every row there is, as people say it."""

MOST_NAMED = 3
"""Of columns in one sentence."""


def conflict(taken: Taken, action: str) -> str:
    """What this page and another disagree about, in words; nothing where they don't, or where it was said before."""
    if taken.left_out:
        left = f"{taken.left_out} more file{pluralize(taken.left_out)}"
        return f"An import takes up to {MOST_FILES} files: {left} can't be part of it. Every file is in the library."
    if taken.lost:
        return " ".join(taken.lost)
    if taken.clashes and (taken.is_new or action):
        return "Somebody else, or another tab, has changed what you changed. Choose which of the two stays."
    if action in ABOUT_ALL and taken.unshown:
        rows = f"{taken.unshown} row{pluralize(taken.unshown)}"
        return (
            f"{rows} came from another tab after this page was opened. Look at all, then {ABOUT_ALL[action]}."
        )
    return ""


def press(request: WorkspaceRequest, batch: BulkImport, action: str, value: str) -> tuple[str, str]:
    """What was done, and why something was not: a sentence, or nothing."""
    table = Table(batch, workspace=request.workspace, again=True)  # nothing here is a consent
    if action == "read":
        return _read_more(request, batch)
    if action == "rows":
        return "", _no_room_for(adding.add_rows_for(batch=batch, files=table.without_row))
    if action == "carousel":
        return "", _no_room_for(adding.add_carousel_of(batch=batch, photos=table.photos_without_row))
    if action == "drop":
        keeping.drop(batch=batch, key=value)
    elif action == "time":
        _use_time(batch, value)
    elif action == "place":
        return _place(table)
    elif action == "drafts":
        return _save_drafts(request, table)
    return "", ""


def _no_room_for(files: int) -> str:
    """Why so many files became no row; nothing where none was left out."""
    if not files:
        return ""
    left = f"{files} file{pluralize(files)} {pluralize(files, 'was,were')} left out"
    return (
        f"An import takes up to {MOST_ROWS} rows: {left}. Save rows as drafts, schedule or remove some, then try"
        " again; or begin another import."
    )


def _read_more(request: WorkspaceRequest, batch: BulkImport) -> tuple[str, str]:
    try:
        sent = list_sent(request)
        keeping.append(batch=batch, cells=sent.rows)
    except ListRefused as refused:
        return "", str(refused)
    if not sent.rows:
        return "", "Choose a list first."
    return f"{len(sent.rows)} row{pluralize(len(sent.rows))} added. {left_aside(sent)}".strip(), ""


def list_sent(request: WorkspaceRequest) -> List:
    """The list that came with the form; an empty one where none did. Raises ListRefused."""
    file = request.FILES.get("list")
    return read_list(file.read(MOST_BYTES + 1)) if file else List([], [])


def left_aside(sent: List) -> str:
    """Which columns of the list an import does not read, in words; nothing where it reads them all."""
    if not sent.aside:
        return ""
    more = len(sent.aside) - MOST_NAMED
    named = ", ".join(sent.aside[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
    return f"An import makes new posts: what the list tells of others was left aside ({named})."


def _use_time(batch: BulkImport, value: str) -> None:
    """The next time that exists, in the place of one that the clocks skip: `<key>/<time>`."""
    key, _, clock = value.partition("/")
    keeping.write(batch=batch, fields={key: {"time": clock[:5], "fold": ""}})


def _place(table: Table) -> tuple[str, str]:
    placed, left = placing.place(table)
    said = f"{placed} row{pluralize(placed)} placed into free slots." if placed else ""
    if left:
        return said, f"{left} row{pluralize(left)} found no free slot of the account within a year."
    return said, "" if placed else "No row waits for a slot: each has a time, or no account yet."


def _save_drafts(request: WorkspaceRequest, table: Table) -> tuple[str, str]:
    saved = storing.save_drafts(table, by=request.user)
    if saved:
        return f"{saved} draft{pluralize(saved)} saved.", ""
    return (
        "",
        "No row can be saved yet: each needs its video or photos, and a time that can be read, or none.",
    )
