"""The Django app `tiktok`: connected creators and the way to talk to TikTok."""

from __future__ import annotations

from django.apps import AppConfig


class TikTokConfig(AppConfig):
    """Label `tiktok`; rows have UUID keys, so no automatic key field is ever made."""

    name = "tiktok"
    verbose_name = "TikTok"
