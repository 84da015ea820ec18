"""What a creator sees who was sent a link: who asks and for what, the way to TikTok, and the question on the way back.

Nobody signs in here. The first page is opened by the link's token, all others by the browser's session that left for
TikTok. Of the workspace they show its name and the name of whoever made the link.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from allauth.core import ratelimit
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import public
from accounts.tenancy import CrossTenant, cross_tenant, workspace_scope
from tiktok import confirmations, connect_links, connections
from tiktok.connect_links import LinkGone
from tiktok.models import PendingConnection
from tiktok.refusals import HeldElsewhere, PendingGone
from tiktok.trips import hashed
from tiktok.views.accounts import picture_of
from tiktok.wiring import NotConfigured

DONE = "connected_by_link"
SESSION_SECONDS = 3600
"""How long the browser of somebody who is not signed in is remembered."""

by_session = public("A creator without an account goes on in the browser session that left for TikTok.")


@public("A creator without an account opens it; its token is random, stored as a hash, and good once.")
@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, connect_token: str) -> HttpResponse:
    """Who asks, and for what; a POST leads to TikTok."""
    if slow_down := ratelimit.consume_or_429(request, action="connect_link", limit_get=True):
        return slow_down
    try:
        link = connect_links.find(connect_token)
    except LinkGone:
        return render(request, "tiktok/guest/gone.html", status=404)
    if request.method == "GET":
        return render(request, "tiktok/guest/invitation.html", {"link": link, **_terms()})
    if slow_down := ratelimit.consume_or_429(request, action="connect_link_leave", key=str(link.pk)):
        return slow_down
    try:
        with workspace_scope(link.workspace):
            address = connections.begin_connect(
                workspace=link.workspace, by=link.made_by, session_key=_session_of(request), link=link
            )
    except NotConfigured:
        return render(
            request, "tiktok/guest/refused.html", {"sentence": "This server has no TikTok app just now."}
        )
    return HttpResponseRedirect(address)


@by_session
@never_cache
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, guest_id: UUID) -> HttpResponse:
    """Whom, and where? Only the answer connects; only `take_over=yes` takes a creator from another workspace."""
    with _own(request, guest_id) as pending:
        if request.method == "GET":
            return _ask(request, pending)
        try:
            account = confirmations.confirm(
                pending=pending, by=None, take_over=request.POST.get("take_over") == "yes"
            )
        except HeldElsewhere:
            return _ask(request, pending, status=409)
        except PendingGone:
            return render(request, "tiktok/guest/gone.html", status=404)
        except LinkGone:
            connections.discard(pending)
            return render(request, "tiktok/guest/gone.html", status=404)
        request.session[DONE] = {"account": account.display_name, "workspace": pending.workspace.name}
        return redirect("guest_done")


@by_session
@require_POST
def cancel(request: HttpRequest, guest_id: UUID) -> HttpResponse:
    """Not this one: nothing of it stays, and the link can be opened again."""
    with _own(request, guest_id) as pending:
        connections.discard(pending)
    return render(
        request, "tiktok/guest/refused.html", {"sentence": "You said no, so nothing was connected."}
    )


@by_session
@never_cache
@require_GET
def done(request: HttpRequest) -> HttpResponse:
    """Said once more to whoever has just connected."""
    if DONE not in request.session:
        raise Http404("Nothing was connected in this browser.")
    return render(request, "tiktok/guest/done.html", {"done": request.session[DONE]})


@by_session
@require_GET
def picture(request: HttpRequest, guest_id: UUID) -> HttpResponse:
    """The picture on the page that asks."""
    with _own(request, guest_id) as pending:
        return picture_of(pending.avatar)


@contextmanager
def _own(request: HttpRequest, guest_id: UUID) -> Iterator[PendingConnection]:
    """What this browser brought from TikTok, in its workspace's scope; 404 to any other browser."""
    key = request.session.session_key
    with cross_tenant(CrossTenant.CONNECT_LINK):
        rows = PendingConnection.objects.select_related("workspace", "link__made_by").exclude(link=None)
        pending = rows.filter(pk=guest_id, session_hash=hashed(key)).first() if key else None
    if pending is None:
        raise Http404("No such connection.")
    with workspace_scope(pending.workspace):
        yield pending


def _session_of(request: HttpRequest) -> str:
    """This browser's session, begun now where there is none."""
    if not request.session.session_key:
        request.session.create()
        request.session.set_expiry(SESSION_SECONDS)
    assert request.session.session_key
    return request.session.session_key


def _ask(request: HttpRequest, pending: PendingConnection, *, status: int = 200) -> HttpResponse:
    context = {"pending": pending, "is_held": confirmations.is_held_elsewhere(pending), **_terms()}
    return render(request, "tiktok/guest/confirm.html", context, status=status)


def _terms() -> dict[str, object]:
    return {"is_audited": settings.TIKTOK_APP_AUDITED}
