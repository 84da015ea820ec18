"""Numbers as if they had been counted: published posts with their public ids, and measurements of any age."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import User
from accounts.tenancy import workspace_scope
from scheduler.clock import database_now
from scheduler.models import AccountNumbers, Post, PostNumbers
from tests.factories import make_media, make_post
from tests.scheduler.rows import attempt
from tiktok.models import TikTokAccount


def published(
    account: TikTokAccount, by: User, *, ago: timedelta, ids: tuple[str, ...] = ("71",), **fields
) -> Post:
    """A post that went out so long ago and that TikTok knows by these public ids."""
    media = fields.pop("media", None) or make_media(account.workspace)
    post = make_post(account, media, by, due_in=-ago, **fields)
    attempt(post, ago=ago, post_ids=list(ids))
    with workspace_scope(post.workspace_id):
        Post.objects.filter(pk=post.pk).update(
            status="published", published_at=database_now() - ago, next_step_at=None
        )
        post.refresh_from_db()
    return post


def measure(
    post: Post,
    *counts: int | None,
    ago: timedelta = timedelta(0),
    video_id: str = "71",
    at: datetime | None = None,
) -> None:
    """Views, likes, comments, shares of one video so long ago; without any, TikTok did not show it."""
    names = ("views", "likes", "comments", "shares")
    with workspace_scope(post.workspace_id):
        PostNumbers.objects.create(
            workspace_id=post.workspace_id,
            post=post,
            video_id=video_id,
            measured_at=at or database_now() - ago,
            is_shown=bool(counts),
            **dict(zip(names, counts, strict=False)),
        )


def measure_account(
    account: TikTokAccount, followers: int | None, *, ago: timedelta = timedelta(0), **counts
) -> None:
    """Its followers so long ago."""
    with workspace_scope(account.workspace_id):
        AccountNumbers.objects.create(
            workspace_id=account.workspace_id,
            account=account,
            measured_at=database_now() - ago,
            followers=followers,
            **counts,
        )
