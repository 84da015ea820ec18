"""The table of posts and the history: a filter in the address, one page of what matches, a person's own views."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import push_url

from accounts.access import workspace_required
from accounts.permissions import Action
from scheduler import saved_filters
from scheduler.models import SavedFilter
from scheduler.post_filters import Filters, of_query
from scheduler.post_list import PostList

if TYPE_CHECKING:
    from accounts.http import WorkspaceRequest

UNFINISHED = 422


@workspace_required(Action.VIEW)
@require_GET
def posts(request: WorkspaceRequest, workspace_slug: str) -> HttpResponse:
    """Every post, filtered by the address; to htmx the list alone."""
    return _show(request, PostList(request.membership, Filters.read(request.GET), request.GET))


@workspace_required(Action.VIEW)
@require_GET
def post_history(request: WorkspaceRequest, workspace_slug: str) -> HttpResponse:
    """Posts that are over, with what TikTok said about them."""
    filters = Filters.read(request.GET)
    return _show(request, PostList(request.membership, filters, request.GET, is_history=True))


@workspace_required(Action.VIEW)
@require_POST
def filter_save(request: WorkspaceRequest, workspace_slug: str) -> HttpResponse:
    """Keep the filter `query` under `name`, for this person in this workspace."""
    filters = of_query(request.POST.get("query", ""))
    name = request.POST.get("name", "")
    try:
        saved_filters.save(workspace=request.workspace, by=request.user, name=name, filters=filters)
    except saved_filters.NotSaved as no:
        table = PostList(request.membership, filters, {}, save_error=str(no))
        return _show(request, table, status=UNFINISHED)
    messages.success(request, "View saved.")
    return redirect(f"{reverse('posts', args=[workspace_slug])}?{filters.query}")


@workspace_required(Action.VIEW)
@require_POST
def filter_remove(request: WorkspaceRequest, workspace_slug: str, filter_id: UUID) -> HttpResponse:
    """Forget one of this person's own views."""
    own = SavedFilter.objects.filter(workspace=request.workspace, user=request.user, pk=filter_id).first()
    if own is None:
        raise Http404("No such view.")
    saved_filters.remove(own)
    messages.success(request, f"View “{own.name}” removed.")
    return redirect("posts", workspace_slug=workspace_slug)


def _show(request: WorkspaceRequest, table: PostList, *, status: int = 200) -> HttpResponse:
    """The page; to htmx its list, under the address in its one spelling."""
    part = request.htmx and not request.htmx.boosted and not request.htmx.history_restore_request
    template = "scheduler/posts/list.html" if part else "scheduler/posts/page.html"
    response = render(request, template, {"table": table, "nav": "posts"}, status=status)
    query = table.filters.query
    return push_url(response, f"{request.path}?{query}" if query else request.path) if part else response
