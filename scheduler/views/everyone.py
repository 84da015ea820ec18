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


@signed_in
@require_GET
def all_calendars(request: SignedInRequest) -> HttpResponse:
    """`?week=2026-11-16&status=failed`, as in one workspace."""
    week = EveryonesWeek(request.user, request.GET.dict(), database_now())
    return render(request, "scheduler/all_calendars.html", {"week": week, "asked": week.asked})
