"""The composer: new posts, and changes to one. Nothing that was typed or uploaded is ever lost to an error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.text import get_text_list
from django.views.decorators.http import require_http_methods

from accounts.access import workspace_required
from accounts.permissions import Action, NotAllowed, check_can
from scheduler import authoring, likeness, policies, unsaved, watching
from scheduler.composer import Composer
from scheduler.creator_form import accounts_in, with_accounts
from scheduler.forms import PostForm, RowOfWorkspace, connected, initial_of
from scheduler.models import Post
from scheduler.preflight import problems_now
from scheduler.queries import find_post
from scheduler.states import PostKind, PostMode, PostStatus
from tiktok.views.connect import depart

if TYPE_CHECKING:
    from accounts.http import WorkspaceRequest
    from scheduler.content import Problem
    from scheduler.destinations import Destination
    from scheduler.models import UnsavedPost
    from tiktok.client.types import CreatorInfo

PAGE = "scheduler/post_form.html"
UNFINISHED = 422
CONFLICT = 409
TOO_MUCH = "This is more than a post can hold. Shorten it."
NOT_KEPT = {"csrfmiddlewaretoken", "version"}
CHANGES = frozenset({"account", "add", "drop", "time", "again", "tell"})
"""Buttons that change the page and save nothing of the post."""


@workspace_required(Action.COMPOSE)
@require_http_methods(["GET", "HEAD", "POST"])
def post_new(request: WorkspaceRequest, workspace_slug: str) -> HttpResponse:
    """`?account=…` (or several), `date`, `time`, `media` (a video) or `images` (photos, divided by commas) choose
    beforehand; `unsaved` goes on where it was left."""
    return _answer(request, None) if request.method == "POST" else _page(_opened(request, None))


@workspace_required(Action.COMPOSE)
@require_http_methods(["GET", "HEAD", "POST"])
def post_edit(request: WorkspaceRequest, workspace_slug: str, post_id: UUID) -> HttpResponse:
    post = find_post(request, post_id)
    if request.method == "POST":
        return _answer(request, post)
    if not policies.can_edit(post):
        return _locked(request, post)
    return _page(_opened(request, post))


# --- what is on the page


def _opened(request: WorkspaceRequest, post: Post | None) -> Composer:
    kept = unsaved.find(
        _uuid(request.GET.get("unsaved")), workspace=request.workspace, by=request.user, post=post
    )
    if kept:
        data = unsaved.data_of(kept)
        return Composer.of(request, data, post, version=_version(data), place=kept.place, restored=kept)
    if post:
        form = PostForm(workspace=request.workspace, initial=initial_of(post))
        return Composer(request, form, post, version=post.version)
    return Composer(request, PostForm(workspace=request.workspace, initial=_asked_for(request.GET)))


def _asked_for(query: QueryDict) -> dict[str, Any]:
    first, *also = query.getlist("account") or [""]
    day, time = query.get("date", ""), query.get("time", "")
    when = "pick" if day or time else ""
    media = str(_uuid(query.get("media"))) if "media" in query else ""
    chosen = {"account": first, "also": also, "date": day, "time": time, "when": when, "media": media}
    photos = query.get("images", "")
    return chosen | {"kind": PostKind.PHOTO.value, "images": photos} if photos else chosen


def _sent(request: WorkspaceRequest, data: QueryDict, post: Post | None, **known: Any) -> Composer:
    place = _uuid(data.get("unsaved"))
    return Composer.of(request, data, post, version=_version(data), place=place, **known)


def _answer(request: WorkspaceRequest, post: Post | None) -> HttpResponse:
    action, _, value = request.POST.get("action", "draft").partition(":")
    if action == "library":
        return _to_library(request, post, value)
    if action == "reconnect":
        return _to_reconnect(request, post, value)
    if action == "tell":
        _tell_later(request, value)
    if action in CHANGES:
        return _part_or_page(_sent(request, _changed(request.POST, action, value), post), action)
    scheduling = action == "schedule"
    composer = _sent(request, request.POST, post, scheduling=scheduling)
    if not composer.is_valid():
        return _page(composer, status=UNFINISHED)
    refusal = _may_not(composer) if scheduling else None
    return refusal or _store_all(composer, scheduling=scheduling)


def _to_library(request: WorkspaceRequest, post: Post | None, kind: str) -> HttpResponse:
    """Keep all that was typed, and look for files of that kind."""
    data = request.POST.copy()
    data["kind"] = PostKind.PHOTO.value if kind == PostKind.PHOTO else PostKind.VIDEO.value
    try:
        kept = _keep(request, data, post)
    except unsaved.TooMuch:
        return _refused(_sent(request, data, post), TOO_MUCH)
    return redirect("media_pick", workspace_slug=request.workspace.slug, place=kept.place)


def _to_reconnect(request: WorkspaceRequest, post: Post | None, account_id: str) -> HttpResponse:
    """Keep all that was typed, go to TikTok for that account, and come back to it."""
    composer = _sent(request, request.POST, post)
    account = next((each for each in composer.accounts if str(each.pk) == account_id), None)
    try:
        check_can(request.membership, Action.CONNECT)
        kept = _keep(request, request.POST, post)
    except NotAllowed as no:
        return _refused(composer, str(no))
    except unsaved.TooMuch:
        return _refused(composer, TOO_MUCH)
    if account is None:
        return _refused(composer, str(RowOfWorkspace.default_error_messages["invalid_choice"]))
    return depart(request, reconnect=account, back=f"{request.path}?unsaved={kept.place}")


def _tell_later(request: WorkspaceRequest, account_id: str) -> None:
    """Their answer comes by mail, when TikTok lets that account post again; the page says so."""
    account = next((each for each in connected(request.workspace) if str(each.pk) == account_id), None)
    if account is not None:
        watching.watch(account=account, by=request.user)


def _keep(request: WorkspaceRequest, data: QueryDict, post: Post | None) -> UnsavedPost:
    """Raises TooMuch."""
    place = _uuid(data.get("unsaved"))
    return unsaved.keep(place=place, workspace=request.workspace, by=request.user, post=post, data=data)


def _changed(data: QueryDict, action: str, value: str) -> QueryDict:
    """What was typed, after a button that only changes the page."""
    accounts = accounts_in(data)
    if action == "add":
        return with_accounts(data, [*accounts, value])
    if action == "drop":
        return with_accounts(data, [account for account in accounts if account != value])
    changed = with_accounts(data, accounts)
    if action == "account":
        changed = with_accounts(data, accounts[:1])
        changed["account"] = value
        for name in PostForm.PER_CREATOR:
            changed.pop(name, None)
    if action == "time":
        changed["date"], _, changed["time"] = value.partition("T")
    return changed


# --- saving


def _may_not(composer: Composer) -> HttpResponse | None:
    """Why nothing at all can be scheduled, if so."""
    try:
        check_can(composer.request.membership, Action.PUBLISH)
    except NotAllowed as no:
        return _refused(composer, str(no))
    if composer.account is None:
        composer.form.add_error("account", "Choose the account that posts.")
        return _page(composer, status=UNFINISHED)
    return None


def _store_all(composer: Composer, *, scheduling: bool) -> HttpResponse:
    """One post for each account, each for itself: what one of them is refused holds up no other."""
    done: list[Post] = []
    refused: list[tuple[Destination, list[Problem]]] = []
    for destination in composer.destinations:
        try:
            done.append(_store(composer, destination, scheduling=scheduling))
        except authoring.StaleVersion:
            return _conflict(composer)
        except policies.NotPossible as no:
            refused.append((destination, [policies.Problem("", str(no))]))
        except policies.ContentRefused as no:
            refused.append((destination, no.problems))
    for post in done:
        _warn(composer.request, post)
    return _page(_left(composer, done, refused), status=UNFINISHED) if refused else _stored(composer, done)


def _store(composer: Composer, destination: Destination, *, scheduling: bool) -> Post:
    """Ask TikTok first, then save and agree in one transaction: all of it happens for this account, or nothing."""
    creator = _creator_of(composer, destination) if scheduling else None
    agree = authoring.publish_now if composer.form.posts_now else authoring.schedule
    with transaction.atomic():
        post = _save(composer, composer.fields_for(destination, scheduling=scheduling))
        return agree(post=post, by=composer.request.user, creator=creator) if scheduling else post


def _creator_of(composer: Composer, destination: Destination) -> CreatorInfo | None:
    if composer.mode != PostMode.DIRECT:
        return None
    if destination.creator is None or destination.creator.info is None:
        raise policies.NotPossible(f"Nothing was scheduled yet. {destination.left}.")
    return destination.creator.info


def _save(composer: Composer, fields: dict[str, Any]) -> Post:
    request = composer.request
    if composer.post is None:
        return authoring.create(workspace=request.workspace, by=request.user, fields=fields)
    return authoring.edit(post=composer.post, version=composer.version, by=request.user, fields=fields)


def _left(composer: Composer, done: list[Post], refused: list[tuple[Destination, list[Problem]]]) -> Composer:
    """The composer for the accounts that were refused, each reason at its place."""
    if done:
        rest = [str(destination.account.pk) for destination, _ in refused if destination.account]
        data = with_accounts(composer.sent, rest)
        composer = _sent(composer.request, data, composer.post, done=done)
        composer.is_valid()
        _keep_the_rest(composer)
    for destination, problems in refused:
        composer.tell(destination.account, problems)
    return composer


def _keep_the_rest(composer: Composer) -> None:
    """Nobody who comes back to it later posts twice what is done."""
    request = composer.request
    try:
        _keep(request, composer.sent, None)
    except unsaved.TooMuch:  # it still stands on the page
        unsaved.discard(composer.place, workspace=request.workspace, by=request.user)


def _stored(composer: Composer, posts: list[Post]) -> HttpResponse:
    request = composer.request
    unsaved.discard(composer.place, workspace=request.workspace, by=request.user)
    first, *others = posts
    if others:
        names = get_text_list([post.account.display_name for post in posts if post.account], "and")
        drafts = "Drafts saved" if first.status == PostStatus.DRAFT else "Scheduled"
        messages.success(request, f"{drafts} for {names}.")
        return redirect("calendar", workspace_slug=request.workspace.slug)
    if first.status == PostStatus.DRAFT:
        messages.success(request, "Draft saved.")
    return _to_post(first)


def _warn(request: WorkspaceRequest, post: Post) -> None:
    """Say at once what may keep the post from going out, while there is time to mend it (P25), and what it is like."""
    for problem in problems_now(post):
        messages.warning(request, f"This post may not go out: {problem.sentence}")
    for problem in likeness.warnings_of(post):
        messages.warning(request, problem.sentence)


def _version(data: QueryDict) -> int:
    text = data.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _uuid(text: str | None) -> UUID:
    """The id in an address or a form; a new one, which is nobody's, where there is none."""
    try:
        return UUID(text or "")
    except ValueError:
        return uuid4()


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
        "kept": [(name, value) for name, value in composer.sent.items() if name not in NOT_KEPT],
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
