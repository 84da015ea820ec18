"""The page of numbers, and its export."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from accounts.access import workspace_required
from accounts.permissions import Action
from accounts.proof import proven_lately
from scheduler.analytics import exports
from scheduler.analytics.asked import Asked, uuid_in
from scheduler.analytics.page import AnalyticsPage

if TYPE_CHECKING:
    from accounts.http import WorkspaceRequest

PAGE = "scheduler/analytics/page.html"
PART = "scheduler/analytics/numbers.html"
UNFINISHED = 422


@workspace_required(Action.VIEW)
@require_GET
def analytics(request: WorkspaceRequest, workspace_slug: str) -> HttpResponse:
    """The numbers that the address asks for; to htmx the part that changes with it."""
    part = request.htmx and not request.htmx.boosted and not request.htmx.history_restore_request
    return _show(request, PART if part else PAGE)


def _numbers(request: HttpRequest) -> str:
    """The page that showed what was asked for."""
    assert request.resolver_match is not None
    known = request.resolver_match.kwargs
    if only := uuid_in(request.GET.get("post", "")):
        return reverse("post_detail", kwargs=known | {"post_id": only})
    return f"{reverse('analytics', kwargs=known)}?{request.GET.urlencode()}"


@workspace_required(Action.MANAGE)
@require_POST
@proven_lately(_numbers)
def analytics_export(request: WorkspaceRequest, workspace_slug: str) -> HttpResponseBase:
    """The file of `form`, for what the address asks, or of the one `post` that it names; it is put on record, and for
    who gave their password lately."""
    form = exports.FORMS.get(request.POST.get("form", ""))
    if form is None:
        return _show(request, PAGE, status=UNFINISHED)
    only = uuid_in(request.GET.get("post", ""))
    page = AnalyticsPage(request.membership, Asked.read(request.GET), only=only)
    exports.record(page, form, by=request.user)
    response = StreamingHttpResponse(exports.stream(page, form), content_type="text/csv; charset=utf-8")
    name = f"{request.workspace.slug}-{page.last.isoformat()}-{form.suffix}"
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response


def _show(request: WorkspaceRequest, template: str, *, status: int = 200) -> HttpResponse:
    page = AnalyticsPage(request.membership, Asked.read(request.GET), request.GET.get("page", "1"))
    context = {"page": page, "forms": exports.FORMS.values(), "nav": "analytics"}
    return render(request, template, context, status=status)
