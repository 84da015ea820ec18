"""The staff's read-only view of posts: the whole life of one on one page, found by what a customer quotes."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.admin_site import TenantAdmin, TenantInline
from scheduler.models import Media, Post, PostEvent, PublishAttempt

PRIVATE = frozenset({"caption", "original_name"})
"""What people wrote is theirs: support sees states, codes and ids, not content (R-75)."""


class WithoutContent:
    """Leaves out the columns that hold people's content."""

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        fields: list[Any] = super().get_fields(request, obj)  # type: ignore[misc]
        return [name for name in fields if name not in PRIVATE]


class FoundByIdentity:
    """Search that also takes a whole id, which no text search can match."""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        try:
            return queryset.filter(pk=UUID(search_term.strip())), False
        except ValueError:
            return super().get_search_results(request, queryset, search_term)  # type: ignore[misc,no-any-return]


class AttemptInline(TenantInline):
    model = PublishAttempt
    ordering = ("number",)
    verbose_name_plural = "attempts at TikTok"


class EventInline(TenantInline):
    model = PostEvent
    ordering = ("at", "pk")
    verbose_name_plural = "timeline"


@admin.register(Post)
class PostAdmin(FoundByIdentity, WithoutContent, TenantAdmin):
    """One post: its row, its attempts, its events."""

    list_display = ("id", "workspace", "account", "status", "hold", "reason", "code", "due_at")
    list_filter = ["status", "hold", "reason", "workspace"]
    list_select_related = ("workspace", "account")
    search_fields = (
        "attempts__publish_id__exact",
        "attempts__log_id__exact",
        "log_id__exact",
        "account__username",
        "created_by__email",
        "consent_by__email",
    )
    search_help_text = "Post id, publish id, log id, @handle or e-mail"
    date_hierarchy = "due_at"
    inlines: ClassVar[list[Any]] = [AttemptInline, EventInline]


@admin.register(PublishAttempt)
class PublishAttemptAdmin(FoundByIdentity, TenantAdmin):
    list_display = ("publish_id", "post", "number", "stage", "tiktok_status", "code", "log_id", "started_at")
    list_filter = ["stage", "code", "workspace"]
    search_fields = ("publish_id__exact", "log_id__exact", "post__account__username")


@admin.register(PostEvent)
class PostEventAdmin(FoundByIdentity, TenantAdmin):
    list_display = ("at", "post", "kind", "status_from", "status_to", "reason", "code", "log_id")
    list_filter = ["kind", "status_to", "workspace"]
    search_fields = ("log_id__exact", "post__account__username", "by__email")


@admin.register(Media)
class MediaAdmin(FoundByIdentity, WithoutContent, TenantAdmin):
    list_display = ("id", "workspace", "status", "size", "container", "codec", "created_at")
    list_filter = ["status", "container", "workspace"]
    search_fields = ("sha256__exact", "uploaded_by__email")
