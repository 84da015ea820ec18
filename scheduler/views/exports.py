"""The export of posts: what there is to take, and the file itself, which is sent while it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods

from accounts.access import workspace_required
from accounts.permissions import Action
from scheduler import exporting
from scheduler.clock import database_now
from scheduler.exporting import FORMS, Form
from scheduler.post_filters import Filters
from scheduler.post_list import PostList

if TYPE_CHECKING:
    from accounts.http import WorkspaceRequest

UNFINISHED = 422


@workspace_required(Action.MANAGE)
@require_http_methods(["GET", "POST"])
def posts_export(request: WorkspaceRequest, workspace_slug: str) -> HttpResponseBase:
    """GET: the choice of forms, for the filter of the address. POST: the file of `form`; it is put on record."""
    filters = Filters.read(request.GET)
    table = PostList(request.membership, filters, {})
    if request.method == "GET":
        return _show(request, table)
    form = FORMS.get(request.POST.get("form", ""))
    if form is None:
        return _show(request, table, error="Choose what to export.", status=UNFINISHED)
    exporting.record(
        workspace=request.workspace, by=request.user, form=form, filters=filters, posts=table.count
    )
    return _file(request, form, filters)


def _file(request: WorkspaceRequest, form: Form, filters: Filters) -> StreamingHttpResponse:
    today = database_now().astimezone(request.workspace.zone).date()
    name = f"{request.workspace.slug}-{today.isoformat()}-{form.suffix}"
    lines = exporting.stream(form, workspace=request.workspace, filters=filters)
    response = StreamingHttpResponse(lines, content_type=form.content_type)
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response


def _show(request: WorkspaceRequest, table: PostList, *, error: str = "", status: int = 200) -> HttpResponse:
    context = {"table": table, "forms": FORMS.values(), "error": error, "nav": "posts"}
    return render(request, "scheduler/posts/export.html", context, status=status)
