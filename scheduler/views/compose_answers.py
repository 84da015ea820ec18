"""What the composer answers: its page, a part of it, both versions after a conflict, or the way to the post."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render

from scheduler import policies
from scheduler.queries import find_post

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.http import WorkspaceRequest
    from scheduler.composer import Composer
    from scheduler.models import Post

PAGE = "scheduler/post_form.html"
UNFINISHED = 422
CONFLICT = 409
NOT_KEPT = {"csrfmiddlewaretoken", "version"}


def page(composer: Composer, *, status: int = 200) -> HttpResponse:
    return render(composer.request, PAGE, _context(composer), status=status)


def _context(composer: Composer) -> dict[str, Any]:
    return {"composer": composer, "form": composer.form, "audited": settings.TIKTOK_APP_AUDITED}


def part_or_page(composer: Composer, action: str) -> HttpResponse:
    """Another creator changes two cards of the page, so that an upload under way goes on."""
    if action != "time" and composer.request.htmx:
        context = _context(composer) | {"part": True}
        return render(composer.request, "scheduler/composer/creator.html", context)
    return page(composer)


def refused(composer: Composer, sentence: str) -> HttpResponse:
    composer.form.add_error(None, sentence)
    return page(composer, status=UNFINISHED)


def conflict(composer: Composer) -> HttpResponse:
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


def locked(request: WorkspaceRequest, post: Post) -> HttpResponse:
    try:
        policies.check_can_edit(post)
    except policies.NotPossible as no:
        messages.warning(request, str(no))
    return to_post(post)


def to_post(post: Post) -> HttpResponse:
    return redirect("post_detail", workspace_slug=post.workspace.slug, post_id=post.pk)
