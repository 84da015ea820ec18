"""A workspace's settings, "Publishing": how late is too late, the kill switch, what is used of TikTok's limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import workspace_required
from accounts.permissions import Action
from scheduler import lateness, switches
from tiktok.models import AccountStatus, TikTokAccount

if TYPE_CHECKING:
    from accounts.http import WorkspaceRequest

UNFINISHED = 422


class LateForm(forms.Form):
    """The late policy."""

    late_limit_minutes = forms.IntegerField(
        label="Publish at most so many minutes late",
        min_value=0,
        max_value=lateness.HIGHEST_LIMIT,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"),
            f"Write a number of minutes from 0 to {lateness.HIGHEST_LIMIT}.",
        ),
        help_text="0 to 1440. A post that is later than this is missed: you are told, and decide.",
    )


@workspace_required(Action.MANAGE)
@require_http_methods(["GET", "POST"])
def publishing_settings(request: WorkspaceRequest, workspace_slug: str) -> HttpResponse:
    """Shows the page; a POST sets the late policy."""
    if request.method == "GET":
        now_set = {"late_limit_minutes": lateness.limit_of(request.workspace.pk)}
        return _show(request, LateForm(initial=now_set))
    form = LateForm(request.POST)
    if not form.is_valid():
        return _show(request, form, status=UNFINISHED)
    lateness.choose_limit(
        workspace=request.workspace, minutes=form.cleaned_data["late_limit_minutes"], by=request.user
    )
    messages.success(request, "Saved.")
    return _back(request)


@workspace_required(Action.MANAGE)
@require_POST
def publishing_pause(request: WorkspaceRequest, workspace_slug: str) -> HttpResponse:
    """Stop this workspace's publishing; every page says so from now on."""
    switches.pause_workspace(workspace=request.workspace, by=request.user)
    return _back(request)


@workspace_required(Action.MANAGE)
@require_POST
def publishing_resume(request: WorkspaceRequest, workspace_slug: str) -> HttpResponse:
    """Let this workspace publish again."""
    switches.resume_workspace(workspace=request.workspace, by=request.user)
    messages.success(request, "Resumed. Waiting posts go out now, unless they are too late.")
    return _back(request)


def _show(request: WorkspaceRequest, form: LateForm, *, status: int = 200) -> HttpResponse:
    rows = TikTokAccount.objects.filter(workspace=request.workspace, status=AccountStatus.ACTIVE)
    context = {
        "form": form,
        "own_pause": switches.own_pause(request.workspace),
        "accounts": rows.select_related("workspace").order_by("nickname", "username"),
    }
    return render(request, "scheduler/settings/publishing.html", context, status=status)


def _back(request: WorkspaceRequest) -> HttpResponse:
    return redirect("publishing_settings", workspace_slug=request.workspace.slug)
