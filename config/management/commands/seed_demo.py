"""`manage.py seed_demo`: fill the demo workspace once, and say how to log in."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.demo import seed


class Command(BaseCommand):
    help = "Make the demo workspace on the TikTok sandbox, once; prints the login every time."

    def handle(self, **options: Any) -> None:
        try:
            self.stdout.write(seed.seed())
        except seed.NotTheSandbox as refusal:
            raise CommandError(str(refusal)) from refusal
