"""`manage.py end_connections`: no token stays here, and TikTok is told that each is over (R-29).

For a leaked client secret or database. `pause_publishing` is the smaller step: it keeps everything connected.
"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Workspace
from accounts.tenancy import workspace_scope
from tiktok import connections
from tiktok.models import AccountStatus, PendingConnection, TikTokAccount


class Command(BaseCommand):
    """Safe to interrupt and to run again."""

    help = "Delete all TikTok tokens, here or of one workspace, and revoke them. Each account must be connected again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--workspace", metavar="SLUG", help="Of this workspace only.")
        parser.add_argument("--yes", action="store_true", help="Do not ask.")

    def handle(self, *args: Any, workspace: str | None, yes: bool, **options: Any) -> None:
        rows = Workspace.objects.order_by("pk")
        chosen = list(rows.filter(slug=workspace) if workspace else rows)
        if not chosen:
            raise CommandError(
                f"There is no workspace {workspace!r}." if workspace else "There is no workspace."
            )
        if not yes and input(f"End all connections of {_named(workspace)}? Type yes: ").strip() != "yes":
            raise CommandError("Nothing was changed.")
        ended = sum(_end_all(each) for each in chosen)
        self.stdout.write(
            f"{ended} connection{'' if ended == 1 else 's'} of {_named(workspace)} ended; their posts are on hold. "
            "TikTok is told from the outbox while the workers run, for 24 hours."
        )


def _named(workspace: str | None) -> str:
    return workspace or "all workspaces"


def _end_all(workspace: Workspace) -> int:
    """How many were ended, with those that wait for their last yes."""
    with workspace_scope(workspace):
        live = list(TikTokAccount.objects.exclude(status=AccountStatus.DISCONNECTED))
        waiting = list(PendingConnection.objects.all())
        for account in live:
            connections.disconnect(account=account, by=None)
        for pending in waiting:
            connections.discard(pending)
    return len(live) + len(waiting)
