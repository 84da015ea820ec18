"""The admin pages: behind the sign-in of everyone else, read by staff, written by nobody (R-73 to R-77).

`OncueAdminSite` is the site itself. `TenantAdmin` is the base for models of a workspace: its pages run across
tenants, under a named reason. `ReadOnlyAdmin` is the base for the rest.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from accounts.access import to_sign_in
from accounts.scopes import CrossTenant, cross_tenant

SECRET_NAME = re.compile(r"token|cipher|secret|password|upload_url|state_hash|session|^state$|^key$")
"""Columns with such a name are shown on no admin page."""


def is_secret(field_name: str) -> bool:
    return SECRET_NAME.search(field_name) is not None


class OncueAdminSite(admin.AdminSite):
    """The admin without a password form of its own: one door, with its limits, for everyone."""

    site_header = site_title = "Oncue admin"
    index_title = "What the database holds"

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """Sends the anonymous to sign in, and answers 403 to people who are not staff."""
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return to_sign_in(request)
            if not self.has_permission(request):
                raise PermissionDenied("Only staff may open the admin pages.")
            return inner(request, *args, **kwargs)

        return guarded

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return redirect("admin:index") if request.user.is_authenticated else to_sign_in(request)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return redirect("account_change_password")


class ReadOnlyAdmin(admin.ModelAdmin):
    """Shows every column that is no secret; adds, changes and deletes nothing."""

    actions = None
    show_full_result_count = False
    list_per_page = 50

    def get_fields(self, request: HttpRequest, obj: models.Model | None = None) -> list[Any]:
        shown = [field.name for field in self.opts.concrete_fields if not is_secret(field.name)]
        return list(self.fields or [*shown, *self.readonly_fields])

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return bool(request.user.is_active and request.user.is_staff)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        raise PermissionDenied("The admin pages are for reading.")


class TenantAdmin(ReadOnlyAdmin):
    """The read-only pages of a tenant model, across all workspaces; rendered before the scope is left."""

    list_filter = ["workspace"]

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return _across_tenants(super().changelist_view, request, *args, **kwargs)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return _across_tenants(super().changeform_view, request, *args, **kwargs)

    def history_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return _across_tenants(super().history_view, request, *args, **kwargs)


class TenantInline(admin.TabularInline):
    """Rows of a tenant model on the page of their parent: read-only, without secrets."""

    extra = 0
    can_delete = False
    show_change_link = True

    def get_fields(self, request: HttpRequest, obj: models.Model | None = None) -> list[Any]:
        hidden = {"id", "workspace"}
        names = [field.name for field in self.opts.concrete_fields]
        return list(self.fields or [n for n in names if n not in hidden and not is_secret(n)])

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> list[Any]:
        return self.get_fields(request, obj)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return bool(request.user.is_active and request.user.is_staff)

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


def _across_tenants(
    page: Callable[..., Any], request: HttpRequest, *args: Any, **kwargs: Any
) -> HttpResponse:
    with cross_tenant(CrossTenant.ADMIN):
        response = page(request, *args, **kwargs)
        return response.render() if hasattr(response, "render") else response
