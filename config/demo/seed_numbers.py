"""What the demo's posts have earned so far, as the rounds of `scheduler.analytics` would have counted it.

The sandbox knows none of these posts, so it would tell of none: the last count is recent, and the next a day away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from math import sqrt

from config.demo.seed_posts import FERN, LUNA
from scheduler.models import AccountNumbers, Post, PostNumbers, PublishAttempt
from scheduler.states import Stage
from tiktok.models import TikTokAccount

AUDIENCE = {LUNA: 20_480, FERN: 7_315}
"""Followers by creator; the third one posts for followers only, whom TikTok does not count in public."""

COUNTED_BEFORE = timedelta(minutes=12)
DAYS = 28


def make_numbers(accounts: Iterable[TikTokAccount], *, now: datetime) -> None:
    """Counts of the live public posts of these accounts, hour by hour for a day, then daily; and of the accounts."""
    now -= COUNTED_BEFORE
    for account in accounts:
        attempts = PublishAttempt.objects.filter(account=account, stage=Stage.LIVE).exclude(post_ids=[])
        for attempt in attempts.select_related("post"):
            PostNumbers.objects.bulk_create(_of_post(attempt.post, attempt.post_ids[0], now))
        if account.username in AUDIENCE:
            AccountNumbers.objects.bulk_create(_of_account(account, AUDIENCE[account.username], now))


def _of_post(post: Post, video_id: str, now: datetime) -> Iterator[PostNumbers]:
    """Quick at first, then ever slower; the longer the caption the more are curious."""
    begun = post.published_at or now
    whole_hours = [*range(1, 24), *range(24, DAYS * 24, 24)]
    moments = [begun + timedelta(hours=hours) for hours in whole_hours]
    for at in [*(moment for moment in moments if moment < now), now]:
        hours = (at - begun) / timedelta(hours=1)
        views = int(len(post.caption) * 46 * sqrt(max(hours, 0)))
        counts = {"views": views, "likes": views // 11, "comments": views // 83, "shares": views // 140}
        yield PostNumbers(
            workspace_id=post.workspace_id,
            post=post,
            video_id=video_id,
            measured_at=at,
            is_shown=True,
            **counts,
        )


def _of_account(account: TikTokAccount, followers: int, now: datetime) -> Iterator[AccountNumbers]:
    for day in range(DAYS, -1, -1):
        lost = day * followers // 900 + (day % 5) * 7
        yield AccountNumbers(
            workspace_id=account.workspace_id,
            account=account,
            measured_at=now - timedelta(days=day),
            followers=followers - lost,
            following=87,
            likes=followers * 15 - lost * 9,
            videos=84 - day // 3,
        )
