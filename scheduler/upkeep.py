"""Thin Celery wrapper of the round that beat wakes each minute: news for people, and the mark against restores."""

from __future__ import annotations

from celery import shared_task

from accounts.tasks import Queue, SweepTask
from scheduler import holds, notices, restores, risks
from scheduler.operators import mail_operator

__all__ = ["look_after_publishing", "mail_operator"]


@shared_task(base=SweepTask, waits_in=Queue.UPKEEP, name="scheduler.look_after_publishing")
def look_after_publishing() -> None:
    """Tell whoever has not been told, and beat the mark. A round that fails is made up for by the next."""
    risks.tell_owners()
    holds.tell_owners()
    notices.tell_waiting()
    restores.beat()
