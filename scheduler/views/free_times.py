"""The free slots of a day that somebody has just chosen, for the time field beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import workspace_required
from accounts.permissions import Action
from scheduler.when_help import WhenHelp

if TYPE_CHECKING:
    from accounts.http import WorkspaceRequest

MOST = 100
"""Accounts of one question."""


@workspace_required(Action.VIEW)
@require_GET
def free_times(request: WorkspaceRequest, workspace_slug: str) -> HttpResponse:
    """`date` and one or several `account`: a `<datalist>` of the times that are free at all of them."""
    accounts = request.GET.getlist("account")[:MOST]
    help_ = WhenHelp.of_ids(request.workspace, accounts, request.GET.get("date", ""))
    return render(request, "scheduler/_free_times.html", {"times": help_.times})
