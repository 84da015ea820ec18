"""The composer: a new post, and changes to one. Nothing that was typed or uploaded is ever lost to an error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import workspace_required
from accounts.permissions import Action, NotAllowed, check_can
from scheduler import authoring, policies
from scheduler.composer import Composer
from scheduler.forms import PostForm, initial_of
from scheduler.models import Post
from scheduler.preflight import problems_now
from scheduler.queries import find_post
from scheduler.states import PostMode

if TYPE_CHECKING:
    from accounts.http import WorkspaceRequest

PAGE = "scheduler/post_form.html"
UNFINISHED = 422
CONFLICT = 409
NOT_KEPT = {"csrfmiddlewaretoken", "version"}


@workspace_required(Action.COMPOSE)
@require_http_methods(["GET", "HEAD", "POST"])
def post_new(request: WorkspaceRequest, workspace_slug: str) -> HttpResponse:
    if request.method == "POST":
        return _answer(request, None)
    form = PostForm(
        workspace=request.workspace, initial={"account": request.GET.get("account"), "when": "pick"}
    )
    return _page(Composer(request, form))


@workspace_required(Action.COMPOSE)
@require_http_methods(["GET", "HEAD", "POST"])
def post_edit(request: WorkspaceRequest, workspace_slug: str, post_id: UUID) -> HttpResponse:
    post = find_post(request, post_id)
    if request.method == "POST":
        return _answer(request, post)
    if not policies.can_edit(post):
        return _locked(request, post)
    form = PostForm(workspace=request.workspace, initial=initial_of(post))
    return _page(Composer(request, form, post, version=post.version))


def _answer(request: WorkspaceRequest, post: Post | None) -> HttpResponse:
    action, _, value = request.POST.get("action", "draft").partition(":")
    if action in {"account", "time", "again"}:
        form = PostForm(_changed(request.POST, action, value), workspace=request.workspace)
        return _part_or_page(Composer(request, form, post, version=_version(request)), action)
    scheduling = action == "schedule"
    form = PostForm(request.POST, workspace=request.workspace, scheduling=scheduling)
    composer = Composer(request, form, post, version=_version(request))
    if not form.is_valid():
        return _page(composer, status=UNFINISHED)
    return _schedule(composer) if scheduling else _save_draft(composer)


def _changed(data: QueryDict, action: str, value: str) -> QueryDict:
    """What was typed, after a button that only changes the page: another creator, or the time that was offered."""
    changed = data.copy()
    if action == "account":
        changed["account"] = value
        for name in PostForm.PER_CREATOR:
            changed.pop(name, None)
    if action == "time":
        changed["date"], _, changed["time"] = value.partition("T")
    return changed


def _save_draft(composer: Composer) -> HttpResponse:
    try:
        post = _save(composer)
    except authoring.StaleVersion:
        return _conflict(composer)
    except policies.NotPossible as no:
        return _refused(composer, str(no))
    messages.success(composer.request, "Draft saved.")
    _warn(composer, post)
    return _to_post(post)


def _schedule(composer: Composer) -> HttpResponse:
    """Ask TikTok first, then save and agree in one transaction: all of it happens, or none."""
    request, form = composer.request, composer.form
    try:
        check_can(request.membership, Action.PUBLISH)
    except NotAllowed as no:
        return _refused(composer, str(no))
    if composer.account is None:
        form.add_error("account", "Choose the account that posts.")
        return _page(composer, status=UNFINISHED)
    creator = composer.creator.info if composer.creator and composer.mode == PostMode.DIRECT else None
    if creator is None and composer.mode == PostMode.DIRECT:
        return _refused(
            composer, "Nothing was scheduled, because TikTok has to say first what this account may post."
        )
    agree = authoring.publish_now if form.posts_now else authoring.schedule
    try:
        with transaction.atomic():
            post = agree(post=_save(composer), by=request.user, creator=creator)
    except authoring.StaleVersion:
        return _conflict(composer)
    except policies.NotPossible as no:
        return _refused(composer, str(no))
    except policies.ContentRefused as refused:
        form.add_problems(refused.problems)
        return _page(composer, status=UNFINISHED)
    _warn(composer, post)
    return _to_post(post)


def _save(composer: Composer) -> Post:
    request, fields = composer.request, composer.form.fields_of_post()
    if composer.post is None:
        return authoring.create(workspace=request.workspace, by=request.user, fields=fields)
    return authoring.edit(post=composer.post, version=composer.version, by=request.user, fields=fields)


def _warn(composer: Composer, post: Post) -> None:
    """Say at once what may keep the post from going out, while there is time to mend it (P25)."""
    for problem in problems_now(post):
        messages.warning(composer.request, f"This post may not go out: {problem.sentence}")


def _version(request: WorkspaceRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


# --- answers


def _page(composer: Composer, *, status: int = 200) -> HttpResponse:
    return render(composer.request, PAGE, _context(composer), status=status)


def _context(composer: Composer) -> dict[str, Any]:
    return {"composer": composer, "form": composer.form, "audited": settings.TIKTOK_APP_AUDITED}


def _part_or_page(composer: Composer, action: str) -> HttpResponse:
    """Another creator changes two cards of the page, so that an upload under way goes on."""
    if action != "time" and composer.request.htmx:
        context = _context(composer) | {"part": True}
        return render(composer.request, "scheduler/composer/creator.html", context)
    return _page(composer)


def _refused(composer: Composer, sentence: str) -> HttpResponse:
    composer.form.add_error(None, sentence)
    return _page(composer, status=UNFINISHED)


def _conflict(composer: Composer) -> HttpResponse:
    """Somebody changed the post meanwhile: both versions, and nothing overwritten."""
    assert composer.post is not None
    theirs = find_post(composer.request, composer.post.pk)
    context = {
        "composer": composer,
        "post": theirs,
        "mine": composer.form.cleaned_data,
        "kept": [(name, value) for name, value in composer.form.data.items() if name not in NOT_KEPT],
        "last_change": theirs.events.filter(by__isnull=False).select_related("by").last(),
    }
    return render(composer.request, "scheduler/post_conflict.html", context, status=CONFLICT)


def _locked(request: WorkspaceRequest, post: Post) -> HttpResponse:
    try:
        policies.check_can_edit(post)
    except policies.NotPossible as no:
        messages.warning(request, str(no))
    return _to_post(post)


def _to_post(post: Post) -> HttpResponse:
    return redirect("post_detail", workspace_slug=post.workspace.slug, post_id=post.pk)
