"""The export of posts: what there is to take, and the file itself, which is sent while it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods

from accounts.access import workspace_required
from accounts.permissions import Action
from accounts.proof import proven_lately
from scheduler import exporting
from scheduler.clock import database_now
from scheduler.exporting import FORMS, Form
from scheduler.post_filters import Filters
from scheduler.post_list import PostList

if TYPE_CHECKING:
    from accounts.http import WorkspaceRequest

UNFINISHED = 422


def _choice(request: HttpRequest) -> str:
    """The page with the same filter and the same form chosen."""
    asked = request.GET.copy()
    asked["form"] = request.POST.get("form", "")
    return f"{request.path}?{asked.urlencode()}"


@workspace_required(Action.MANAGE)
@require_http_methods(["GET", "POST"])
@proven_lately(_choice)
def posts_export(request: WorkspaceRequest, workspace_slug: str) -> HttpResponseBase:
    """GET: the choice of forms, for the filter of the address. POST: the file of `form`; it is put on record.

    With `over=1` only what the history lists.
    The file is for somebody who gave their password lately (R-04).
    """
    filters = Filters.read(request.GET)
    table = PostList(request.membership, filters, {}, is_history=request.GET.get("over") == "1")
    if request.method == "GET":
        return _show(request, table)
    form = FORMS.get(request.POST.get("form", ""))
    if form is None:
        return _show(request, table, error="Choose what to export.", status=UNFINISHED)
    exporting.record(form=form, table=table, by=request.user)
    return _file(request, form, table)


def _file(request: WorkspaceRequest, form: Form, table: PostList) -> StreamingHttpResponse:
    today = database_now().astimezone(request.workspace.zone).date()
    name = f"{request.workspace.slug}-{today.isoformat()}-{form.suffix}"
    lines = exporting.stream(form, table)
    response = StreamingHttpResponse(lines, content_type=form.content_type)
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response


def _show(request: WorkspaceRequest, table: PostList, *, error: str = "", status: int = 200) -> HttpResponse:
    chosen = FORMS.get(request.GET.get("form", ""), next(iter(FORMS.values())))
    context = {"table": table, "forms": FORMS.values(), "chosen": chosen, "error": error, "nav": "posts"}
    return render(request, "scheduler/posts/export.html", context, status=status)
