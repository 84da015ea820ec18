"""One post: what became of it and why, and what a person may do about it now."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.access import workspace_required
from accounts.permissions import Action
from scheduler import answers, authoring, policies, trying_again
from scheduler.digits import number_of
from scheduler.forms import WhenForm
from scheduler.found_links import FoundForm
from scheduler.post_page import PostPage
from scheduler.queries import find_post

if TYPE_CHECKING:
    from accounts.http import WorkspaceRequest
    from scheduler.models import Post

PAGE = "scheduler/post_detail.html"
LIVE_PART = "scheduler/post/live.html"
UNCHANGED = 204
UNFINISHED = 422
CONFLICT = 409

CHANGED = "Somebody changed this post meanwhile. Look at it as it is now, then decide again."


@workspace_required(Action.VIEW)
@require_GET
def post_detail(request: WorkspaceRequest, workspace_slug: str, post_id: UUID) -> HttpResponse:
    """The page; to htmx its live part, or 204 while nothing has changed since the part that asks."""
    page = PostPage(find_post(request, post_id), request.membership)
    if request.htmx and not request.htmx.boosted:
        if request.GET.get("seen") == page.stamp:
            return HttpResponse(status=UNCHANGED)
        return _show(request, page, part=True)
    return _show(request, page)


@workspace_required(Action.PUBLISH)
@require_POST
def post_cancel(request: WorkspaceRequest, workspace_slug: str, post_id: UUID) -> HttpResponse:
    return _act(request, post_id, authoring.cancel, "Cancelled. It will not go out.")


@workspace_required(Action.PUBLISH)
@require_POST
def post_to_drafts(request: WorkspaceRequest, workspace_slug: str, post_id: UUID) -> HttpResponse:
    return _act(request, post_id, authoring.move_to_drafts, "Moved to drafts.")


@workspace_required(Action.PUBLISH)
@require_POST
def post_retry(request: WorkspaceRequest, workspace_slug: str, post_id: UUID) -> HttpResponse:
    verb = partial(authoring.retry, version=_version(request))
    return _act(request, post_id, verb, "On its way. This page shows how it goes.")


@workspace_required(Action.PUBLISH)
@require_POST
def post_try_again(request: WorkspaceRequest, workspace_slug: str, post_id: UUID) -> HttpResponse:
    """TikTok is asked now, and not when we would have asked again."""
    return _act(request, post_id, trying_again.try_again, "We ask TikTok now. This page shows what it says.")


@workspace_required(Action.PUBLISH)
@require_POST
def post_answer(request: WorkspaceRequest, workspace_slug: str, post_id: UUID) -> HttpResponse:
    """A person has looked at the creator's page: `live` is yes or no, `sure` a no that was said twice.

    With a yes may come the `link` that they found there.
    """
    match request.POST.get("live"):
        case "yes":
            return _is_live(request, post_id)
        case "no":
            verb = partial(answers.is_not_live, sure=request.POST.get("sure") == "yes")
            return _act(request, post_id, verb, "Marked as not posted. It can be published again.")
    return _back(find_post(request, post_id))


def _is_live(request: WorkspaceRequest, post_id: UUID) -> HttpResponse:
    post = find_post(request, post_id)
    form = FoundForm(request.POST, account=post.account)
    if not form.is_valid() and policies.can_answer(post):
        return _show(request, PostPage(post, request.membership, found=form), status=UNFINISHED)
    return _act(request, post_id, partial(answers.is_live, found=form.found), "Marked as published.")


@workspace_required(Action.PUBLISH)
@require_POST
def post_mark_posted(request: WorkspaceRequest, workspace_slug: str, post_id: UUID) -> HttpResponse:
    """A draft for the app that the creator has finished there."""
    return _act(request, post_id, authoring.mark_posted, "Marked as posted.")


@workspace_required(Action.PUBLISH)
@require_POST
def post_reschedule(request: WorkspaceRequest, workspace_slug: str, post_id: UUID) -> HttpResponse:
    """Another time; content and consent stay as they are."""
    post = find_post(request, post_id)
    action, _, offered = request.POST.get("action", "").partition(":")
    data = request.POST.copy()
    if action == "time":
        data["date"], _, data["time"] = offered.partition("T")
    form = WhenForm(data, workspace=request.workspace)
    page = PostPage(post, request.membership, form=form)
    if not form.is_valid():
        return _show(request, page, status=UNFINISHED)
    try:
        authoring.reschedule(post=post, version=_version(request), by=request.user, **form.due)
    except authoring.StaleVersion:
        page.notice = "Somebody changed this post meanwhile. Look at it, then choose the time again."
        return _show(request, page, status=CONFLICT)
    except policies.NotPossible as no:
        page.notice = str(no)
        return _show(request, page, status=CONFLICT)
    except policies.ContentRefused as refused:
        form.add_problems(refused.problems)
        return _show(request, page, status=UNFINISHED)
    messages.success(request, "Moved.")
    return _back(post)


def _act(request: WorkspaceRequest, post_id: UUID, verb: Callable[..., Any], said: str) -> HttpResponse:
    """Do it, or show the page with the sentence why not."""
    post = find_post(request, post_id)
    try:
        verb(post=post, by=request.user)
    except policies.NotPossible as no:
        page = PostPage(post, request.membership, notice=str(no))
        page.asks_twice = isinstance(no, answers.StillProcessing)
        return _show(request, page, status=CONFLICT)
    except authoring.StaleVersion:
        page = PostPage(post, request.membership, notice=CHANGED)
        return _show(request, page, status=CONFLICT)
    messages.success(request, said)
    return _back(post)


def _version(request: WorkspaceRequest) -> int:
    """Of the post as the page showed it; none that a post ever has where the form does not say."""
    return number_of(request.POST.get("version", "")) or 0


def _show(
    request: WorkspaceRequest, page: PostPage, *, part: bool = False, status: int = 200
) -> HttpResponse:
    context = {
        "page": page,
        "post": page.post,
        "form": page.form,
        "part": part,
        "creators_site": settings.TIKTOK_AUTH_BASE_URL,
    }
    return render(request, LIVE_PART if part else PAGE, context, status=status)


def _back(post: Post) -> HttpResponse:
    return redirect("post_detail", workspace_slug=post.workspace.slug, post_id=post.pk)
