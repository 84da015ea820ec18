"""All my workspaces in one week: rows are accounts, grouped by client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import signed_in
from scheduler.calendars.everyone import EveryonesWeek
from scheduler.clock import database_now

if TYPE_CHECKING:
    from accounts.http import SignedInRequest

PAGE = "scheduler/all_calendars.html"
BOARD = "scheduler/calendar/all_board.html"
UNCHANGED = 204


@signed_in
@require_GET
def all_calendars(request: SignedInRequest) -> HttpResponse:
    """The page; to htmx its board, or 204 while nothing has changed since the board that asks."""
    week = EveryonesWeek(request.user, request.GET.dict(), database_now())
    context = {"week": week, "asked": week.asked}
    if not request.htmx or request.htmx.boosted:
        return render(request, PAGE, context)
    if request.GET.get("seen") == week.stamp:
        return HttpResponse(status=UNCHANGED)
    return render(request, BOARD, context)
