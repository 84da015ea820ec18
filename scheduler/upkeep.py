"""Thin Celery wrapper of the round that beat wakes each minute: news, the mark, copies of recurring posts."""

from __future__ import annotations

from celery import shared_task

from accounts.tasks import Queue, SweepTask
from scheduler import holds, notices, repeating, restores, rezoning, risks, unagreed, watching, zone_moves


@shared_task(base=SweepTask, waits_in=Queue.UPKEEP, name="scheduler.look_after_publishing")
def look_after_publishing() -> None:
    """Tell whoever has not been told, beat the mark, make copies ahead. What a round misses, the next one does."""
    risks.tell_owners()
    holds.tell_owners()
    notices.tell_waiting()
    restores.beat()
    repeating.make_all_ahead()
    unagreed.tell_owners()
    rezoning.follow_rules()
    zone_moves.tell_owners()
    watching.tell_when_it_works()  # last: it waits for TikTok
