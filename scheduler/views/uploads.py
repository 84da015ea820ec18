"""Resumable uploads as browsers speak them: tus 1.0.0 (https://tus.io/protocols/resumable-upload).

Core, creation, expiration, termination and checksum. A refusal is JSON `{"error": sentence}` beside its status. GET is
ours: the fragment of the media that a whole upload became.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import http_date
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from accounts.access import workspace_required
from accounts.permissions import Action
from scheduler import uploads
from scheduler.media import UploadRefused
from scheduler.media_tasks import wake_check
from scheduler.probe import SIZE_LIMIT
from scheduler.queries import find_media, find_upload
from scheduler.uploads.metadata import NAME, check, value_of
from scheduler.views.media import fragment

if TYPE_CHECKING:
    from accounts.http import WorkspaceRequest
    from scheduler.models import Upload

VERSION = "1.0.0"
ABOUT = {
    "Tus-Version": VERSION,
    "Tus-Extension": "creation,expiration,termination,checksum",
    "Tus-Max-Size": str(SIZE_LIMIT),
    "Tus-Checksum-Algorithm": ",".join(uploads.ALGORITHMS),
}
PART = "application/offset+octet-stream"
PATIENCE = 60.0
"""Seconds that a request may bring nothing before its part ends there; its thread serves others then."""

LONGEST_NUMBER = 15


@workspace_required(Action.COMPOSE)
def upload_new(request: WorkspaceRequest, workspace_slug: str) -> HttpResponse:
    """POST begins an upload and answers 201 with its address; OPTIONS tells what we speak."""
    if request.method == "OPTIONS":
        return _answer(204, headers=ABOUT)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST", "OPTIONS"])
    if refused := _other_version(request):
        return refused
    try:
        metadata = request.headers.get("Upload-Metadata", "")
        check(metadata)
        upload = uploads.begin(
            workspace=request.workspace,
            by=request.user,
            name=value_of(metadata, NAME),
            length=_number(request, "Upload-Length"),
            metadata=metadata,
        )
    except UploadRefused as refusal:
        return _refusal(refusal)
    return _answer(201, upload, {"Location": reverse("upload", args=[workspace_slug, upload.pk])})


@workspace_required(Action.COMPOSE)
def upload(request: WorkspaceRequest, workspace_slug: str, upload_id: UUID) -> HttpResponse:
    """HEAD: how far it is. PATCH: one more part. DELETE: give it up. GET: the media it became, as a fragment."""
    wanted = request.method or ""
    if wanted == "POST":  # and no other: only what carries our form's token may stand for something else
        wanted = request.headers.get("X-HTTP-Method-Override", "POST")
    does = {"HEAD": _tell, "PATCH": _append, "DELETE": _stop}.get(wanted)
    if wanted == "GET":
        return fragment(request, find_media(request, find_upload(request, upload_id).pk))
    if does is None:
        return HttpResponseNotAllowed(["HEAD", "PATCH", "DELETE", "GET"])
    found = find_upload(request, upload_id)
    return _other_version(request) or does(request, found)


@workspace_required(Action.COMPOSE)
@require_POST
def upload_discard(request: WorkspaceRequest, workspace_slug: str, upload_id: UUID) -> HttpResponse:
    """Give it up from a page that lists it; htmx takes the entry away and hears what is used."""
    found = find_upload(request, upload_id)
    uploads.stop(upload=found)
    said = f"“{found.name}” discarded."
    if request.htmx:
        context = {"room": uploads.share_of(request.workspace), "part": True}
        return trigger_client_event(
            render(request, "scheduler/_room.html", context), "toast", {"value": said}
        )
    messages.success(request, said)
    return redirect("library", workspace_slug=workspace_slug)


def _tell(request: WorkspaceRequest, found: Upload) -> HttpResponse:
    more = {"Upload-Metadata": found.metadata} if found.metadata else {}
    return _answer(200, found, more | {"Upload-Length": str(found.length)})


def _append(request: WorkspaceRequest, found: Upload) -> HttpResponse:
    try:
        if request.content_type != PART:
            raise UploadRefused(f"A part is sent as {PART}.", status=415)
        header = request.headers.get("Upload-Checksum")
        checksum = uploads.Checksum(header) if header else None
        _lose_patience(request)
        at = _number(request, "Upload-Offset")
        arrived = uploads.append(upload=found, at=at, read=request.read, checksum=checksum)
    except UploadRefused as refusal:
        return _refusal(refusal)
    if arrived.media:
        wake_check(arrived.media)
    found.refresh_from_db()
    return _answer(204, found, {"Upload-Offset": str(arrived.offset)})


def _stop(request: WorkspaceRequest, found: Upload) -> HttpResponse:
    uploads.stop(upload=found)
    return _answer(204)


def _lose_patience(request: WorkspaceRequest) -> None:
    """A line that died without a word would keep a thread for ever; gunicorn resets this before its next request."""
    if connection := request.META.get("gunicorn.socket"):
        connection.settimeout(PATIENCE)


def _other_version(request: WorkspaceRequest) -> HttpResponse | None:
    if request.headers.get("Tus-Resumable") == VERSION:
        return None
    return _answer(412, headers=ABOUT)


def _number(request: WorkspaceRequest, name: str) -> int:
    """A header that counts bytes."""
    value = request.headers.get(name, "")
    if not value.isascii() or not value.isdigit() or len(value) > LONGEST_NUMBER:
        raise UploadRefused(f"The browser did not say {name} as a number of bytes.")
    return int(value)


def _answer(status: int, found: Upload | None = None, headers: dict[str, str] | None = None) -> HttpResponse:
    answer = HttpResponse(status=status, headers={"Tus-Resumable": VERSION} | (headers or {}))
    if found:
        answer.headers.setdefault("Upload-Offset", str(found.offset))
        answer.headers["Upload-Expires"] = http_date(found.expires_at.timestamp())
    return answer


def _refusal(refusal: UploadRefused) -> HttpResponse:
    return JsonResponse({"error": str(refusal)}, status=refusal.status, headers={"Tus-Resumable": VERSION})
