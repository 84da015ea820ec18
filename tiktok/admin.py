"""Connections, for staff to read: status, scopes, codes and log ids; never a token (R-26)."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.admin_site import ReadOnlyAdmin, TenantAdmin
from tiktok import webhooks
from tiktok.models import ConnectLink, OAuthState, PendingConnection, Revocation, TikTokAccount, WebhookEvent


@admin.register(TikTokAccount)
class TikTokAccountAdmin(TenantAdmin):
    list_display = ["nickname", "username", "workspace", "status", "status_reason", "status_since"]
    list_filter = ["status", "status_reason", "workspace"]
    search_fields = ["nickname", "username", "open_id"]
    list_select_related = ["workspace"]


@admin.register(ConnectLink)
class ConnectLinkAdmin(TenantAdmin):
    list_display = ["made_at", "workspace", "made_by", "note", "expires_at", "used_at", "revoked_at"]
    list_select_related = ["workspace", "made_by"]


@admin.register(OAuthState)
class OAuthStateAdmin(TenantAdmin):
    list_display = ["expires_at", "workspace", "user", "purpose"]
    list_select_related = ["workspace", "user"]


@admin.register(PendingConnection)
class PendingConnectionAdmin(TenantAdmin):
    list_display = ["nickname", "username", "workspace", "user", "expires_at"]
    list_select_related = ["workspace", "user"]


@admin.register(Revocation)
class RevocationAdmin(TenantAdmin):
    list_display = ["open_id", "workspace", "attempts", "next_try_at", "give_up_at"]
    list_select_related = ["workspace"]


@admin.register(WebhookEvent)
class WebhookEventAdmin(ReadOnlyAdmin):
    list_display = ["received_at", "event", "open_id", "publish_id", "outcome", "tries"]
    list_filter = ["outcome", "event"]
    search_fields = ["open_id", "publish_id"]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """With what was refused, of which nothing is kept."""
        refused = ", ".join(f"{count} for {why}" for why, count in webhooks.refused_today().items())
        subtitle = f"Refused today: {refused or 'none'}"
        return super().changelist_view(request, (extra_context or {}) | {"subtitle": subtitle})
