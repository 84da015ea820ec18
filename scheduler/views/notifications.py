"""The page "Notifications": what Oncue mailed about this workspace's posts, to whom, and what is still unsent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import workspace_required
from accounts.permissions import Action
from scheduler import told

if TYPE_CHECKING:
    from accounts.http import WorkspaceRequest

AT_ONCE = 50


@workspace_required(Action.VIEW)
@require_GET
def notifications(request: WorkspaceRequest, workspace_slug: str) -> HttpResponse:
    """One page of what was told, newest first."""
    page = Paginator(told.sent(request.workspace), AT_ONCE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "letters": told.letters(page.object_list),
        "waiting": told.waiting(request.workspace),
    }
    return render(request, "scheduler/notifications.html", context)
