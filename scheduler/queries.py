"""Rows for pages, fetched inside the workspace with what the page shows of them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404

from scheduler import overdue
from scheduler.clock import database_now
from scheduler.models import Media, Post, Upload
from scheduler.states import PostStatus

if TYPE_CHECKING:
    from accounts.http import WorkspaceRequest
    from accounts.models import Workspace
    from tiktok.models import TikTokAccount

ATTENTION = Q(status__in=[PostStatus.FAILED, PostStatus.NEEDS_CHECK, PostStatus.MISSED]) | ~Q(hold="")


def find_post(request: WorkspaceRequest, post_id: UUID) -> Post:
    """That post of the request's workspace, with its account, media and author; otherwise 404."""
    rows = Post.objects.filter(workspace=request.workspace, pk=post_id)
    post: Post | None = rows.select_related("account", "media", "created_by", "workspace").first()
    if post is None:
        raise Http404("No such post.")
    return post


def find_media(request: WorkspaceRequest, media_id: UUID) -> Media:
    """That video of the request's workspace; otherwise 404."""
    media: Media | None = Media.objects.filter(workspace=request.workspace, pk=media_id).first()
    if media is None:
        raise Http404("No such video.")
    return media


def find_upload(request: WorkspaceRequest, upload_id: UUID) -> Upload:
    """That upload, which the person of the request began in its workspace, and which may go on; otherwise 404."""
    rows = Upload.objects.filter(workspace=request.workspace, by=request.user, pk=upload_id)
    upload: Upload | None = rows.filter(expires_at__gt=database_now()).first()
    if upload is None:
        raise Http404("No such upload.")
    return upload


def undated_drafts(workspace: Workspace, account: UUID | None = None) -> Any:
    """Drafts that nobody has given a time yet, of one account or of all, newest first."""
    drafts = Post.objects.filter(workspace=workspace, status=PostStatus.DRAFT, due_at__isnull=True)
    if account:
        drafts = drafts.filter(account=account)
    return (
        drafts.select_related("account", "media")
        .prefetch_related("images__media")
        .order_by("-created_at", "pk")
    )


def attention(workspace: Workspace) -> Any:
    """Posts of the last month that wait for a person or did not go out, soonest first."""
    since = database_now() - timedelta(days=30)
    posts = Post.objects.filter(ATTENTION, workspace=workspace, due_at__gte=since)
    told = posts.annotate(missed_at=overdue.missed_at())
    return told.select_related("account", "media").order_by("due_at", "pk")


def coming(account: TikTokAccount) -> Any:
    """What is still to go out at this account, on hold or not, soonest first."""
    rows = Post.objects.filter(workspace=account.workspace_id, account=account, status=PostStatus.SCHEDULED)
    return rows.filter(due_at__gt=database_now()).select_related("media").order_by("due_at", "pk")


def at_risk(workspace: Workspace) -> Any:
    """Scheduled posts that the look ahead found may not go out, soonest first; those on hold are `attention`."""
    posts = Post.objects.filter(workspace=workspace, status=PostStatus.SCHEDULED, hold="").exclude(risk="")
    return posts.select_related("account", "media").order_by("due_at", "pk")
