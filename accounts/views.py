"""The pages between signing in and working: the front page, naming a workspace, choosing one."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.access import public, signed_in
from accounts.forms import MeForm, StartForm
from accounts.http import SignedInRequest
from accounts.membership import create_workspace
from accounts.models import User, Workspace


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
def me(request: SignedInRequest) -> HttpResponse:
    """A person's own settings: their name, and the theme, which is a cookie of this browser."""
    theme = request.COOKIES.get("theme", "")
    # A copy: a form writes what was typed to its instance, refused or not, and the page names the person.
    person = User.objects.get(pk=request.user.pk)
    form = MeForm(request.POST or None, instance=person, initial={"theme": theme})
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Saved.")
        answer = redirect("me")
        _keep_theme(answer, form.cleaned_data["theme"])
        return answer
    memberships = request.user.memberships.select_related("workspace").order_by("workspace__name")
    status = 422 if form.errors else 200
    return render(request, "accounts/me.html", {"form": form, "memberships": memberships}, status=status)


def _keep_theme(answer: HttpResponse, theme: str) -> None:
    """As `<theme-switch>` keeps it, so it is readable by scripts."""
    if theme:
        answer.set_cookie(
            "theme", theme, max_age=timedelta(days=365), samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
        )
    else:
        answer.delete_cookie("theme", samesite="Lax")


@signed_in
def workspaces(request: SignedInRequest) -> HttpResponse:
    """The workspaces that the person belongs to."""
    memberships = request.user.memberships.select_related("workspace").order_by("workspace__name")
    return render(request, "accounts/workspaces.html", {"memberships": memberships})
