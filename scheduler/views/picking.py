"""From the composer to the library and back: a page on which files are picked for a post that is not saved."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods
from django_htmx.http import push_url

from accounts.access import workspace_required
from accounts.permissions import Action
from scheduler import unsaved
from scheduler.library import Filters
from scheduler.picking import Picking, pick
from scheduler.policies import NotPossible

if TYPE_CHECKING:
    from accounts.http import WorkspaceRequest
    from scheduler.models import UnsavedPost

UNFINISHED = 422


@workspace_required(Action.COMPOSE)
@require_http_methods(["GET", "HEAD", "POST"])
def media_pick(request: WorkspaceRequest, workspace_slug: str, place: UUID) -> HttpResponse:
    """The files that the composer kept at `place` may take, filtered by the address; `files` picks some of them."""
    kept = _kept(request, place)
    shown = Picking(request.membership, Filters.read(request.GET), request.GET.get("page", "1"), kept=kept)
    if request.method == "POST":
        try:
            pick(kept=kept, workspace=request.workspace, files=request.POST.getlist("files"))
        except NotPossible as no:
            shown.refusal = str(no)
            return render(request, "scheduler/library/pick.html", {"library": shown}, status=UNFINISHED)
        return HttpResponseRedirect(shown.back)
    if not request.htmx or request.htmx.boosted or request.htmx.history_restore_request:
        return render(request, "scheduler/library/pick.html", {"library": shown})
    query = shown.filters.query
    answer = render(request, "scheduler/library/pick_list.html", {"library": shown})
    return push_url(answer, f"{request.path}?{query}" if query else request.path)


def _kept(request: WorkspaceRequest, place: UUID) -> UnsavedPost:
    """What this person left there in this workspace; otherwise 404."""
    kept = unsaved.at(place, workspace=request.workspace, by=request.user)
    if kept is None:
        raise Http404("No such form.")
    return kept
