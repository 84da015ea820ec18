"""The calendar of one workspace: a week by account or by time, a month, a list, on the workspace's own clocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import workspace_required
from accounts.permissions import Action
from scheduler.calendars.asked import Asked
from scheduler.calendars.page import CalendarPage
from scheduler.clock import database_now

if TYPE_CHECKING:
    from accounts.http import WorkspaceRequest

PAGE = "scheduler/calendar.html"
BOARD = "scheduler/calendar/board.html"
UNCHANGED = 204


@workspace_required(Action.VIEW)
@require_GET
def calendar(request: WorkspaceRequest, workspace_slug: str) -> HttpResponse:
    """The page; to htmx its board, or 204 while nothing has changed since the board that asks."""
    page = page_of(request)
    if not request.htmx or request.htmx.boosted:
        return render(request, PAGE, {"page": page, "asked": page.asked})
    if request.GET.get("seen") == page.stamp:
        return HttpResponse(status=UNCHANGED)
    return board(request, page)


def page_of(request: WorkspaceRequest) -> CalendarPage:
    """The calendar that the address of this request asks for."""
    return CalendarPage(request.workspace, request.membership, asked_of(request))


def asked_of(request: WorkspaceRequest) -> Asked:
    today = database_now().astimezone(request.workspace.zone).date()
    return Asked.read(request.GET.dict(), today)


def board(request: WorkspaceRequest, page: CalendarPage, **context: object) -> HttpResponse:
    """What a calendar that is open is morphed into; `said` and `way_back` go into a toast."""
    return render(request, BOARD, {"page": page, "asked": page.asked, "part": True, **context})
