"""The composer: new posts, and changes to one. Nothing that was typed or uploaded is ever lost to an error.

`compose_form` says what a composer is made from, `compose_saving` saves it, `compose_answers` draws what comes of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts.access import workspace_required
from accounts.permissions import Action, NotAllowed, check_can
from scheduler import policies, unsaved, watching
from scheduler.forms import RowOfWorkspace, connected
from scheduler.queries import find_post
from scheduler.states import PostKind
from scheduler.views.compose_answers import UNFINISHED, locked, page, part_or_page, refused
from scheduler.views.compose_form import TOO_MUCH, as_sent, changed, keep, opened
from scheduler.views.compose_saving import may_not, store_all
from tiktok.views.connect import depart

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from accounts.http import WorkspaceRequest
    from scheduler.models import Post

CHANGES = frozenset({"account", "add", "drop", "time", "again", "tell"})
"""Buttons that change the page and save nothing of the post."""


@workspace_required(Action.COMPOSE)
@require_http_methods(["GET", "HEAD", "POST"])
def post_new(request: WorkspaceRequest, workspace_slug: str) -> HttpResponse:
    """`?account=…` (or several), `date`, `time`, `media` (a video) or `images` (photos, divided by commas) choose
    beforehand; `unsaved` goes on where it was left."""
    return _answer(request, None) if request.method == "POST" else page(opened(request, None))


@workspace_required(Action.COMPOSE)
@require_http_methods(["GET", "HEAD", "POST"])
def post_edit(request: WorkspaceRequest, workspace_slug: str, post_id: UUID) -> HttpResponse:
    post = find_post(request, post_id)
    if request.method == "POST":
        return _answer(request, post)
    if not policies.can_edit(post):
        return locked(request, post)
    return page(opened(request, post))


def _answer(request: WorkspaceRequest, post: Post | None) -> HttpResponse:
    action, _, value = request.POST.get("action", "draft").partition(":")
    if action == "library":
        return _to_library(request, post, value)
    if action == "reconnect":
        return _to_reconnect(request, post, value)
    if action == "tell":
        _tell_later(request, value)
    if action in CHANGES:
        return part_or_page(as_sent(request, changed(request.POST, action, value), post), action)
    scheduling = action == "schedule"
    composer = as_sent(request, request.POST, post, scheduling=scheduling)
    if not composer.is_valid():
        return page(composer, status=UNFINISHED)
    refusal = may_not(composer) if scheduling else None
    return refusal or store_all(composer, scheduling=scheduling)


def _to_library(request: WorkspaceRequest, post: Post | None, kind: str) -> HttpResponse:
    """Keep all that was typed, and look for files of that kind."""
    data = request.POST.copy()
    data["kind"] = PostKind.PHOTO.value if kind == PostKind.PHOTO else PostKind.VIDEO.value
    try:
        kept = keep(request, data, post)
    except unsaved.TooMuch:
        return refused(as_sent(request, data, post), TOO_MUCH)
    return redirect("media_pick", workspace_slug=request.workspace.slug, place=kept.place)


def _to_reconnect(request: WorkspaceRequest, post: Post | None, account_id: str) -> HttpResponse:
    """Keep all that was typed, go to TikTok for that account, and come back to it."""
    composer = as_sent(request, request.POST, post)
    account = next((each for each in composer.accounts if str(each.pk) == account_id), None)
    try:
        check_can(request.membership, Action.CONNECT)
        kept = keep(request, request.POST, post)
    except NotAllowed as no:
        return refused(composer, str(no))
    except unsaved.TooMuch:
        return refused(composer, TOO_MUCH)
    if account is None:
        return refused(composer, str(RowOfWorkspace.default_error_messages["invalid_choice"]))
    return depart(request, reconnect=account, back=f"{request.path}?unsaved={kept.place}")


def _tell_later(request: WorkspaceRequest, account_id: str) -> None:
    """Their answer comes by mail, when TikTok lets that account post again; the page says so."""
    account = next((each for each in connected(request.workspace) if str(each.pk) == account_id), None)
    if account is not None:
        watching.watch(account=account, by=request.user)
