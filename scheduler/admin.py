"""The staff's view of what belongs to posts, read-only; posts and accounts have modules of their own.

One thing staff may do here: stop the publishing of the whole installation, and let it go on.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.views.decorators.http import require_POST

from accounts.admin_site import ReadOnlyAdmin, TenantAdmin
from scheduler import switches
from scheduler.account_admin import AccountAdmin
from scheduler.admin_bases import FoundByIdentity, WithoutContent
from scheduler.models import (
    AccountNumbers,
    BulkImport,
    CreatorWatch,
    Installation,
    Lane,
    Media,
    MediaTag,
    Post,
    PostEvent,
    PostImage,
    PostingSlot,
    PostNumbers,
    PublishAttempt,
    PublishingSettings,
    Pull,
    Reading,
    Repeat,
    RepeatCopy,
    SavedFilter,
    Snippet,
    UnsavedPost,
    Upload,
)
from scheduler.post_admin import PostAdmin
from scheduler.states import Reason
from tiktok.models import TikTokAccount

admin.site.register(Post, PostAdmin)
admin.site.unregister(TikTokAccount)  # `tiktok` knows nothing of posts and caps
admin.site.register(TikTokAccount, AccountAdmin)


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


@admin.register(Pull)
class PullAdmin(FoundByIdentity, TenantAdmin):
    list_display = ("id", "attempt", "position", "served_at", "fetches", "revoked_at")


@admin.register(PostImage)
class PostImageAdmin(TenantAdmin):
    list_display = ("post", "position", "media")


@admin.register(PostingSlot)
class PostingSlotAdmin(TenantAdmin):
    list_display = ("account", "weekday", "at")
    list_filter: ClassVar[list[Any]] = ["workspace"]
    search_fields = ("account__username",)


@admin.register(Repeat)
class RepeatAdmin(FoundByIdentity, TenantAdmin):
    list_display = ("id", "post", "weekdays", "at", "every_weeks", "made_through", "ended_at")
    list_filter: ClassVar[list[Any]] = ["workspace"]
    search_fields = ("post__account__username",)


@admin.register(RepeatCopy)
class RepeatCopyAdmin(FoundByIdentity, TenantAdmin):
    list_display = ("repeat", "day", "post")


@admin.register(Upload)
class UploadAdmin(FoundByIdentity, WithoutContent, TenantAdmin):
    """A file on its way: how far it is, and when it is given up."""

    list_display = ("id", "workspace", "by", "offset", "length", "created_at", "expires_at")
    list_filter: ClassVar[list[Any]] = ["workspace"]
    search_fields = ("by__email",)


@admin.register(CreatorWatch)
class CreatorWatchAdmin(TenantAdmin):
    list_display = ("account", "user", "asked_at", "next_at")
    list_select_related = ("account", "user")


@admin.register(UnsavedPost)
class UnsavedPostAdmin(WithoutContent, TenantAdmin):
    list_display = ("id", "workspace", "by", "post", "kept_at")
    search_fields = ("by__email",)


@admin.register(BulkImport)
class BulkImportAdmin(WithoutContent, TenantAdmin):
    list_display = ("id", "workspace", "by", "counted", "created_at", "kept_at")
    search_fields = ("by__email",)


@admin.register(Snippet, SavedFilter, MediaTag)
class OwnWordsAdmin(WithoutContent, TenantAdmin):
    list_display = ("id", "workspace")
    list_filter: ClassVar[list[Any]] = ["workspace"]


@admin.register(PostNumbers)
class PostNumbersAdmin(TenantAdmin):
    list_display = ("measured_at", "post", "video_id", "is_shown", "views", "likes", "comments", "shares")
    search_fields = ("video_id__exact",)


@admin.register(AccountNumbers)
class AccountNumbersAdmin(TenantAdmin):
    list_display = ("measured_at", "account", "followers", "likes", "videos")


@admin.register(Reading)
class ReadingAdmin(TenantAdmin):
    list_display = ("account", "next_at", "answered_at", "refused_at", "scope", "code", "log_id")
    search_fields = ("account__username", "log_id__exact")


@admin.register(Lane)
class LaneAdmin(TenantAdmin):
    list_display = ("account", "kind", "next_at", "busy_until", "busy_post", "starts_at")
    list_filter: ClassVar[list[Any]] = ["kind", "workspace"]


@admin.register(PublishingSettings)
class PublishingSettingsAdmin(TenantAdmin):
    list_display = ("workspace", "late_limit_minutes", "paused_at", "paused_by")


@admin.register(Installation)
class InstallationAdmin(ReadOnlyAdmin):
    """The installation as a whole, with the operator's switch: its two buttons are all that staff can change here."""

    list_display = ("__str__", "paused_at", "paused_why", "app_capped_until", "mark", "marked_at")
    change_list_template = "admin/scheduler/installation/change_list.html"

    def get_urls(self) -> list[Any]:
        views = {"pause": self.pause_view, "resume": self.resume_view}
        own = [
            path(f"{name}/", self.admin_site.admin_view(require_POST(view)), name=f"publishing_{name}_all")
            for name, view in views.items()
        ]
        return [*own, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return super().changelist_view(request, {"installation": Installation.objects.filter(pk=1).first()})

    def pause_view(self, request: HttpRequest) -> HttpResponse:
        """Stop publishing in every workspace."""
        switches.pause_all(by=request.user)  # type: ignore[arg-type]  # admin_view let staff in only
        messages.success(request, "Publishing is paused everywhere.")
        return redirect("admin:scheduler_installation_changelist")

    def resume_view(self, request: HttpRequest) -> HttpResponse:
        """Let it go on; after a restore only the command may, for it shows what has to be settled first."""
        if Installation.read().paused_why == Reason.RESTORED:
            messages.error(
                request, "This is a restored backup: run manage.py resume_publishing on the server."
            )
        else:
            switches.resume_all(by=request.user)  # type: ignore[arg-type]
            messages.success(request, "Publishing goes on.")
        return redirect("admin:scheduler_installation_changelist")
