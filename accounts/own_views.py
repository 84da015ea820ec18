"""A person's own pages: who they are to others, how pages look and answer to them, how they get in and from where."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts.access import signed_in
from accounts.devices import Shown, end, end_others, sessions_of
from accounts.forms import MeForm
from accounts.http import SignedInRequest
from accounts.models import User
from accounts.rail import beside_rail, zone_of
from accounts.second_step import Ways


@signed_in
@beside_rail
def me(request: SignedInRequest) -> HttpResponse:
    """Their name, how times are written, the shortcuts, and the theme, which is a cookie of this browser."""
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
    shown = {"form": form, "memberships": memberships}
    return render(request, "accounts/me/profile.html", shown, status=422 if form.errors else 200)


def _keep_theme(answer: HttpResponse, theme: str) -> None:
    """As `<theme-switch>` keeps it, so it is readable by scripts."""
    if theme:
        answer.set_cookie(
            "theme", theme, max_age=timedelta(days=365), samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
        )
    else:
        answer.delete_cookie("theme", samesite="Lax")


@signed_in
@beside_rail
def sign_in(request: SignedInRequest) -> HttpResponse:
    """How they get in: address, password, second step, passkeys."""
    shown = {"ways": Ways.of(request.user), "zone": zone_of(request)}
    return render(request, "accounts/me/sign_in.html", shown)


@signed_in
@beside_rail
def devices(request: SignedInRequest) -> HttpResponse:
    """Where they are signed in. `end` is the id of a session that is over, or `others`."""
    if request.method == "POST":
        if ended := _end(request, request.POST.get("end", "")):
            messages.success(request, f"{ended} device{'s' if ended != 1 else ''} signed out.")
        else:
            messages.info(request, "That device was signed out already.")
        return redirect("usersessions_list")
    shown = [Shown(row, request) for row in sessions_of(request.user)]
    return render(request, "accounts/me/devices.html", {"sessions": shown, "zone": zone_of(request)})


def _end(request: SignedInRequest, asked: str) -> int:
    """How many sessions it ended; this one is left by signing out."""
    if asked == "others":
        return end_others(request, request.user)
    chosen = [
        row
        for row in sessions_of(request.user)
        if str(row.pk) == asked and row.session_key != request.session.session_key
    ]
    end(chosen)
    return len(chosen)


@signed_in
@require_POST
def shortcuts(request: SignedInRequest) -> HttpResponse:
    """The switch in the list of shortcuts, on any page of a workspace (WCAG 2.1.4)."""
    User.objects.filter(pk=request.user.pk).update(shortcuts="shortcuts" in request.POST)
    return HttpResponse(status=204)
