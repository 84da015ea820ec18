"""The scheduler app: connects its receivers to the news from below."""

from __future__ import annotations

from django.apps import AppConfig


class SchedulerConfig(AppConfig):
    name = "scheduler"

    def ready(self) -> None:
        from scheduler import receivers  # noqa: F401  connects the signal handlers
