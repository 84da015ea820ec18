"""Files out: how far their checks are, stills, videos, images, for members of the workspace only.

Files come in by `scheduler.views.uploads`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import workspace_required
from accounts.permissions import Action
from scheduler.media import frames
from scheduler.media_tasks import wake_drawing
from scheduler.models import Media, MediaKind, MediaStatus
from scheduler.queries import find_media
from scheduler.views.ranges import send_part

if TYPE_CHECKING:
    from accounts.http import WorkspaceRequest

UNCHANGED = 204
LONGEST_MOMENT = 7
"""Digits: no video is longer than ten minutes."""

SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, max-age=3600",
}
"""An uploaded file is shown as what we found it to be, and never as a page (R-53)."""


@workspace_required(Action.VIEW)
@require_GET
def media_fragment(request: WorkspaceRequest, workspace_slug: str, media_id: UUID) -> HttpResponse:
    """How far the check is; asks again by itself until it is done, 204 while nothing has changed."""
    row = find_media(request, media_id)
    if row.status == MediaStatus.CHECKING and request.htmx:
        return HttpResponse(status=UNCHANGED)
    return fragment(request, row)


def fragment(request: WorkspaceRequest, row: Media) -> HttpResponse:
    """One file as pages show it: its check while that runs, then what was found."""
    return render(request, "scheduler/_media.html", {"media": row})


@workspace_required(Action.VIEW)
@require_GET
def media_cover(
    request: WorkspaceRequest, workspace_slug: str, media_id: UUID
) -> HttpResponse | FileResponse:
    """The small still; with `at`, in milliseconds, the frame of that moment once it is drawn, if a post shows it."""
    row = find_media(request, media_id)
    at = request.GET.get("at", "")
    waits = bool(at) and at.isascii() and at.isdigit() and len(at) <= LONGEST_MOMENT
    if waits and default_storage.exists(frames.key_of(row, int(at))):
        return _whole(frames.key_of(row, int(at)), "image/webp")
    if not row.cover_key:
        raise Http404("No still.")
    first = _whole(row.cover_key, "image/webp")
    if waits and row.status == MediaStatus.READY and frames.is_chosen(row, int(at)):
        wake_drawing(row.workspace_id, row.pk, int(at))
        first["Cache-Control"] = "no-store"
    return first


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
    return _whole(row.storage_key, row.content_type)


def _whole(key: str, content_type: str) -> FileResponse:
    try:
        stored = default_storage.open(key)
    except FileNotFoundError as gone:
        raise Http404("No file.") from gone
    return FileResponse(stored, content_type=content_type, headers=SAFE)


def _ready(request: WorkspaceRequest, media_id: UUID, kind: MediaKind) -> Media:
    """That media of the workspace, which is of that kind and may be shown; otherwise 404."""
    row = find_media(request, media_id)
    if row.kind != kind or row.status != MediaStatus.READY or not default_storage.exists(row.storage_key):
        raise Http404(f"No {kind.value}.")
    return row
