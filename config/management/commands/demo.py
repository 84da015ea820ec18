"""`manage.py demo`: the headless journey on a stack of its own; exit code 0 only if it ends as promised."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config import env
from config.demo import judge
from config.demo.journey import JourneyFailed
from config.supervisor import StackError, stack, temporary_state


class Command(BaseCommand):
    help = "Sign up, connect, upload, schedule, and see the post on the creator's page, once."
    requires_system_checks: list[str] = []

    def handle(self, **options: Any) -> None:
        port = env.port_of("PUBLIC_BASE_URL")
        try:
            with temporary_state() as state, stack(data_dir=state, web_port=port, say=self.say) as running:
                verdict = judge.run(running, self.say)
        except (JourneyFailed, StackError) as failure:
            raise CommandError(f"demo failed: {failure}") from failure
        if not verdict.passed:
            raise CommandError(f"demo failed: {verdict.sentence}")
        self.say(f"demo passed: {verdict.sentence}")

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
