"""Saving what the composer holds: one post for each of its accounts, and what is told of those that were refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect
from django.utils.text import get_text_list

from accounts.permissions import Action, NotAllowed, check_can
from scheduler import authoring, likeness, policies, unsaved
from scheduler.creator_form import with_accounts
from scheduler.media_tasks import wake_frame
from scheduler.preflight import problems_now
from scheduler.states import PostMode, PostStatus
from scheduler.views.compose_answers import UNFINISHED, conflict, page, refused, to_post
from scheduler.views.compose_form import as_sent, keep

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.http import WorkspaceRequest
    from scheduler.composer import Composer
    from scheduler.content import Problem
    from scheduler.destinations import Destination
    from scheduler.models import Post
    from tiktok.client.types import CreatorInfo


def may_not(composer: Composer) -> HttpResponse | None:
    """Why nothing at all can be scheduled, if so."""
    try:
        check_can(composer.request.membership, Action.PUBLISH)
    except NotAllowed as no:
        return refused(composer, str(no))
    if composer.account is None:
        composer.form.add_error("account", "Choose the account that posts.")
        return page(composer, status=UNFINISHED)
    return None


def store_all(composer: Composer, *, scheduling: bool) -> HttpResponse:
    """One post for each account, each for itself: what one of them is refused holds up no other."""
    done: list[Post] = []
    turned_down: list[tuple[Destination, list[Problem]]] = []
    for destination in composer.destinations:
        try:
            done.append(_store(composer, destination, scheduling=scheduling))
        except authoring.StaleVersion:
            return conflict(composer)
        except policies.NotPossible as no:
            turned_down.append((destination, [policies.Problem("", str(no))]))
        except policies.ContentRefused as no:
            turned_down.append((destination, no.problems))
    for post in done:
        _warn(composer.request, post)
    return (
        page(_left(composer, done, turned_down), status=UNFINISHED)
        if turned_down
        else _stored(composer, done)
    )


def _store(composer: Composer, destination: Destination, *, scheduling: bool) -> Post:
    """Ask TikTok first, then save and agree in one transaction: all of it happens for this account, or nothing."""
    creator = _creator_of(composer, destination) if scheduling else None
    agree = authoring.publish_now if composer.form.posts_now else authoring.schedule
    with transaction.atomic():
        post = _save(composer, composer.fields_for(destination, scheduling=scheduling))
        wake_frame(post)
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
        composer = as_sent(composer.request, data, composer.post, done=done)
        composer.is_valid()
        _keep_the_rest(composer)
    for destination, problems in refused:
        composer.tell(destination.account, problems)
    return composer


def _keep_the_rest(composer: Composer) -> None:
    """Nobody who comes back to it later posts twice what is done."""
    request = composer.request
    try:
        keep(request, composer.sent, None)
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
    return to_post(first)


def _warn(request: WorkspaceRequest, post: Post) -> None:
    """Say at once what may keep the post from going out, while there is time to mend it (P25), and what it is like."""
    for problem in problems_now(post):
        messages.warning(request, f"This post may not go out: {problem.sentence}")
    for problem in likeness.warnings_of(post):
        messages.warning(request, problem.sentence)
