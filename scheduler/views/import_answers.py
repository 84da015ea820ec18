"""What the pages of an import answer: whole or in part, as it stands, or that it is gone."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from accounts.permissions import Action, can
from scheduler import uploads
from scheduler.importing import keeping
from scheduler.importing.columns import COLUMNS
from scheduler.importing.joining import MOST_FILES, ids
from scheduler.importing.lists import MOST_ROWS
from scheduler.importing.table import Table

if TYPE_CHECKING:
    from accounts.http import WorkspaceRequest
    from scheduler.importing.joining import Taken
    from scheduler.models import BulkImport

GONE, GONE_PART = "scheduler/imports/gone.html", "scheduler/imports/_gone.html"
UNCHANGED = 204
NOT_FOUND, CONFLICT, UNFINISHED = 404, 409, 422


def unless_gone(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
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


def find(request: WorkspaceRequest, import_id: UUID) -> BulkImport:
    batch = keeping.find(import_id, workspace=request.workspace)
    if batch is None:
        raise keeping.ImportGone
    return batch


def begin_page(
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


def kept(request: WorkspaceRequest, batch: BulkImport, taken: Taken) -> HttpResponse:
    """Where nothing is another, only the end of a check that the page `waits` for changes what is shown."""
    table = Table(batch, workspace=request.workspace)
    over = "waits" in request.POST and not table.is_checking
    return page(request, batch, taken=taken) if taken.differs or over else HttpResponse(status=UNCHANGED)


def page(
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
    context = context_of(batch, table) | {
        "said": said,
        "error": error,
        "most": MOST_FILES,
        "too_many": f"An import takes up to {MOST_FILES} files; the others were left out.",
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


def context_of(batch: BulkImport, table: Table) -> dict[str, Any]:
    return {"batch": batch, "table": table, "audited": settings.TIKTOK_APP_AUDITED, "nav": "posts"}
