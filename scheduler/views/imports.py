"""Bulk import in three pages that need no script but for the uploads: a list, one table to mend it in, the last look.

Everything typed is kept with every answer. To htmx the table alone is answered, or 204 where nothing on it is another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import pluralize
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import workspace_required
from accounts.permissions import Action
from scheduler.clock import database_now
from scheduler.importing import keeping, storing
from scheduler.importing.columns import template
from scheduler.importing.lists import ListRefused
from scheduler.importing.table import Table
from scheduler.policies import NotPossible
from scheduler.views.import_acts import conflict, left_aside, list_sent, press
from scheduler.views.import_answers import (
    CONFLICT,
    UNFINISHED,
    begin_page,
    context_of,
    find,
    kept,
    page,
    unless_gone,
)

if TYPE_CHECKING:
    from accounts.http import WorkspaceRequest
    from scheduler.importing.joining import Taken
    from scheduler.models import BulkImport


@workspace_required(Action.COMPOSE)
@require_http_methods(["GET", "HEAD", "POST"])
def import_begin(request: WorkspaceRequest, workspace_slug: str) -> HttpResponse:
    """GET: what an import takes, and those that were begun. POST: a new one, of a `list` if there is one."""
    if request.method != "POST":
        return begin_page(request)
    try:
        sent = list_sent(request)
        batch = keeping.begin(workspace=request.workspace, by=request.user, cells=sent.rows)
    except ListRefused as refused:
        return begin_page(request, error=str(refused), status=UNFINISHED)
    except NotPossible as full:
        return begin_page(request, notice=str(full), status=CONFLICT)
    if told := left_aside(sent):
        messages.info(request, told)
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
@unless_gone
def import_table(request: WorkspaceRequest, workspace_slug: str, import_id: UUID) -> HttpResponse:
    """The rows with what is wrong beside each field. POST keeps what was typed, then does `action`.

    409 where another page has written something else into a field, or where an action would touch what the page does
    not show: nothing is done, both versions are shown.
    """
    batch = find(request, import_id)
    if request.method != "POST":
        return page(request, batch)
    action, _, value = request.POST.get("action", "").partition(":")
    taken = keeping.take(batch=batch, data=request.POST)
    if action == "choose":
        return _choose(request, batch, taken, value)
    if error := conflict(taken, action):
        return page(request, batch, error=error, taken=taken, status=CONFLICT)
    if request.htmx and not action:
        return kept(request, batch, taken)
    if action == "discard":
        keeping.discard(batch=batch)
        messages.success(request, "Import discarded. Its files are in the library.")
        return redirect("import_begin", workspace_slug=workspace_slug)
    if action == "review":
        return redirect("import_review", workspace_slug=workspace_slug, import_id=batch.pk)
    said, error = press(request, batch, action, value)
    if request.htmx or error:
        status = 200 if request.htmx else UNFINISHED
        return page(request, batch, said=said, error=error, taken=taken, status=status)
    if said:
        messages.success(request, said)
    return redirect("import_table", workspace_slug=workspace_slug, import_id=batch.pk)


@workspace_required(Action.PUBLISH)
@require_http_methods(["GET", "HEAD", "POST"])
@unless_gone
def import_review(request: WorkspaceRequest, workspace_slug: str, import_id: UUID) -> HttpResponse:
    """GET: all that will go out, as it will. POST: agree to the rows in `agreed`, each `key.digest` as shown."""
    batch = find(request, import_id)
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
    context = context_of(batch, table) | {
        "rows": [(row, table.likenesses(row)) for row in table.ready],
        "is_branded": any(row.destination.is_branded for row in table.ready),
    }
    return render(request, "scheduler/imports/review.html", context)


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
    return page(request, batch, error=" ".join(taken.lost), taken=taken, status=status)
