"""Files in: the upload and its progress. Files out: stills, videos, images, for members of the workspace only."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from accounts.access import workspace_required
from accounts.permissions import Action
from scheduler import media
from scheduler.files import blocks
from scheduler.media_tasks import wake_check
from scheduler.models import Media, MediaKind, MediaStatus
from scheduler.queries import find_media

if TYPE_CHECKING:
    from accounts.http import WorkspaceRequest

UNCHANGED = 204
RANGE = re.compile(r"^bytes=(\d*)-(\d*)$")
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
def media_video(
    request: WorkspaceRequest, workspace_slug: str, media_id: UUID
) -> HttpResponse | StreamingHttpResponse:
    """The file itself, whole or the part that a player asks for."""
    row = _ready(request, media_id, MediaKind.VIDEO)
    part = _part(request.headers.get("Range", ""), row.size)
    if part is None:
        return HttpResponse(status=416, headers=SAFE | {"Content-Range": f"bytes */{row.size}"})
    first, last = part
    whole = "Range" not in request.headers
    headers = SAFE | {"Accept-Ranges": "bytes", "Content-Length": str(last - first + 1)}
    if not whole:
        headers["Content-Range"] = f"bytes {first}-{last}/{row.size}"
    return StreamingHttpResponse(
        blocks(row.storage_key, first, last),
        status=200 if whole else 206,
        content_type=row.content_type,
        headers=headers,
    )


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


def _part(wanted: str, size: int) -> tuple[int, int] | None:
    """First and last byte asked for; the whole file where nothing is asked, None where that part does not exist."""
    if not wanted:
        return 0, size - 1
    match = RANGE.match(wanted)
    if match is None or not any(match.groups()):
        return None
    if not match[1]:
        return (max(0, size - int(match[2])), size - 1) if int(match[2]) else None
    first, last = int(match[1]), min(int(match[2] or size), size - 1)
    return (first, last) if first <= last else None
