"""Which process gives way when the processor is short: everything but the clock.

A post held to its instant needs a fraction of a millisecond, but needs it then. `nice` alone is not enough: Linux
weighs sessions against each other first ("autogroup"), and each part is a session of its own, so that weight is
lowered as well. In a container the weight of the container decides (`cpu_shares` in docker-compose.yml).
"""

from __future__ import annotations

import logging
import os
from pathlib import Path

log = logging.getLogger(__name__)
AUTOGROUP = Path("/proc/self/autogroup")


def give_way(niceness: int) -> None:
    """Lower this process's priority, and that of whatever it starts, by 0 (not at all) to 19."""
    if niceness <= 0:
        return
    os.nice(niceness)
    try:
        AUTOGROUP.write_text(str(niceness))
    except OSError as error:  # no such thing here, or not ours to set
        log.info("The session's own weight stays as it is: %s", error)
