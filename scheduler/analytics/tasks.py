"""Thin Celery wrapper of the round that beat wakes each minute; hardly ever is anybody's turn in it."""

from __future__ import annotations

from celery import shared_task

from accounts.tasks import Queue, SweepTask
from scheduler.analytics import turns
from tiktok import wiring


@shared_task(base=SweepTask, waits_in=Queue.UPKEEP, name="scheduler.count_numbers")
def count_numbers() -> None:
    """Ask TikTok what posts and accounts have earned. What a round misses, the next one does."""
    if wiring.is_configured():
        turns.take_turns()
