"""Has this worker been told to stop?

Celery waits for the tasks in hand after SIGTERM (a "warm" stop; its time-outs are for other signals and do not
reach a pool of threads), and whoever sent the signal kills what is still there after 30 s. So a long step asks here
and ends early: between two chunks, or instead of sleeping until an instant. `config/workers.py` says when.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

_stop = threading.Event()


def stopping() -> bool:
    """Whether the process is on its way out: finish the piece in hand, begin no other."""
    return _stop.is_set()


def wait_stopping(timeout: float) -> bool:
    """Sleep for so many seconds, or until the process shall stop; True in that case."""
    return _stop.wait(timeout)


def on_stop(callback: Callable[[], object]) -> None:
    """Call this once, from a thread of its own, as soon as the process shall stop.

    Never from the signal handler itself, which may have interrupted whoever holds the lock that is wanted here. An
    event loop passes `functools.partial(loop.call_soon_threadsafe, …)`.
    """

    def await_the_stop() -> None:
        _stop.wait()
        callback()

    threading.Thread(target=await_the_stop, name="await-the-stop", daemon=True).start()


def begin() -> None:
    """Tell everybody in this process that it is going to stop; a second time changes nothing."""
    _stop.set()
