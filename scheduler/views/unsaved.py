"""What the composer sends by itself while somebody types, and the way to throw that away."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts.access import workspace_required
from accounts.permissions import Action
from scheduler import unsaved
from scheduler.composer import Composer
from scheduler.models import Post
from scheduler.queries import find_post

if TYPE_CHECKING:
    from accounts.http import WorkspaceRequest

TOO_LARGE = 413


@workspace_required(Action.COMPOSE)
@require_POST
def post_unsaved(request: WorkspaceRequest, workspace_slug: str) -> HttpResponse:
    """Keeps the form under its id (`unsaved`; `post` names the post it changes) and answers with what to warn of.

    `discard:…` forgets what is kept under that id.
    """
    post = _post_of(request)
    action, _, place = request.POST.get("action", "").partition(":")
    if action == "discard":
        unsaved.discard(_uuid(place), workspace=request.workspace, by=request.user)
        return _to_composer(request, post)
    try:
        kept = unsaved.keep(
            place=_uuid(request.POST.get("unsaved", "")),
            workspace=request.workspace,
            by=request.user,
            post=post,
            data=request.POST,
        )
    except unsaved.TooMuch:
        return HttpResponse("This is more than a post can hold.", status=TOO_LARGE, content_type="text/plain")
    composer = Composer.of(request, request.POST, post, place=kept.place)
    return render(request, "scheduler/composer/kept.html", {"composer": composer, "kept": kept})


def _post_of(request: WorkspaceRequest) -> Post | None:
    named = request.POST.get("post")
    return find_post(request, _uuid(named)) if named else None


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as unknown:
        raise Http404("No such form.") from unknown


def _to_composer(request: WorkspaceRequest, post: Post | None) -> HttpResponse:
    if post is None:
        return redirect("post_new", workspace_slug=request.workspace.slug)
    return redirect("post_edit", workspace_slug=request.workspace.slug, post_id=post.pk)
