"""What every worker does at its start, when it is ready, and when it is told to stop: Celery's signals, wired."""

from __future__ import annotations

import gc
import resource
from typing import Any

from celery.signals import (
    task_postrun,
    task_prerun,
    worker_init,
    worker_ready,
    worker_shutdown,
    worker_shutting_down,
)

from config import env

LAST_SECONDS = 20.0
"""Of the thirty after SIGTERM: a commit that was intended gets its answer, or its post is asked about later."""


@worker_init.connect
def begin(**_: Any) -> None:
    """Refuse a broker that forgets; take the place that this part has beside the others."""
    from config import broker, priority

    broker.refuse_one_that_evicts()
    _allow_many_connections()
    priority.give_way(env.count("ONCUE_NICE", default=0))


@worker_ready.connect
def be_seen(sender: Any, **_: Any) -> None:
    """`sender` is Celery's consumer. What is loaded by now stays, so the collector need not look at it again."""
    from config.heartbeat import Pulse

    pulse = Pulse(sender.app.amqp.queues.consume_from, sender.pool.limit)
    task_prerun.connect(pulse.task_begins, weak=False)
    task_postrun.connect(pulse.task_ends, weak=False)
    pulse.start()
    gc.collect()
    gc.freeze()


@worker_shutdown.connect
def finish(**_: Any) -> None:
    """Every task has ended; what the event loop is sending may end too, and is on record then."""
    from scheduler.clockwork import drain

    drain(LAST_SECONDS)


@worker_shutting_down.connect
def stop(**_: Any) -> None:
    """Runs inside the signal handler: nothing here may wait."""
    from accounts import shutdown

    shutdown.begin()


def _allow_many_connections() -> None:
    """A burst opens a connection for each post of its instant; the usual limit of files is 1,024."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
