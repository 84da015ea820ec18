"""Beat without a memory: every entry is a plain interval, so there is nothing to remember between two starts.

It differs from Celery's default in more. No file is kept. A tick that cannot be sent is one line of the log
and not a page, once a second for as long as the broker is away. It stops between two ticks: Celery raises
`SystemExit` wherever the signal happens to arrive, which inside a send is swallowed and leaves beat broken.
"""

from __future__ import annotations

import logging
import signal
from pathlib import Path
from typing import Any

from celery import beat
from celery.signals import beat_init

from config import env

log = logging.getLogger(__name__)


class Scheduler(beat.Scheduler):  # type: ignore[misc]
    """Named in `CELERY_BEAT_SCHEDULER`. Touches `ONCUE_PULSE_FILE`, where set, at every tick that was sent."""

    def __init__(self, *args: Any, schedule_filename: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.file = Path(env.text("ONCUE_PULSE_FILE")) if env.is_set("ONCUE_PULSE_FILE") else None

    def adjust(self, n: Any, drift: float = 0.0) -> Any:
        """Sleep until the next entry is due: Celery wakes 10 ms before and spins, half of what beat costs at rest."""
        return n

    def apply_entry(self, entry: Any, producer: Any = None) -> None:
        try:
            self.apply_async(entry, producer=producer, advance=False)
        except beat.SchedulingError as error:
            log.error("%s was not woken: %s", entry.task, error)
            return
        log.debug("%s was woken", entry.task)
        if self.file:
            self.file.touch()


@beat_init.connect
def stop_between_ticks(sender: Any, **_: Any) -> None:
    """Runs after Celery has installed its own handlers, and replaces them."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sender.stop())
