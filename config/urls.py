"""Every address of the site: one include per app, workspace pages under `w/<slug>/`."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

handler500 = "config.outages.server_error"
urlpatterns = [
    path("", include("config.health")),
    path("", include("config.service_status")),
    path("", include("config.components")),
    path("", include("scheduler.urls")),
    path("", include("tiktok.urls")),
    path("", include("accounts.urls")),
    path("admin/", admin.site.urls),
]
