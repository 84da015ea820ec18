"""The one task that does nothing: taking it is the sign of life of a worker whose queues are often empty."""

from __future__ import annotations

from celery import shared_task

from accounts.tasks import Queue, SweepTask


@shared_task(base=SweepTask, waits_in=Queue.MEDIA, name="config.be_seen")
def be_seen() -> None:
    """Woken by beat; `config/heartbeat.py` notes that it was taken."""
