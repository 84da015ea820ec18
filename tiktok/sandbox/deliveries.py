"""One webhook on its way: an event as the app will get it, with when it is tried next."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Delivery:
    """`body` is the exact text that is signed. Times are epoch seconds; `order` counts up over all deliveries."""

    order: int
    creator: str
    event: str
    body: str
    created_at: float
    next_at: float
    attempts: int = 0
    wrong_signature: bool = False

    def put_off(self, now: float, *, base: float, give_up: float) -> bool:
        """After a failure: again later, twice as long as before; False where its time is over (12.1)."""
        self.attempts += 1
        self.next_at = now + base * 2 ** (self.attempts - 1)
        return self.next_at - self.created_at <= give_up
