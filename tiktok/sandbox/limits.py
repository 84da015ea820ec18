"""How often and how much: requests per minute and token, posts per creator and day, creators per app and day."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable

from .creators import Creator
from .endpoints import Endpoint
from .posts import NS, will_be_post
from .state import DAY, Publish, Settings

MINUTE = 60.0
UNAUDITED_USERS = 5  # contract section 14

# Requests per minute and access token (contract section 14).
PER_MINUTE: dict[Endpoint, int] = {
    Endpoint.VIDEO_INIT: 6,
    Endpoint.CREATOR_INFO: 20,
    Endpoint.STATUS: 30,
    Endpoint.USER_INFO: 600,
}


class RateLimits:
    """Sliding minutes, one per endpoint and access token, in memory: a restart forgives."""

    def __init__(self) -> None:
        self._taken: defaultdict[tuple[Endpoint, str], deque[float]] = defaultdict(deque)

    def allows(self, endpoint: Endpoint, token: str, *, now: float, settings: Settings) -> bool:
        """Whether one more request fits into the minute before `now`; it is counted only if it does."""
        limit = settings.limits.get(endpoint, PER_MINUTE.get(endpoint))
        if limit is None:
            return True
        taken = self._taken[endpoint, token]
        while taken and taken[0] <= now - MINUTE:
            taken.popleft()
        if len(taken) >= limit:
            return False
        taken.append(now)
        return True

    def clear(self) -> None:
        self._taken.clear()


def posting_refusal(
    creator: Creator, publishes: Iterable[Publish], *, settings: Settings, now: float
) -> str | None:
    """The code that keeps this creator from posting now, or None; creator info and init both ask (5, 6.4)."""
    if creator.banned:
        return "spam_risk_user_banned_from_posting"
    recent = [publish for publish in publishes if _committed_within_a_day(publish, now)]
    posted = sum(publish.creator == creator.username for publish in recent)
    if creator.capped or (creator.daily_cap is not None and posted >= creator.daily_cap):
        return "spam_risk_too_many_posts"
    active = {publish.creator for publish in recent}
    cap = settings.active_user_cap or (UNAUDITED_USERS if settings.unaudited else None)
    if cap is not None and creator.username not in active and len(active) >= cap:
        return "reached_active_user_cap"
    return None


def _committed_within_a_day(publish: Publish, now: float) -> bool:
    return will_be_post(publish) and (publish.committed_at_ns or 0) / NS > now - DAY
