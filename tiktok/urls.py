"""Addresses of connected accounts: workspace pages, and the one callback that TikTok sends browsers to."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
