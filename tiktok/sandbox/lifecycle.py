"""The turns in a publish's life, each with all that follows from it; every one is on disk before it is answered."""

from __future__ import annotations

import time
from collections.abc import Mapping

from . import posts
from .context import Sandbox
from .creators import PUBLIC
from .faults import FaultKind, take_outcome
from .publishes import Post, Publish


def begin(sandbox: Sandbox, publish: Publish) -> None:
    """An init was accepted."""
    sandbox.activity.began(publish)
    sandbox.store.save_publish(publish)


def commit(sandbox: Sandbox, publish: Publish, *, at_ns: int) -> None:
    """TikTok will make something of it: the last byte of an upload arrived, or the init of what it fetches itself."""
    settings, faults = sandbox.store.state.settings, sandbox.store.state.faults
    publish.committed_at_ns = at_ns
    publish.processing_seconds = settings.processing_seconds
    publish.moderation_seconds = settings.moderation_seconds
    fault = take_outcome(faults, publish.creator) if faults else None
    if fault is not None:
        publish.stuck = fault.kind == FaultKind.STUCK
        publish.fail_reason = fault.fail_reason if fault.kind == FaultKind.FAIL else ""
        sandbox.store.save_faults()
    if publish.fail_reason:
        sandbox.activity.ended(publish)
    sandbox.activity.committed(publish)
    sandbox.commits.append((publish.publish_id, publish.caption, at_ns))
    if publish.by_pull:
        sandbox.store.save_publish(publish)
    else:
        complete(sandbox, publish)


def complete(sandbox: Sandbox, publish: Publish) -> None:
    """Every byte is there: from here on only time passes."""
    ready = posts.processed_at(publish)
    if ready is not None and not publish.inbox and not publish.fail_reason:
        creator = sandbox.store.state.creators[publish.creator]
        posts.finish(publish, creator, at=ready, privacy_level=publish.privacy_level)
    _changed(sandbox, publish)


def fail(sandbox: Sandbox, publish: Publish, reason: str) -> None:
    """It will never be a post. A fetch that had not ended is over."""
    publish.fail_reason, publish.stuck = reason, False
    if publish.by_pull and publish.pulled_at is None:
        publish.pulled_at = time.time()
        publish.processing_seconds = 0.0
    sandbox.activity.ended(publish)
    _changed(sandbox, publish)


def finish_draft(sandbox: Sandbox, publish: Publish, *, privacy_level: str = "") -> Post:
    """The creator posts a draft from the app, with an audience of their own choice; it may be done again."""
    creator = sandbox.store.state.creators[publish.creator]
    post = posts.finish(publish, creator, at=time.time(), privacy_level=privacy_level)
    sandbox.activity.ended(publish)
    _changed(sandbox, publish)
    return post


def hide(sandbox: Sandbox, publish: Publish) -> None:
    """The creator makes its posts private, or TikTok takes them down."""
    for post in publish.posts:
        post.hidden_at = time.time()
    _changed(sandbox, publish)


def show(sandbox: Sandbox, publish: Publish) -> None:
    """The creator makes its posts public, whatever audience was chosen before."""
    for post in publish.posts:
        post.privacy_level, post.hidden_at, post.shown_at = PUBLIC, None, time.time()
    _changed(sandbox, publish)


def count(sandbox: Sandbox, publish: Publish, counts: Mapping[str, int]) -> None:
    """So many have watched, liked, commented or shared each of its posts by now. No app is told."""
    for post in publish.posts:
        vars(post).update(counts)
    sandbox.store.save_publish(publish)


def _changed(sandbox: Sandbox, publish: Publish) -> None:
    sandbox.store.save_publish(publish)
    sandbox.herald.watch(publish)
