"""The accounts app, and the admin site that stands behind its sign-in."""

from __future__ import annotations

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class AccountsConfig(AppConfig):
    name = "accounts"
    default = True

    def ready(self) -> None:
        from accounts import devices, proof, sign_in_news  # noqa: F401 - their receivers


class OncueAdminConfig(admin_apps.AdminConfig):
    """Stands in `INSTALLED_APPS` for `django.contrib.admin`."""

    default = False
    default_site = "accounts.admin_site.OncueAdminSite"
