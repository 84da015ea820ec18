"""Links for creators who are not here, as members make and withdraw them; `guest` is what the creators see."""

from __future__ import annotations

from uuid import UUID

from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.access import workspace_required
from accounts.http import WorkspaceRequest
from accounts.permissions import Action
from tiktok import connect_links
from tiktok.forms import LinkForm
from tiktok.models import ConnectLink
from tiktok.wiring import is_configured


@workspace_required(Action.CONNECT)
@never_cache
@require_POST
def make(request: WorkspaceRequest, workspace_slug: str) -> HttpResponse:
    """A new link, on a page that shows it this once."""
    if slow_down := ratelimit.consume_or_429(request, action="connect_link_make"):
        return slow_down
    form = LinkForm(request.POST, workspace=request.workspace)
    if not form.is_valid() or not is_configured():
        why = [str(error) for errors in form.errors.values() for error in errors]
        messages.error(request, " ".join(["No link was made.", *why]))
        return redirect("accounts", workspace_slug=workspace_slug)
    note, wanted = form.cleaned_data["note"], form.cleaned_data["account"]
    try:
        address = connect_links.make(workspace=request.workspace, by=request.user, note=note, wanted=wanted)
    except connect_links.TooManyLinks as refusal:
        messages.error(request, str(refusal))
        return redirect("accounts", workspace_slug=workspace_slug)
    return render(request, "tiktok/link_made.html", {"address": address, "note": note, "wanted": wanted})


@workspace_required(Action.CONNECT)
@require_POST
def withdraw(request: WorkspaceRequest, workspace_slug: str, link_id: UUID) -> HttpResponse:
    """Nobody gets in by it any more."""
    link = get_object_or_404(ConnectLink, workspace=request.workspace, pk=link_id)
    if connect_links.withdraw(link=link, by=request.user):
        messages.success(request, "The link is withdrawn. Nobody can connect an account by it.")
    else:
        messages.info(request, "That link was over already.")
    return redirect("accounts", workspace_slug=workspace_slug)
