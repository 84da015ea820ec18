"""The operator's kill switch: nothing more goes to TikTok, from any worker, within seconds."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Workspace
from scheduler import restores, switches


class Command(BaseCommand):
    help = "Stop publishing everywhere, or in one workspace, until resume_publishing."

    def add_arguments(self, parser: CommandParser) -> None:
        where = parser.add_mutually_exclusive_group()
        where.add_argument("--workspace", metavar="SLUG", help="Stop this workspace only.")
        where.add_argument(
            "--restored",
            action="store_true",
            help="The database and the media were restored from a backup: what was due may be live already.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if slug := options["workspace"]:
            switches.pause_workspace(workspace=find_workspace(slug), by=None)
        elif options["restored"]:
            restores.pause()
        else:
            switches.pause_all()
        self.stdout.write(f"Publishing is paused {f'in {slug}' if slug else 'everywhere'}.")


def find_workspace(slug: str) -> Workspace:
    """That workspace. Raises CommandError where there is none."""
    workspace = Workspace.objects.filter(slug=slug).first()
    if workspace is None:
        raise CommandError(f"There is no workspace {slug!r}.")
    return workspace
