"""The media library: the files of a workspace, one file with its name, posts and tags, and its end."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import push_url

from accounts.access import workspace_required
from accounts.permissions import Action
from scheduler import media, tagging
from scheduler.library import Filters, Library, LibraryFile
from scheduler.models import Media
from scheduler.policies import NotPossible

if TYPE_CHECKING:
    from accounts.http import WorkspaceRequest

UNCHANGED = 204
CONFLICT = 409
UNFINISHED = 422


@workspace_required(Action.VIEW)
@require_GET
def library(request: WorkspaceRequest, workspace_slug: str) -> HttpResponse:
    """Every file, filtered by the address; to htmx the list alone, 204 while `waiting` files wait still."""
    shown = Library(request.membership, Filters.read(request.GET), request.GET.get("page", "1"))
    part = request.htmx and not request.htmx.boosted and not request.htmx.history_restore_request
    if not part:
        return render(request, "scheduler/library/page.html", {"library": shown})
    if request.GET.get("waiting") == str(shown.checking):
        return HttpResponse(status=UNCHANGED)
    response = render(request, "scheduler/library/list.html", {"library": shown, "part": True})
    if "waiting" in request.GET:
        return response
    query = shown.filters.query
    return push_url(response, f"{request.path}?{query}" if query else request.path)


@workspace_required(Action.VIEW)
@require_GET
def library_file(request: WorkspaceRequest, workspace_slug: str, media_id: UUID) -> HttpResponse:
    """One file: what the probe found, its tags, the posts that use it."""
    return _file(request, LibraryFile(request.membership, _find(request, media_id)))


@workspace_required(Action.COMPOSE)
@require_POST
def media_tags(request: WorkspaceRequest, workspace_slug: str, media_id: UUID) -> HttpResponse:
    """Make `tags`, divided by commas, the words on the file."""
    row, typed = _find(request, media_id), request.POST.get("tags", "")
    try:
        tagging.put(media=row, names=tagging.read(typed))
    except NotPossible as no:
        found = LibraryFile(request.membership, row, typed=typed, tags_error=str(no))
        return _file(request, found, status=UNFINISHED)
    messages.success(request, "Tags saved.")
    return redirect("library_file", workspace_slug=workspace_slug, media_id=row.pk)


@workspace_required(Action.COMPOSE)
@require_POST
def media_rename(request: WorkspaceRequest, workspace_slug: str, media_id: UUID) -> HttpResponse:
    """Make `name` what the file is called here."""
    row, typed = _find(request, media_id), request.POST.get("name", "")
    try:
        media.rename(media=row, name=typed)
    except NotPossible as no:
        found = LibraryFile(request.membership, row, typed_name=typed, name_error=str(no))
        return _file(request, found, status=UNFINISHED)
    messages.success(request, "File renamed.")
    return redirect("library_file", workspace_slug=workspace_slug, media_id=row.pk)


@workspace_required(Action.COMPOSE)
@require_POST
def media_remove(request: WorkspaceRequest, workspace_slug: str, media_id: UUID) -> HttpResponse:
    """Delete the file, unless a post still needs it: then its page says which, with 409."""
    row = _find(request, media_id)
    try:
        media.remove(media=row, by=request.user)
    except NotPossible:
        return _file(request, LibraryFile(request.membership, row), status=CONFLICT)
    messages.success(request, f"“{row.original_name}” deleted.")
    return redirect("library", workspace_slug=workspace_slug)


def _find(request: WorkspaceRequest, media_id: UUID) -> Media:
    """That file of the request's workspace, unless somebody deleted it; otherwise 404."""
    rows = Media.objects.filter(workspace=request.workspace, pk=media_id, removed_at__isnull=True)
    found: Media | None = rows.select_related("workspace", "uploaded_by").first()
    if found is None:
        raise Http404("No such file.")
    return found


def _file(request: WorkspaceRequest, file: LibraryFile, *, status: int = 200) -> HttpResponse:
    return render(request, "scheduler/library/file.html", {"file": file, "media": file.media}, status=status)
