"""The pages between signing in and working: the front page, naming a workspace, choosing one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.access import public, signed_in
from accounts.forms import StartForm
from accounts.http import SignedInRequest
from accounts.membership import create_workspace
from accounts.models import Workspace


@public("The front page: it says what Oncue is, and sends people who are signed in to their work.")
def home(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return render(request, "accounts/landing.html")
    mine = list(Workspace.objects.filter(memberships__user=request.user)[:2])
    if not mine:
        return redirect("start")
    return redirect("workspaces") if len(mine) > 1 else redirect("calendar", workspace_slug=mine[0].slug)


@signed_in
def start(request: SignedInRequest) -> HttpResponse:
    """Names a workspace; then its first account can be connected."""
    form = StartForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        workspace = create_workspace(
            name=form.cleaned_data["name"], time_zone=form.cleaned_data["time_zone"], by=request.user
        )
        return redirect("accounts", workspace_slug=workspace.slug)
    return render(request, "accounts/start.html", {"form": form})


@signed_in
def workspaces(request: SignedInRequest) -> HttpResponse:
    """The workspaces that the person belongs to."""
    memberships = request.user.memberships.select_related("workspace").order_by("workspace__name")
    return render(request, "accounts/workspaces.html", {"memberships": memberships})
