"""How often and how much: requests per minute and token, posts per creator and day, creators per app and day."""

from __future__ import annotations

from collections import defaultdict, deque

from .activity import Activity
from .creators import Creator
from .endpoints import Endpoint
from .state import Settings

MINUTE = 60.0
UNAUDITED_USERS = 5  # contract section 14

# Requests per minute and access token (contract section 14).
PER_MINUTE: dict[Endpoint, int] = {
    Endpoint.VIDEO_INIT: 6,
    Endpoint.INBOX_INIT: 6,
    Endpoint.PHOTO_INIT: 6,
    Endpoint.CREATOR_INFO: 20,
    Endpoint.STATUS: 30,
    Endpoint.USER_INFO: 600,
    Endpoint.VIDEO_LIST: 600,
    Endpoint.VIDEO_QUERY: 600,
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


def posting_refusal(creator: Creator, activity: Activity, *, settings: Settings, now: float) -> str | None:
    """The code that keeps this creator from posting now, or None; creator info and init both ask (5, 6.4)."""
    if creator.banned:
        return "spam_risk_user_banned_from_posting"
    posted = activity.posted(creator.username, now)
    if creator.capped or (creator.daily_cap is not None and posted >= creator.daily_cap):
        return "spam_risk_too_many_posts"
    cap = settings.active_user_cap or (UNAUDITED_USERS if settings.unaudited else None)
    is_new = not activity.is_active(creator.username)
    if cap is not None and is_new and activity.active_creators(now) >= cap:
        return "reached_active_user_cap"
    return None


def draft_refusal(creator: Creator, activity: Activity, *, settings: Settings, now: float) -> str | None:
    """The code that keeps drafts from this creator's inbox, or None (6.4, columns I and P)."""
    if creator.banned:
        return "spam_risk_user_banned_from_posting"
    if settings.pending_cap is not None and activity.pending(creator.username, now) >= settings.pending_cap:
        return "spam_risk_too_many_pending_share"
    return None
