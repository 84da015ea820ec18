"""`manage.py up`, behind `make run`: everything on this machine, until Ctrl-C."""

from __future__ import annotations

import argparse
import contextlib
import signal
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.embedded import DidNotStart
from config.supervisor import WEB_PORT, Running, StackError, stack
from config.supervisor.mailbox import Mailbox

ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def interrupt(number: int, frame: FrameType | None) -> None:
    """Turn every ending signal into the one that Python knows; a second one does not wait any longer."""
    raise KeyboardInterrupt


class Command(BaseCommand):
    help = (
        "Start the database, the broker, the TikTok sandbox, the site, the workers and beat; Ctrl-C ends all."
    )
    requires_system_checks = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="the address that the site listens on")
        parser.add_argument(
            "--port", type=int, default=WEB_PORT, help="the site's port, or the next free one"
        )
        parser.add_argument("--no-seed", action="store_true", help="leave the demo workspace out")

    def handle(self, *, host: str, port: int, no_seed: bool, **options: Any) -> None:
        # Set in the open: a shell that starts us with & has SIGINT ignored.
        for number in ENDING_SIGNALS:
            signal.signal(number, interrupt)
        try:
            with stack(host=host, web_port=port, seed=not no_seed, say=self.say) as running:
                self.introduce(running)
                self.watch(running)
        except KeyboardInterrupt:
            self.say("Stopped before everything had ended by itself.")
        except (StackError, DidNotStart) as error:
            raise CommandError(str(error)) from error

    def watch(self, running: Running) -> None:
        """Stay until told to stop; new mail is shown as it comes."""
        mailbox = Mailbox(running.mail_dir)

        def show_mail() -> None:
            for line in mailbox.new_lines():
                self.say(line)

        try:
            running.watch(show_mail)
        except KeyboardInterrupt:
            self.say("Stopping …")

    def introduce(self, running: Running) -> None:
        """Where to go, as whom, and how to end it."""
        rows = {
            "Open": running.base_url,
            "Log in": running.login.replace("\n", "\n             "),
            "TikTok": f"sandbox at {running.sandbox_url}"
            if running.sandbox_url
            else "as the environment says",
            "Data": str(running.state),
            "Logs": str(running.logs_dir),
            "Stop": "Ctrl-C",
        }
        lines = [f"  {title:<10} {value}" for title, value in rows.items() if value]
        self.say("\n".join(["", "Oncue is running.", "", *lines, ""]))

    def say(self, line: str) -> None:
        """A line on the terminal, at once; a terminal that was closed must not keep us from stopping in order."""
        with contextlib.suppress(OSError):
            self.stdout.write(line)
            self.stdout.flush()
