"""How many steps may be claimed at once: no more than the workers begin within a lease.

A wake-up that waits longer than its lease is worthless. Where TikTok or the machine is slow, a queue of a fixed length
would serve nobody who stands behind a large workspace. So the limit behaves as TCP's window does: it is halved when
leases run out, and grows while none does. Each process that claims learns it for itself.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

from scheduler.schedule import LEASE

FLOOR = 32
"""As many as one worker's threads: fewer would leave some of them without work."""
GROWS_BY = 16
"""More after each claim that took up no step again."""


@dataclass
class Window:
    """`most` is the operator's limit; `size` what the workers have shown that they can begin."""

    most: int
    size: int = 0
    _cut_at: float = -float("inf")
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.size = self.most

    def note(self, *, again: int) -> None:
        """A claim found so many lanes whose lease had run out. Those of one lease are one event, and cut once."""
        with self._lock:
            if not again:
                self.size = min(self.most, self.size + GROWS_BY)
            elif time.monotonic() - self._cut_at > LEASE.total_seconds():
                self._cut_at = time.monotonic()
                self.size = min(self.most, max(FLOOR, self.size // 2))
