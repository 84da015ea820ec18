"""Many posts at once, in three pages that need no script: choose (the table), look at what will happen, see what did.

The second page asks nothing of the database but reads; the third tells it post by post and offers the one Undo. What
happened is kept in the session, so that a reload repeats nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import workspace_required
from accounts.permissions import Action
from scheduler import bulk
from scheduler.bulk import ACTS, Act, Outcome
from scheduler.bulk_forms import ShiftForm
from scheduler.digits import number_of
from scheduler.models import Post
from scheduler.post_filters import of_query
from scheduler.when_help import WhenHelp

if TYPE_CHECKING:
    from accounts.http import WorkspaceRequest
    from accounts.models import Workspace

UNFINISHED = 422
KEPT = "bulk"
"""In the session: the last act, of whichever workspace."""


class Candidate(NamedTuple):
    """A chosen post, and why the act is not for it; empty where it is."""

    post: Post
    refusal: str


@dataclass
class Done:
    """What the last act did, as the session keeps it: one `Outcome` a post, and the list to go back to."""

    act: Act
    query: str
    outcomes: list[Outcome]
    undone: bool = False

    def keep(self, request: WorkspaceRequest) -> None:
        request.session[KEPT] = {
            "workspace": str(request.workspace.pk),
            "act": self.act.key,
            "query": self.query,
            "outcomes": [outcome.plain for outcome in self.outcomes],
            "undone": self.undone,
        }

    @classmethod
    def read(cls, request: WorkspaceRequest) -> Done | None:
        kept = request.session.get(KEPT)
        if not kept or kept["workspace"] != str(request.workspace.pk):
            return None
        outcomes = [Outcome.read(plain) for plain in kept["outcomes"]]
        return cls(ACTS[kept["act"]], kept["query"], outcomes, kept["undone"])

    @property
    def title(self) -> str:
        return "Undo" if self.undone else self.act.title

    @property
    def done(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.done]

    @property
    def undoable(self) -> list[Outcome]:
        return [] if self.undone else [outcome for outcome in self.outcomes if outcome.inverse]


@workspace_required(Action.PUBLISH)
@require_http_methods(["GET", "POST"])
def posts_bulk(request: WorkspaceRequest, workspace_slug: str) -> HttpResponse:
    """GET: what the act would do with the chosen posts (`posts`, `act`). POST: do it, by the versions shown."""
    asked = request.POST if request.method == "POST" else request.GET
    act, versions = ACTS.get(asked.get("act", "")), _versions(asked.getlist("posts"))
    posts = _posts(request.workspace, list(versions))
    query = of_query(asked.get("query", "")).query
    if act is None or not posts:
        return _review(request, act, [], ShiftForm(), query, status=UNFINISHED)
    if request.method == "GET":
        return _review(request, act, posts, ShiftForm(), query)
    form = ShiftForm(request.POST)
    if act.key == "reschedule" and not form.is_valid():
        return _review(request, act, posts, form, query, status=UNFINISHED)
    outcomes = bulk.perform(act, posts, by=request.user, versions=versions, shift=form.shift)
    Done(act, query, outcomes).keep(request)
    return redirect("posts_bulk_done", workspace_slug=workspace_slug)


@workspace_required(Action.PUBLISH)
@require_GET
def posts_bulk_done(request: WorkspaceRequest, workspace_slug: str) -> HttpResponse:
    """What the last act did, post by post."""
    done = Done.read(request)
    if done is None:
        return redirect("posts", workspace_slug=workspace_slug)
    found = {post.pk: post for post in _posts(request.workspace, [each.post for each in done.outcomes])}
    told = [(found[each.post], each) for each in done.outcomes if each.post in found]
    context = {"done": done, "told": told, "nav": "posts"}
    return render(request, "scheduler/posts/done.html", context)


@workspace_required(Action.PUBLISH)
@require_POST
def posts_bulk_undo(request: WorkspaceRequest, workspace_slug: str) -> HttpResponse:
    """Take back what the last act did, where there is an inverse; once."""
    done = Done.read(request)
    if done is None or not done.undoable:
        messages.error(request, "There is nothing to undo.")
        return redirect("posts", workspace_slug=workspace_slug)
    posts = {post.pk: post for post in _posts(request.workspace, [each.post for each in done.undoable])}
    outcomes = bulk.undo(done.undoable, posts, by=request.user)
    Done(done.act, done.query, outcomes, undone=True).keep(request)
    return redirect("posts_bulk_done", workspace_slug=workspace_slug)


def _review(
    request: WorkspaceRequest,
    act: Act | None,
    posts: list[Post],
    form: ShiftForm,
    query: str,
    status: int = 200,
) -> HttpResponse:
    candidates = [Candidate(post, bulk.refusal(act, post)) for post in posts] if act else []
    context: dict[str, Any] = {
        "act": act,
        "candidates": candidates,
        "possible": sum(not each.refusal for each in candidates),
        "form": form,
        "help": WhenHelp.of_posts(request.workspace, posts, form["date"].value()),
        "query": query,
        "nav": "posts",
    }
    return render(request, "scheduler/posts/review.html", context, status=status)


def _versions(chosen: list[str]) -> dict[UUID, int]:
    """By id, from `<id>` as the table sends it, or `<id>.<version>` as the second page does."""
    found: dict[UUID, int] = {}
    for text in chosen[: bulk.MOST]:
        pk, _, version = text.partition(".")
        try:
            found[UUID(pk)] = number_of(version) or 0
        except ValueError:
            continue  # no id of ours: as if it had not been chosen
    return found


def _posts(workspace: Workspace, ids: list[UUID]) -> list[Post]:
    """Those of them that are in the workspace, soonest first, with what the pages show."""
    rows = Post.objects.filter(workspace=workspace, pk__in=ids)
    rows = rows.select_related("account", "media", "workspace").prefetch_related("images__media")
    return list(rows.order_by("due_at", "pk"))
