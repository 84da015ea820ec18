"""Files in: the upload and its progress. Files out: stills, videos, images, for members of the workspace only."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from accounts.access import workspace_required
from accounts.permissions import Action
from scheduler import media
from scheduler.media_tasks import wake_check
from scheduler.models import Media, MediaKind, MediaStatus
from scheduler.queries import find_media
from scheduler.views.ranges import send_part

if TYPE_CHECKING:
    from accounts.http import WorkspaceRequest

UNCHANGED = 204
LONGEST_NUMBER = 15

SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, max-age=3600",
}
"""An uploaded file is shown as what we found it to be, and never as a page (R-53)."""


@workspace_required(Action.COMPOSE)
@require_POST
def media_upload(request: WorkspaceRequest, workspace_slug: str) -> HttpResponse:
    """The raw body is the file. 201 with the fragment that waits for its check, or a sentence and nothing kept."""
    try:
        declared = _declared(request)
        received = media.receive(
            read=request.read,
            declared=declared,
            name=request.headers.get("X-File-Name", ""),
            workspace=request.workspace,
            by=request.user,
        )
    except media.UploadRefused as refused:
        return JsonResponse({"error": str(refused)}, status=refused.status)
    wake_check(received)
    return _fragment(request, received, status=201)


def _declared(request: WorkspaceRequest) -> int:
    """The length that the browser promises; bodies without one, or wrapped in a form, are not taken."""
    length = request.headers.get("Content-Length", "")
    if (request.content_type or "").startswith(("multipart/", "application/x-www-form-urlencoded")):
        raise media.UploadRefused("Send the file by itself, not inside a form.", status=415)
    if not length.isascii() or not length.isdigit() or len(length) > LONGEST_NUMBER:
        raise media.UploadRefused("The browser did not say how large the file is. Send it again.", status=411)
    return int(length)


@workspace_required(Action.VIEW)
@require_GET
def media_fragment(request: WorkspaceRequest, workspace_slug: str, media_id: UUID) -> HttpResponse:
    """How far the check is; asks again by itself until it is done, 204 while nothing has changed."""
    row = find_media(request, media_id)
    if row.status == MediaStatus.CHECKING and request.htmx:
        return HttpResponse(status=UNCHANGED)
    return _fragment(request, row)


def _fragment(request: WorkspaceRequest, row: Media, *, status: int = 200) -> HttpResponse:
    return render(request, "scheduler/_media.html", {"media": row}, status=status)


@workspace_required(Action.VIEW)
@require_GET
def media_cover(
    request: WorkspaceRequest, workspace_slug: str, media_id: UUID
) -> HttpResponse | FileResponse:
    row = find_media(request, media_id)
    if not row.cover_key or not default_storage.exists(row.cover_key):
        raise Http404("No still.")
    return FileResponse(default_storage.open(row.cover_key), content_type="image/webp", headers=SAFE)


@workspace_required(Action.VIEW)
@require_GET
def media_video(request: WorkspaceRequest, workspace_slug: str, media_id: UUID) -> HttpResponseBase:
    """The file itself, whole or the part that a player asks for."""
    row = _ready(request, media_id, MediaKind.VIDEO)
    return send_part(request, row.storage_key, row.size, row.content_type, SAFE)


@workspace_required(Action.VIEW)
@require_GET
def media_image(request: WorkspaceRequest, workspace_slug: str, media_id: UUID) -> FileResponse:
    """The picture as it will be posted."""
    row = _ready(request, media_id, MediaKind.IMAGE)
    return FileResponse(default_storage.open(row.storage_key), content_type=row.content_type, headers=SAFE)


def _ready(request: WorkspaceRequest, media_id: UUID, kind: MediaKind) -> Media:
    """That media of the workspace, which is of that kind and may be shown; otherwise 404."""
    row = find_media(request, media_id)
    if row.kind != kind or row.status != MediaStatus.READY or not default_storage.exists(row.storage_key):
        raise Http404(f"No {kind.value}.")
    return row
