"""People, workspaces and the audit log, for staff to read."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group

from accounts.admin_site import ReadOnlyAdmin, TenantAdmin
from accounts.models import AuditEvent, Membership, User, Workspace

admin.site.unregister(Group)  # roles are memberships; groups give nothing here
for model in (EmailAddress, Authenticator, UserSession):  # allauth's own pages may write
    admin.site.unregister(model)


class MembershipInline(admin.TabularInline):
    """Who is in a workspace, or where a person is."""

    model = Membership
    fields = ["workspace", "user", "role", "created_at"]
    readonly_fields = ["workspace", "user", "role", "created_at"]
    extra = 0
    can_delete = False

    def has_view_permission(self, request: object, obj: object = None) -> bool:
        return True  # whoever sees the parent's page is staff

    def has_add_permission(self, request: object, obj: object = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    list_display = ["email", "name", "is_active", "is_staff", "date_joined", "last_login"]
    list_filter = ["is_active", "is_staff"]
    search_fields = ["email", "name"]
    ordering = ["-date_joined"]
    inlines = [MembershipInline]


@admin.register(EmailAddress)
class EmailAddressAdmin(ReadOnlyAdmin):
    list_display = ["email", "user", "verified", "primary"]
    list_filter = ["verified"]
    search_fields = ["email"]


@admin.register(Authenticator)
class AuthenticatorAdmin(ReadOnlyAdmin):
    """That somebody has a second step, and which; nothing of its secrets."""

    fields = ["user", "type", "created_at", "last_used_at"]
    list_display = ["user", "type", "created_at", "last_used_at"]
    list_filter = ["type"]
    list_select_related = ["user"]


@admin.register(Workspace)
class WorkspaceAdmin(ReadOnlyAdmin):
    list_display = ["name", "slug", "time_zone", "created_at"]
    search_fields = ["name", "slug"]
    ordering = ["name"]
    inlines = [MembershipInline]


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    list_display = ["workspace", "user", "role", "created_at"]
    list_filter = ["role"]
    list_select_related = ["workspace", "user"]


@admin.register(AuditEvent)
class AuditEventAdmin(TenantAdmin):
    list_display = ["at", "workspace", "action", "by", "target_type", "target_id", "request_id"]
    search_fields = ["=request_id"]
    search_help_text = "The id of a request, as its answer, its page of an error and the log have it."
    list_filter = ["action", "workspace"]
    list_select_related = ["workspace", "by"]
    date_hierarchy = "at"
