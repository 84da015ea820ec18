"""A creator at the sandbox, posts that are live there, and the round that counts them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest

from accounts.tenancy import CrossTenant, cross_tenant, workspace_scope
from scheduler.analytics import turns
from scheduler.clock import database_now
from scheduler.models import AccountNumbers, Post, PostNumbers, Reading
from tests.scheduler import engine
from tiktok.models import TikTokAccount


@pytest.fixture
def publish(studio: SimpleNamespace) -> Callable[..., Post]:
    """A post that went through the engine, is live at the sandbox and known by its public id."""

    def do(*, ago: timedelta = timedelta(0), **fields: object) -> Post:
        post = engine.publish(studio.post(**fields))
        if ago:
            engine.age(post, ago)
        return engine.fresh(post)

    return do


def id_of(post: Post) -> str:
    """Its public id."""
    [attempt] = engine.attempts(post)
    [video_id] = attempt.post_ids
    return str(video_id)


def count_at_tiktok(studio: SimpleNamespace, post: Post, **counts: int) -> None:
    """So many have watched, liked, commented or shared it by now."""
    [attempt] = engine.attempts(post)
    studio.tiktok.control(publishes=[{"publish_id": attempt.publish_id, "do": "count", "counts": counts}])


def round_now() -> int:
    """It is everybody's turn; returns how many accounts had one."""
    with cross_tenant(CrossTenant.SEED):
        Reading.objects.update(next_at=database_now())
    return turns.take_turns()


def numbers_of(post: Post) -> list[PostNumbers]:
    with workspace_scope(post.workspace_id):
        return list(PostNumbers.objects.filter(post=post).order_by("measured_at"))


def account_numbers(account: TikTokAccount) -> list[AccountNumbers]:
    with workspace_scope(account.workspace_id):
        return list(AccountNumbers.objects.filter(account=account).order_by("measured_at"))


def reading_of(account: TikTokAccount) -> Reading:
    with workspace_scope(account.workspace_id):
        return Reading.objects.get(account=account)
