"""Bulk import in three pages that need no script but for the uploads: a list, one table to mend it in, the last look.

Everything typed is kept with every answer. To htmx the table alone is answered, or 204 where nothing on it is another.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import pluralize
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import workspace_required
from accounts.permissions import Action, can
from scheduler import uploads
from scheduler.clock import database_now
from scheduler.importing import keeping, placing, storing
from scheduler.importing.columns import COLUMNS, template
from scheduler.importing.joining import ids
from scheduler.importing.lists import MOST_BYTES, MOST_ROWS, Cells, ListRefused, read_list
from scheduler.importing.table import Table
from scheduler.policies import NotPossible

if TYPE_CHECKING:
    from accounts.http import WorkspaceRequest
    from scheduler.importing.joining import Taken
    from scheduler.models import BulkImport

ABOUT_ALL = {"discard": "discard", "drafts": "save drafts", "place": "place them"}
"""What is done to every row there is, as people say it."""

GONE, GONE_PART = "scheduler/imports/gone.html", "scheduler/imports/_gone.html"
UNCHANGED = 204
NOT_FOUND, CONFLICT, UNFINISHED = 404, 409, 422


def _unless_gone(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Where the import goes while a request is under way, it answers as if it had gone before."""

    @wraps(view)
    def guarded(request: WorkspaceRequest, workspace_slug: str, import_id: UUID) -> HttpResponse:
        try:
            return view(request, workspace_slug, import_id)
        except keeping.ImportGone:
            return render(
                request, GONE_PART if _is_part(request) else GONE, {"nav": "posts"}, status=NOT_FOUND
            )

    return guarded


@workspace_required(Action.COMPOSE)
@require_http_methods(["GET", "HEAD", "POST"])
def import_begin(request: WorkspaceRequest, workspace_slug: str) -> HttpResponse:
    """GET: what an import takes, and those that were begun. POST: a new one, of a `list` if there is one."""
    if request.method != "POST":
        return _begin(request)
    try:
        cells = _list_sent(request)
        batch = keeping.begin(workspace=request.workspace, by=request.user, cells=cells)
    except ListRefused as refused:
        return _begin(request, error=str(refused), status=UNFINISHED)
    except NotPossible as full:
        return _begin(request, notice=str(full), status=CONFLICT)
    return redirect("import_table", workspace_slug=workspace_slug, import_id=batch.pk)


@workspace_required(Action.COMPOSE)
@require_GET
def import_template(request: WorkspaceRequest, workspace_slug: str) -> HttpResponse:
    """A list with its first line and two examples, as a file."""
    today = database_now().astimezone(ZoneInfo(request.workspace.time_zone)).date()
    response = HttpResponse(template(today), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="posts.csv"'
    return response


@workspace_required(Action.COMPOSE)
@require_http_methods(["GET", "HEAD", "POST"])
@_unless_gone
def import_table(request: WorkspaceRequest, workspace_slug: str, import_id: UUID) -> HttpResponse:
    """The rows with what is wrong beside each field. POST keeps what was typed, then does `action`.

    409 where another page has written something else into a field, or where an action would touch what the page does
    not show: nothing is done, both versions are shown.
    """
    batch = _find(request, import_id)
    if request.method != "POST":
        return _page(request, batch)
    action, _, value = request.POST.get("action", "").partition(":")
    taken = keeping.take(batch=batch, data=request.POST)
    if action == "choose":
        return _choose(request, batch, taken, value)
    if error := _conflict(taken, action):
        return _page(request, batch, error=error, taken=taken, status=CONFLICT)
    if request.htmx and not action:
        return _kept(request, batch, taken)
    if action == "discard":
        keeping.discard(batch=batch)
        messages.success(request, "Import discarded. Its videos are in the library.")
        return redirect("import_begin", workspace_slug=workspace_slug)
    if action == "review":
        return redirect("import_review", workspace_slug=workspace_slug, import_id=batch.pk)
    said, error = _do(request, batch, action, value)
    if request.htmx or error:
        status = 200 if request.htmx else UNFINISHED
        return _page(request, batch, said=said, error=error, taken=taken, status=status)
    if said:
        messages.success(request, said)
    return redirect("import_table", workspace_slug=workspace_slug, import_id=batch.pk)


@workspace_required(Action.PUBLISH)
@require_http_methods(["GET", "HEAD", "POST"])
@_unless_gone
def import_review(request: WorkspaceRequest, workspace_slug: str, import_id: UUID) -> HttpResponse:
    """GET: all that will go out, as it will. POST: agree to the rows in `agreed`, each `key.digest` as shown."""
    batch = _find(request, import_id)
    table = Table(batch, workspace=request.workspace)
    if request.method == "POST":
        agreed = dict(each.partition(".")[::2] for each in request.POST.getlist("agreed"))
        done = storing.schedule(table, by=request.user, agreed=agreed)
        if done:
            messages.success(request, f"{done} post{pluralize(done)} scheduled.")
        return redirect("import_table", workspace_slug=workspace_slug, import_id=batch.pk)
    if not table.ready:
        messages.warning(request, "No row is ready to be scheduled yet.")
        return redirect("import_table", workspace_slug=workspace_slug, import_id=batch.pk)
    context = _context(batch, table) | {
        "rows": [(row, table.likenesses(row)) for row in table.ready],
        "is_branded": any(row.destination.is_branded for row in table.ready),
    }
    return render(request, "scheduler/imports/review.html", context)


# --- what the buttons of the table do


def _conflict(taken: Taken, action: str) -> str:
    """What this page and another disagree about, in words; nothing where they don't, or where it was said before."""
    if taken.left_out:
        left = f"{taken.left_out} more video{pluralize(taken.left_out)}"
        return f"An import takes up to {MOST_ROWS} videos: {left} can't be part of it. Every file is in the library."
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


def _choose(request: WorkspaceRequest, batch: BulkImport, taken: Taken, value: str) -> HttpResponse:
    """`mine/<key>/<field>` writes what the page had written, `theirs/…` leaves what stands there."""
    whose, _, place = value.partition("/")
    key, _, name = place.partition("/")
    waiting = taken.clashes.get(key, {})
    if name in waiting:
        text = waiting.pop(name)
        if whose == "mine":
            keeping.choose(batch=batch, key=key, name=name, text=text)
    status = 200 if request.htmx or not taken.clashes else CONFLICT
    return _page(request, batch, error=" ".join(taken.lost), taken=taken, status=status)


def _do(request: WorkspaceRequest, batch: BulkImport, action: str, value: str) -> tuple[str, str]:
    """What was done, and why something was not: a sentence, or nothing."""
    table = Table(batch, workspace=request.workspace, again=True)  # nothing here is a consent
    if action == "read":
        return _read_more(request, batch)
    if action == "rows":
        keeping.add_rows_for(batch=batch, files=table.without_row)
    elif action == "drop":
        keeping.drop(batch=batch, key=value)
    elif action == "time":
        _use_time(batch, value)
    elif action == "place":
        return _place(table)
    elif action == "drafts":
        return _save_drafts(request, table)
    return "", ""


def _read_more(request: WorkspaceRequest, batch: BulkImport) -> tuple[str, str]:
    try:
        cells = _list_sent(request)
        keeping.append(batch=batch, cells=cells)
    except ListRefused as refused:
        return "", str(refused)
    return (f"{len(cells)} row{pluralize(len(cells))} added.", "") if cells else ("", "Choose a list first.")


def _list_sent(request: WorkspaceRequest) -> list[Cells]:
    """The rows of the list that came with the form; none where none did. Raises ListRefused."""
    file = request.FILES.get("list")
    return read_list(file.read(MOST_BYTES + 1)) if file else []


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
    return "", "No row can be saved yet: each needs its video, and a time that can be read, or none."


# --- answers


def _find(request: WorkspaceRequest, import_id: UUID) -> BulkImport:
    batch = keeping.find(import_id, workspace=request.workspace)
    if batch is None:
        raise keeping.ImportGone
    return batch


def _begin(
    request: WorkspaceRequest, *, error: str = "", notice: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "columns": COLUMNS,
        "most": MOST_ROWS,
        "kept_for": keeping.KEPT_FOR.days,
        "error": error,
        "notice": notice,
        "unfinished": keeping.unfinished(request.workspace),
        "nav": "posts",
    }
    return render(request, "scheduler/imports/begin.html", context, status=status)


def _kept(request: WorkspaceRequest, batch: BulkImport, taken: Taken) -> HttpResponse:
    """Where nothing is another, only the end of a check that the page `waits` for changes what is shown."""
    table = Table(batch, workspace=request.workspace)
    over = "waits" in request.POST and not table.is_checking
    return _page(request, batch, taken=taken) if taken.differs or over else HttpResponse(status=UNCHANGED)


def _page(
    request: WorkspaceRequest,
    batch: BulkImport,
    *,
    said: str = "",
    error: str = "",
    taken: Taken | None = None,
    status: int = 200,
) -> HttpResponse:
    part = _is_part(request)
    clashes = taken.clashes if taken else None
    table = Table(batch, workspace=request.workspace, again=part, clashes=clashes)
    context = _context(batch, table) | {
        "said": said,
        "error": error,
        "most": MOST_ROWS,
        "may_publish": can(request.membership, Action.PUBLISH),
    }
    if part:
        return render(
            request, "scheduler/imports/rows.html", context | _files_shown(request, batch), status=status
        )
    context["page"] = uuid4().hex
    context["room"] = uploads.share_of(request.workspace)
    context["files_seen"] = batch.files
    context["fragments"] = [
        render_to_string("scheduler/_media.html", {"media": media}, request) for media in table.files.added
    ]
    return render(request, "scheduler/imports/table.html", context, status=status)


def _files_shown(request: WorkspaceRequest, batch: BulkImport) -> dict[str, Any]:
    """The files that the page goes on showing around the part, and whether the import has others by now."""
    shown = ids(request.POST.get("files", ""))
    return {"files_seen": shown, "other_files": set(shown) != set(batch.files)}


def _is_part(request: WorkspaceRequest) -> bool:
    return bool(request.htmx and not request.htmx.boosted and not request.htmx.history_restore_request)


def _context(batch: BulkImport, table: Table) -> dict[str, Any]:
    return {"batch": batch, "table": table, "audited": settings.TIKTOK_APP_AUDITED, "nav": "posts"}
