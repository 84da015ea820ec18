"""The page of saved hashtag groups and sentences, which the composer inserts."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import workspace_required
from accounts.permissions import Action
from scheduler.models import Snippet
from scheduler.snippets import SnippetForm

if TYPE_CHECKING:
    from accounts.http import WorkspaceRequest

PAGE = "scheduler/snippets.html"
UNFINISHED = 422


@workspace_required(Action.COMPOSE)
@require_http_methods(["GET", "HEAD", "POST"])
def snippets(request: WorkspaceRequest, workspace_slug: str) -> HttpResponse:
    """All of them, and a form for one more."""
    return _form(request, None)


@workspace_required(Action.COMPOSE)
@require_http_methods(["GET", "HEAD", "POST"])
def snippet_edit(request: WorkspaceRequest, workspace_slug: str, snippet_id: UUID) -> HttpResponse:
    return _form(request, _find(request, snippet_id))


@workspace_required(Action.COMPOSE)
@require_POST
def snippet_delete(request: WorkspaceRequest, workspace_slug: str, snippet_id: UUID) -> HttpResponse:
    """Captions that it was put into keep its words."""
    snippet = _find(request, snippet_id)
    snippet.delete()
    messages.success(request, f"“{snippet.name}” deleted.")
    return redirect("snippets", workspace_slug=request.workspace.slug)


def _form(request: WorkspaceRequest, snippet: Snippet | None) -> HttpResponse:
    form = SnippetForm(
        request.POST if request.method == "POST" else None, workspace=request.workspace, snippet=snippet
    )
    if request.method == "POST" and form.is_valid():
        messages.success(request, f"“{form.save().name}” saved.")
        return redirect("snippets", workspace_slug=request.workspace.slug)
    context = {
        "form": form,
        "snippet": snippet,
        "snippets": Snippet.objects.filter(workspace=request.workspace),
    }
    return render(request, PAGE, context, status=UNFINISHED if form.is_bound else 200)


def _find(request: WorkspaceRequest, snippet_id: UUID) -> Snippet:
    snippet: Snippet | None = Snippet.objects.filter(workspace=request.workspace, pk=snippet_id).first()
    if snippet is None:
        raise Http404("No such snippet.")
    return snippet
