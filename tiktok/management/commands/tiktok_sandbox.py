"""`manage.py tiktok_sandbox`: the sandbox with the client credentials of the settings."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from tiktok.sandbox.server import add_arguments, options_from, serve


class Command(BaseCommand):
    help = "Run the TikTok sandbox: a stand-in for TikTok on this machine."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        add_arguments(parser)
        parser.set_defaults(
            client_key=settings.TIKTOK_CLIENT_KEY, client_secret=settings.TIKTOK_CLIENT_SECRET
        )

    def handle(self, *args: Any, **options: Any) -> None:
        serve(options_from(options))
