"""Let publishing go on; after a restored backup, settle first what may be live already (R-90)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.tenancy import CrossTenant, cross_tenant
from scheduler import restores, switches
from scheduler.management.commands.pause_publishing import find_workspace
from scheduler.models import Installation
from scheduler.states import Reason


class Command(BaseCommand):
    help = "Let publishing go on. After a restore, shows what has to be settled, and settles it with --yes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--workspace", metavar="SLUG", help="Resume this workspace only.")
        parser.add_argument(
            "--yes", action="store_true", help="After a restore: hand the posts shown to people, then resume."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if slug := options["workspace"]:
            changed = switches.resume_workspace(workspace=find_workspace(slug), by=None)
            self.stdout.write(f"Publishing goes on in {slug}." if changed else f"{slug} was not paused.")
        elif Installation.read().paused_why == Reason.RESTORED:
            self._after_restore(settle=options["yes"])
        else:
            changed = switches.resume_all()
            self.stdout.write("Publishing goes on." if changed else "Publishing was not paused.")

    def _after_restore(self, *, settle: bool) -> None:
        with cross_tenant(CrossTenant.RESTORE):
            self._show(restores.find_gap())
        if not settle:
            self.stdout.write("Nothing was changed. Run this again with --yes to settle it and resume.")
            return
        settled = restores.resume()
        self.stdout.write(f"{len(settled.posts)} posts wait for a person's answer. Publishing goes on.")

    def _show(self, gap: restores.Gap) -> None:
        since = f"{gap.since:%Y-%m-%d %H:%M:%S} UTC" if gap.since else "an unknown time"
        self.stdout.write(f"The backup is of {since}; publishing stopped {gap.until:%Y-%m-%d %H:%M:%S} UTC.")
        self.stdout.write(f"Posts that were due by then and may be live ({len(gap.posts)}):")
        for post in gap.posts:
            name = post.account.display_name if post.account else ""
            self.stdout.write(f"  {post.workspace.slug}  {post.due_at:%Y-%m-%d %H:%M}  {name}  {post.pk}")
        self.stdout.write(f"Connections whose tokens were renewed since, to reconnect ({len(gap.accounts)}):")
        for account in gap.accounts:
            self.stdout.write(f"  {account.workspace.slug}  {account.display_name} {account.handle}")
