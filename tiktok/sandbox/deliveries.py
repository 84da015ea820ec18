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
    spoilt: str = ""  # the fault that goes with every attempt, if any
