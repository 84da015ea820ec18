"""`manage.py reencrypt_tokens`: seal every secret with the newest key, so that an old one can be dropped (R-23)."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tiktok import rotation, second_step


class Command(BaseCommand):
    """Safe to interrupt and to run again, and beside a running install."""

    help = "Seal every stored secret with the newest key of TOKEN_ENCRYPTION_KEYS. Run it after adding a key."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Count only; write nothing.")
        parser.add_argument("--batch", type=int, default=200, help="Rows read at a time (200).")

    def handle(self, *args: Any, dry_run: bool, batch: int, **options: Any) -> None:
        total = rotation.Count()
        for model, name in rotation.sealed_columns():
            count = rotation.reseal(model, name, batch=batch, dry_run=dry_run)
            self.stdout.write(f"{model._meta.label}.{name}: {count}")
            total += count
        count = second_step.reseal(batch=batch, dry_run=dry_run)
        self.stdout.write(f"Two-step verification: {count}")
        total += count
        self.stdout.write(f"All: {total}{' (dry run, nothing written)' if dry_run else ''}")
        if total.unreadable:
            raise CommandError(f"{total.unreadable} values open with no key of the ring. Keep the old keys.")
