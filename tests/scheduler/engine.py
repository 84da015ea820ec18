"""Drives the engine in this process, one claimed step at a time, as the tasks do it."""

from __future__ import annotations

from datetime import timedelta

from accounts.tenancy import workspace_scope
from scheduler import dispatch, publishing
from scheduler.clock import Clock, database_now
from scheduler.lease import Lease
from scheduler.models import Post, PostEvent, PublishAttempt


def make_due(post: Post) -> None:
    """Bring the next step forward to now; the step itself still looks at the due time."""
    with workspace_scope(post.workspace_id):
        Post.objects.filter(workspace_id=post.workspace_id, pk=post.pk).update(next_step_at=database_now())


def take_step(post: Post) -> Post:
    """Claim the post and take its next step now; returns it as it stands then."""
    make_due(post)
    wake_up = dispatch.claim_post(post.pk)
    assert wake_up is not None
    with workspace_scope(post.workspace_id):
        lease = Lease.take(post.pk, wake_up.fence)
        assert lease is not None
        publishing.take_step(lease, Clock.measure())
    return fresh(post)


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
