"""The way to TikTok and back: begin, the one callback, and the page that asks before anything counts."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import public, workspace_required
from accounts.http import WorkspaceRequest
from accounts.permissions import Action
from accounts.proof import ask, is_proven, proven_lately, same_page
from tiktok import confirmations, connections
from tiktok.forms import BeginForm
from tiktok.models import PendingConnection, TikTokAccount
from tiktok.refusals import AnotherCreator, ConnectRefused, HeldElsewhere, PendingGone
from tiktok.trips import UnknownTrip
from tiktok.wiring import NotConfigured

BACK = "connect_back"
"""Where in this session the page is kept to which the way to TikTok and back leads."""

ASKED = "connect_asked"
"""Where in this session it is kept what was asked for before the password was."""


@workspace_required(Action.CONNECT)
@require_http_methods(["GET", "POST"])
def begin(request: WorkspaceRequest, workspace_slug: str) -> HttpResponse:
    """Off to TikTok; with `account`, to renew that one. GET: back from the question for the password, once."""
    if request.method == "GET":
        return _resume(request, workspace_slug)
    form = BeginForm(request.POST, workspace=request.workspace)
    if not form.is_valid():
        messages.error(request, "That account is not in this workspace any more.")
        return redirect("accounts", workspace_slug=workspace_slug)
    return depart(request, reconnect=form.cleaned_data["account"])


def depart(request: WorkspaceRequest, *, reconnect: TikTokAccount | None, back: str = "") -> HttpResponse:
    """Off to TikTok, by way of the password if it was not given lately (R-04).

    Whoever then connects, or does not, is led to `back`, an address of ours, instead of the list.
    """
    slug = request.workspace.slug
    request.session[BACK] = {"workspace": slug, "address": back}
    if not is_proven(request):
        request.session[ASKED] = {"workspace": slug, "account": str(reconnect.pk) if reconnect else ""}
        return ask(reverse("connect_begin", kwargs={"workspace_slug": slug}))
    try:
        address = connections.begin_connect(
            workspace=request.workspace,
            by=request.user,
            session_key=request.session.session_key or "",
            reconnect=reconnect,
        )
    except NotConfigured:
        messages.error(request, "This server has no TikTok app yet, so nothing can be connected.")
        return _home(request, slug)
    return HttpResponseRedirect(address)


def _resume(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """On with what a form of ours asked for; somebody who only comes by this address is led home."""
    asked = request.session.pop(ASKED, {})
    form = BeginForm(asked, workspace=request.workspace)
    if asked.get("workspace") != slug or not form.is_valid():
        return _home(request, slug)
    back = request.session.get(BACK, {}).get("address", "")
    return depart(request, reconnect=form.cleaned_data["account"], back=back)


def _home(request: HttpRequest, slug: str) -> HttpResponse:
    """To where the person came from, once; otherwise to the accounts."""
    back = _back(request, slug) or reverse("accounts", kwargs={"workspace_slug": slug})
    request.session.pop(BACK, None)
    return HttpResponseRedirect(back)


def _back(request: HttpRequest, slug: str = "") -> str:
    """The page to which the way leads, which stays kept: an address of ours, of this workspace if one is named."""
    back = request.session.get(BACK, {})
    return str(back["address"]) if back and slug in {"", back["workspace"]} else ""


@public("TikTok sends the browser here; without the session that left, and its person, nothing is exchanged.")
@never_cache
@require_GET
def callback(request: HttpRequest) -> HttpResponse:
    """Back from TikTok (`tiktok-api.md` section 2.2). The address names no workspace: the state does."""
    user = request.user if request.user.is_authenticated else None
    try:
        pending = connections.finish_connect(
            answer=request.GET, user=user, session_key=request.session.session_key or ""
        )
    except UnknownTrip:
        return render(request, "tiktok/callback_refused.html", {"back": _back(request)}, status=400)
    except AnotherCreator as error:
        if error.by_link:
            return render(request, "tiktok/guest/another_creator.html", {"mismatch": error}, status=409)
        context = {"mismatch": error, "back": _back(request, error.expected.workspace.slug)}
        return render(request, "tiktok/another_creator.html", context, status=409)
    except ConnectRefused as refusal:
        if refusal.by_link:
            return render(request, "tiktok/guest/refused.html", {"sentence": str(refusal)})
        messages.error(request, str(refusal))
        return _home(request, refusal.workspace.slug)
    if pending.link_id is not None:
        return redirect("guest_confirm", guest_id=pending.pk)
    return redirect("connect_confirm", workspace_slug=pending.workspace.slug, pending_id=pending.pk)


@workspace_required(Action.CONNECT)
@never_cache
@require_http_methods(["GET", "POST"])
@proven_lately(same_page)
def confirm(request: WorkspaceRequest, workspace_slug: str, pending_id: UUID) -> HttpResponse:
    """Whom, and where? Only the answer connects; only `take_over=yes` takes a creator from another workspace."""
    pending = _pending(request, pending_id)
    if request.method == "GET":
        return _ask(request, pending)
    renews = pending.account_id is not None
    try:
        account = confirmations.confirm(
            pending=pending, by=request.user, take_over=request.POST.get("take_over") == "yes"
        )
    except HeldElsewhere:
        return _ask(request, pending, status=409)
    except PendingGone:
        messages.error(request, "That took longer than 15 minutes, so nothing was connected. Connect again.")
        return _home(request, workspace_slug)
    if renews:
        messages.success(request, f"{account.display_name} is connected again.")
        return _home(request, workspace_slug)
    composer = reverse("post_new", kwargs={"workspace_slug": workspace_slug})
    return redirect(f"{composer}?account={account.pk}")


@workspace_required(Action.CONNECT)
@require_POST
def cancel(request: WorkspaceRequest, workspace_slug: str, pending_id: UUID) -> HttpResponse:
    """Not this one: nothing of it stays."""
    connections.discard(_pending(request, pending_id))
    messages.info(request, "Nothing was connected.")
    return _home(request, workspace_slug)


def _pending(request: WorkspaceRequest, pending_id: UUID) -> PendingConnection:
    mine = PendingConnection.objects.filter(workspace=request.workspace, user=request.user, link=None)
    pending: PendingConnection = get_object_or_404(mine.select_related("workspace"), pk=pending_id)
    return pending


def _ask(request: WorkspaceRequest, pending: PendingConnection, *, status: int = 200) -> HttpResponse:
    held = confirmations.is_held_elsewhere(pending)
    page = "tiktok/take_over.html" if held else "tiktok/connect_confirm.html"
    context = {"pending": pending, "is_audited": settings.TIKTOK_APP_AUDITED}
    return render(request, page, context, status=status)
