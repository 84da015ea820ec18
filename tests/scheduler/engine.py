"""Drives the engine in this process, one claimed step at a time, as the tasks do it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any

from django.db import connection

from accounts.tenancy import workspace_scope
from scheduler import commit, dispatch, publishing
from scheduler.clock import Clock, database_now
from scheduler.clockwork import Clockwork
from scheduler.lanes import WakeUp
from scheduler.lease import Lease
from scheduler.models import Lane, Post, PostEvent, PublishAttempt
from scheduler.states import NextStep


class OneConnectionEach(Clockwork):
    """The real event loop; each piece of database work closes its connection, so that test databases can go."""

    async def in_thread(self, work: Callable[[], Any]) -> Any:
        def and_close() -> Any:
            try:
                return work()
            finally:
                connection.close()

        return await super().in_thread(and_close)


@cache
def loop() -> OneConnectionEach:
    return OneConnectionEach()


def make_due(post: Post) -> None:
    """Bring the next step forward to now; the step itself still looks at the due time."""
    with workspace_scope(post.workspace_id):
        Post.objects.filter(workspace_id=post.workspace_id, pk=post.pk).update(next_step_at=database_now())
        Lane.objects.filter(workspace_id=post.workspace_id, account_id=post.account_id).update(
            next_at=database_now(), starts_at=None
        )


def take_step(post: Post) -> Post:
    """Claim the post and take its next step now, as the tasks do; returns it as it stands then."""
    make_due(post)
    wake_ups = dispatch.claim_post(post.pk)
    assert [wake_up.post_id for wake_up in wake_ups] == [post.pk], wake_ups
    follow(wake_ups[0])
    return fresh(post)


def follow(wake_up: WakeUp) -> None:
    """Do what a worker does with this wake-up."""
    if wake_up.step == NextStep.COMMIT:
        loop().spawn(commit.commit_all(loop(), [wake_up])).result(60)
        return
    with workspace_scope(wake_up.workspace_id):
        lease = Lease.take(wake_up)
        assert lease is not None
        try:
            publishing.take_step(lease, Clock.measure())
        finally:
            lease.leave_lane()


def run(post: Post, *, until: set[str], steps: int = 30) -> Post:
    """Take steps until the post has one of these statuses; fails after too many."""
    for _ in range(steps):
        post = take_step(post)
        if post.status in until:
            return post
    raise AssertionError(f"still {post.status} (hold {post.hold!r}) after {steps} steps: {story(post)}")


def publish(post: Post) -> Post:
    """Run until TikTok has said something final."""
    return run(post, until={"published", "failed", "needs_check", "missed"}, steps=200)


def fresh(post: Post) -> Post:
    with workspace_scope(post.workspace_id):
        return Post.objects.select_related("account", "media", "workspace").get(
            workspace_id=post.workspace_id, pk=post.pk
        )


def story(post: Post) -> list[tuple[str, str]]:
    """The timeline as (kind, what it is about)."""
    with workspace_scope(post.workspace_id):
        lines = PostEvent.objects.filter(workspace_id=post.workspace_id, post=post)
        return [(line.kind, line.status_to or line.reason or line.code) for line in lines]


def attempts(post: Post) -> list[PublishAttempt]:
    with workspace_scope(post.workspace_id):
        return list(
            PublishAttempt.objects.filter(workspace_id=post.workspace_id, post=post).order_by("number")
        )


def age(post: Post, by: timedelta) -> None:
    """Make everything that happened to the post this much older."""
    with workspace_scope(post.workspace_id):
        for attempt in attempts(post):
            for name in ("commit_intent_at", "last_byte_at", "upload_expires_at", "checked_at"):
                if getattr(attempt, name):
                    setattr(attempt, name, getattr(attempt, name) - by)
            attempt.save()
        row = Post.objects.get(workspace_id=post.workspace_id, pk=post.pk)
        for name in ("due_at", "published_at"):
            if getattr(row, name):
                setattr(row, name, getattr(row, name) - by)
        row.save()
