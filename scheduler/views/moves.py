"""Another time for posts of the calendar: one by drag or dialog, drafts into free slots, and the way back.

A calendar that asks by htmx gets its board again, with what was done in a toast; where it could not be done, the
dialog with the reason. Without script the same addresses are pages with a form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import workspace_required
from accounts.permissions import Action
from accounts.templatetags.ui import local, zone_label
from scheduler import authoring, filling, moving, policies
from scheduler.forms import WhenForm, initial_of
from scheduler.queries import find_post, undated_drafts
from scheduler.views.calendar import asked_of, board, page_of
from scheduler.when_help import WhenHelp

if TYPE_CHECKING:
    from accounts.http import WorkspaceRequest
    from scheduler.models import Post

PAGE = "scheduler/calendar/move_page.html"
DIALOG = "scheduler/calendar/move.html"
FILL_PAGE = "scheduler/calendar/fill_page.html"
FILL_DIALOG = "scheduler/calendar/fill.html"
INTO_DIALOG = {"HX-Retarget": "#calendar-dialog", "HX-Reswap": "innerHTML"}
UNFINISHED, CONFLICT = 422, 409
STALE = "Somebody changed this post meanwhile. Look at it, then choose the time again."
FILLED_AT_ONCE = 200


@workspace_required(Action.PUBLISH)
@require_http_methods(["GET", "HEAD", "POST"])
def post_move(request: WorkspaceRequest, workspace_slug: str, post_id: UUID) -> HttpResponse:
    """`date`, `time` (its own where none is sent) and `version`; the query is that of the calendar to go back to."""
    post = find_post(request, post_id)
    if request.method == "POST":
        return _move(request, post)
    day = request.GET.get("date")
    initial = (
        initial_of(post) if day or post.status in moving.GOES_BACK else {}
    )  # a time that is over is none
    if day:
        initial["date"] = day
    return _ask(request, post, WhenForm(workspace=request.workspace, initial=initial))


@workspace_required(Action.PUBLISH)
@require_POST
def calendar_undo(request: WorkspaceRequest, workspace_slug: str) -> HttpResponse:
    """`way`: what `moving.way_back` said."""
    problem = ""
    try:
        posts = moving.undo(way=request.POST.get("way", ""), workspace=request.workspace, by=request.user)
    except (moving.TooLate, policies.NotPossible) as no:
        problem = str(no)
    except authoring.StaleVersion:
        problem = "Somebody changed it meanwhile, so it stays where it is."
    except policies.ContentRefused:
        problem = "The time that it had has passed, so it stays where it is."
    if problem:
        return _back(request, problem, failed=True)
    return _back(request, "Moved back." if len(posts) == 1 else f"Moved {len(posts)} posts back.")


@workspace_required(Action.COMPOSE)
@require_http_methods(["GET", "HEAD", "POST"])
def calendar_fill(request: WorkspaceRequest, workspace_slug: str) -> HttpResponse:
    """The plan for the drafts of the tray, as filtered; by POST the plan as it is now, carried out."""
    drafts = list(undated_drafts(request.workspace, asked_of(request).account)[:FILLED_AT_ONCE])
    if request.method != "POST":
        context = {
            "plan": filling.plan_for(drafts),
            "drafts": drafts,
            "search": _search(request),
            "back": _calendar(request),
        }
        return render(request, FILL_DIALOG if request.htmx else FILL_PAGE, context)
    placed = filling.fill(drafts, by=request.user)
    if not placed:
        return _back(request, "There is no free slot for these drafts.", failed=True)
    said = f"{len(placed)} draft{'' if len(placed) == 1 else 's'} placed in free slots."
    return _back(request, said, way=moving.way_back_of_fill(placed))


def _move(request: WorkspaceRequest, post: Post) -> HttpResponse:
    form = WhenForm(_sent(request, post), workspace=request.workspace)
    if not form.is_valid():
        return _ask(request, post, form, status=UNFINISHED)
    version = request.POST.get("version", "")
    number = int(version) if version.isascii() and version.isdecimal() and len(version) < 10 else 0
    try:
        moved = moving.place(post=post, by=request.user, version=number, due=form.due)
    except authoring.StaleVersion:
        now = find_post(request, post.pk)
        fresh = WhenForm(workspace=request.workspace, initial=initial_of(now))
        return _ask(request, now, fresh, notice=STALE, status=CONFLICT)
    except policies.NotPossible as no:
        return _ask(request, post, form, notice=str(no), status=CONFLICT)
    except policies.ContentRefused as refused:
        form.add_problems(refused.problems)
        return _ask(request, post, form, status=UNFINISHED)
    zone = request.workspace.time_zone
    said = f"Moved to {local(moved.due_at, zone)} {zone_label(zone)}."
    return _back(request, said, way=moving.way_back([post], [moved]))


def _sent(request: WorkspaceRequest, post: Post) -> QueryDict:
    """A drag names the day alone: the post keeps its time. A button of the dialog names the offered time."""
    data = request.POST.copy()
    action, _, offered = data.get("action", "").partition(":")
    if action == "time":
        data["date"], _, data["time"] = offered.partition("T")
    if "time" not in data and post.due_at:
        data["time"] = f"{post.due_at.astimezone(request.workspace.zone):%H:%M:%S}"
    return data


def _ask(
    request: WorkspaceRequest, post: Post, form: WhenForm, *, notice: str = "", status: int = 200
) -> HttpResponse:
    """The dialog, or the page that stands for it."""
    context = {
        "post": post,
        "form": form,
        "help": WhenHelp.of_posts(request.workspace, [post], form["date"].value()),
        "notice": notice,
        "why_not": moving.why_not(post),
        "goes_back": post.status in moving.GOES_BACK,
        "search": _search(request),
        "back": _calendar(request),
    }
    if not request.htmx:
        return render(request, PAGE, context, status=status)
    answer = render(request, DIALOG, context, status=status)
    for name, value in INTO_DIALOG.items():
        answer[name] = value
    return answer


def _back(request: WorkspaceRequest, said: str, *, way: str = "", failed: bool = False) -> HttpResponse:
    """The calendar that this came from, and what was done or why not."""
    if request.htmx:
        shown = moving.UNDO_SHOWN_SECONDS
        return board(request, page_of(request), said=said, way_back=way, failed=failed, undo_seconds=shown)
    (messages.error if failed else messages.success)(request, said)
    return redirect(_calendar(request))


def _search(request: WorkspaceRequest) -> str:
    """The query of the calendar that this came from; `date` alone was said to the dialog."""
    query = request.GET.copy()
    query.pop("date", None)
    return f"?{query.urlencode()}" if query else ""


def _calendar(request: WorkspaceRequest) -> str:
    return reverse("calendar", args=[request.workspace.slug]) + _search(request)
