"""When the engine looks at a post next. Pure arithmetic over the due time; the row stores the result."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

LEASE = timedelta(seconds=15)
"""How long a claimed row is left to its worker; a longer step renews it."""

RENEW_EVERY = 5.0
"""Seconds between renewals inside a long step."""

COMMIT_LEAD = timedelta(seconds=8)
"""A staged post is claimed this early and held to its instant, so that ticks and queues cost no punctuality.

Thousands that are due together take seconds to be read. What a dead worker held is due again a lease after its claim,
so the earlier it was claimed, the less late it goes out.
"""

WARM_LEAD = timedelta(milliseconds=2500)
"""Connections are opened this early: a burst pays no handshakes, and no server has closed them yet."""

INTENT_LEAD = timedelta(milliseconds=60)
INTENT_EACH = timedelta(microseconds=400)
"""The commit intent is written this early, and so much earlier for each post of the same instant.

Until then a person's change wins.
"""

RECHECK_LEAD = timedelta(seconds=60)
"""Creator info is read again this long before the commit (design 4.3)."""

STAGING_FLOOR = timedelta(seconds=85)
STAGING_CEILING = timedelta(minutes=40)
"""The upload URL lives an hour (tiktok-api.md 6.3); the commit must find it alive."""

ASSUMED_BYTES_PER_SECOND = 4_000_000
"""Until a host's own bandwidth is measured: 32 Mbit/s."""

URL_MARGIN = timedelta(minutes=5)
"""An upload URL with less left than this is not trusted with another upload (tiktok-api.md 7.2)."""

SEND_SLICE = 10.0
"""Seconds after which an upload gives its worker to the next one, so that a large file delays nobody's."""

POLL_AFTER = (5, 10, 20, 30)
POLL_EVERY = 60
POLL_SLOWLY_AFTER = timedelta(hours=2)
POLL_SLOWLY_EVERY = 15 * 60
GIVE_UP_AFTER = timedelta(hours=24)
"""Seconds between status fetches (tiktok-api.md 9.2); after a day without a word a person decides."""

LINK_AFTER = (60, 15 * 60)
LINK_EVERY = 3600
LINK_SLOWLY_AFTER = timedelta(hours=24)
LINK_SLOWLY_EVERY = 6 * 3600
LINK_GIVE_UP_AFTER = timedelta(days=7)
"""Seconds between looks for a public post id that comes after moderation, and for its link (tiktok-api.md 9.2); both
periods begin anew with each id that TikTok tells.
"""

HOLD_LOOKS_AGAIN = timedelta(minutes=10)
"""A held post is released by news, and looked at this often in case the news was lost."""

TROUBLE_AFTER = (5, 15, 45, 120, 300)
MAX_TROUBLES = 8
"""Seconds between tries after trouble that may pass by itself, and how many in a row before we stop."""


def first_step_at(due_at: datetime, size: int) -> datetime:
    """When sending ahead begins: early enough for the whole file, late enough for the URL's hour."""
    if not settings.STAGE_UPLOADS:
        return due_at - COMMIT_LEAD
    needed = timedelta(seconds=1.5 * size / ASSUMED_BYTES_PER_SECOND)
    return due_at - min(STAGING_FLOOR + needed, STAGING_CEILING)


def commit_at(due_at: datetime) -> datetime:
    """When a staged post is handed to the clock."""
    return due_at - COMMIT_LEAD


def intent_lead(posts: int) -> timedelta:
    return INTENT_LEAD + posts * INTENT_EACH


def poll_delay(polls: int, since_commit: timedelta) -> timedelta:
    if since_commit > POLL_SLOWLY_AFTER:
        return timedelta(seconds=POLL_SLOWLY_EVERY)
    return timedelta(seconds=POLL_AFTER[polls] if polls < len(POLL_AFTER) else POLL_EVERY)


def link_delay(polls: int, since_news: timedelta = timedelta(0)) -> timedelta:
    """`since_news`: since the post was published, or since TikTok told an id of it."""
    if since_news > LINK_SLOWLY_AFTER:
        return timedelta(seconds=LINK_SLOWLY_EVERY)
    return timedelta(seconds=LINK_AFTER[polls] if polls < len(LINK_AFTER) else LINK_EVERY)


def trouble_delay(troubles: int) -> timedelta:
    return timedelta(seconds=TROUBLE_AFTER[min(troubles, len(TROUBLE_AFTER) - 1)])


def no_sooner(delay: timedelta, advice: int | None) -> timedelta:
    """`delay`, or as many seconds as TikTok asks to wait (`Retry-After`, tiktok-api.md 14), where that is longer."""
    return max(delay, timedelta(seconds=advice or 0))
