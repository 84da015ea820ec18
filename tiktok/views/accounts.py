"""The accounts of a workspace: the list, letting one go, and their pictures."""

from __future__ import annotations

from operator import attrgetter
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import workspace_required
from accounts.http import WorkspaceRequest
from accounts.permissions import Action, can
from accounts.proof import proven_lately, same_page
from tiktok import connect_links, connections
from tiktok.forms import LinkForm
from tiktok.models import AccountStatus, PendingConnection, TikTokAccount
from tiktok.wiring import is_configured


@workspace_required(Action.VIEW)
@require_GET
def account_list(request: WorkspaceRequest, workspace_slug: str) -> HttpResponse:
    """Every account of the workspace: those that were lost, those that are live, those that are gone."""
    rows = TikTokAccount.objects.filter(workspace=request.workspace).select_related("workspace")
    live = rows.exclude(status=AccountStatus.DISCONNECTED).order_by("nickname", "username")
    gone = rows.filter(status=AccountStatus.DISCONNECTED).order_by("-status_since")
    may_connect = can(request.membership, Action.CONNECT)
    return render(
        request,
        "tiktok/accounts.html",
        {
            "accounts": [*sorted(live, key=attrgetter("is_active")), *gone],
            "may_connect": may_connect,
            "links": connect_links.lately(request.workspace) if may_connect else [],
            "link_form": LinkForm(
                workspace=request.workspace, initial={"account": request.GET.get("account")}
            ),
            "is_configured": is_configured(),
            "is_audited": settings.TIKTOK_APP_AUDITED,
            "callback_url": settings.TIKTOK_REDIRECT_URI,
        },
    )


@workspace_required(Action.CONNECT)
@require_http_methods(["GET", "POST"])
@proven_lately(same_page)
def disconnect(request: WorkspaceRequest, workspace_slug: str, account_id: UUID) -> HttpResponseBase:
    """Asks first; then lets the creator go."""
    live = TikTokAccount.objects.filter(workspace=request.workspace).exclude(
        status=AccountStatus.DISCONNECTED
    )
    account = get_object_or_404(live, pk=account_id)
    if request.method == "GET":
        return render(request, "tiktok/account_disconnect.html", {"account": account})
    connections.disconnect(account=account, by=request.user)
    messages.success(request, f"{account.display_name} is disconnected. Its scheduled posts are on hold.")
    return redirect("accounts", workspace_slug=workspace_slug)


@workspace_required(Action.VIEW)
@require_GET
def account_picture(request: WorkspaceRequest, workspace_slug: str, account_id: UUID) -> HttpResponse:
    """Our copy of an account's picture."""
    account = get_object_or_404(TikTokAccount, workspace=request.workspace, pk=account_id)
    return picture_of(account.avatar)


@workspace_required(Action.CONNECT)
@require_GET
def pending_picture(request: WorkspaceRequest, workspace_slug: str, pending_id: UUID) -> HttpResponse:
    """The picture on the confirm page; only for the person who went to TikTok."""
    pending = get_object_or_404(
        PendingConnection, workspace=request.workspace, user=request.user, link=None, pk=pending_id
    )
    return picture_of(pending.avatar)


def picture_of(key: str) -> HttpResponse:
    """Our copy of a picture, by its storage key; 404 without one."""
    if not key:
        raise Http404("No picture.")
    try:
        with default_storage.open(key) as picture:
            answer = HttpResponse(picture.read(), content_type="image/webp")
    except FileNotFoundError as error:
        raise Http404("No picture.") from error
    answer["Cache-Control"] = "private, max-age=86400"
    return answer
