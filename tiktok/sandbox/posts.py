"""What a publish has become by a given moment: pure, so time passes for it even while the sandbox is down."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from enum import StrEnum

from .creators import PUBLIC, Creator
from .publishes import Post, Publish


class Status(StrEnum):
    """The values of contract section 9."""

    PROCESSING_UPLOAD = "PROCESSING_UPLOAD"  # FILE_UPLOAD: bytes missing, or all here and not processed yet
    PROCESSING_DOWNLOAD = "PROCESSING_DOWNLOAD"  # the same for PULL_FROM_URL
    SEND_TO_USER_INBOX = "SEND_TO_USER_INBOX"  # a draft that its creator has not finished yet
    PUBLISH_COMPLETE = "PUBLISH_COMPLETE"
    FAILED = "FAILED"


PROCESSING = frozenset({Status.PROCESSING_UPLOAD, Status.PROCESSING_DOWNLOAD})


def status_of(publish: Publish, now: float) -> Status:
    """Where this publish stands at `now` (epoch seconds). A stuck one never leaves processing."""
    ready = processed_at(publish)
    if ready is None or publish.stuck or now < ready:
        return Status.PROCESSING_DOWNLOAD if publish.by_pull else Status.PROCESSING_UPLOAD
    if publish.fail_reason:
        return Status.FAILED
    return Status.PUBLISH_COMPLETE if publish.posts else Status.SEND_TO_USER_INBOX


def processed_at(publish: Publish) -> float | None:
    """When TikTok is done with it, or None while bytes are missing."""
    complete = publish.complete_at
    return None if complete is None else complete + publish.processing_seconds


def posts_of(publish: Publish, now: float) -> list[Post]:
    """What is on the profile because of it: accepted, processed and not failed."""
    return publish.posts if status_of(publish, now) is Status.PUBLISH_COMPLETE else []


def is_draft(publish: Publish, now: float) -> bool:
    """Whether it lies in its creator's inbox. It stays there when it is finished: that may be done again."""
    return publish.inbox and status_of(publish, now) in (Status.SEND_TO_USER_INBOX, Status.PUBLISH_COMPLETE)


def will_be_post(publish: Publish) -> bool:
    """Whether it reached the creator or is on its way to; what the ledger counts for 'published twice'."""
    return publish.committed_at_ns is not None and not publish.fail_reason


def public_posts(publish: Publish, now: float) -> Iterator[Post]:
    """The posts that are public and through moderation."""
    for post in posts_of(publish, now):
        if is_public(post) and now >= moderated_at(publish, post):
            yield post


def public_ids(publish: Publish, now: float) -> list[int]:
    """The ids that status fetch tells (contract section 9)."""
    return [post.post_id for post in public_posts(publish, now)]


def is_public(post: Post) -> bool:
    return post.privacy_level == PUBLIC and post.hidden_at is None


def moderated_at(publish: Publish, post: Post) -> float:
    return post.at + publish.moderation_seconds


def finish(publish: Publish, creator: Creator, *, at: float, privacy_level: str = "") -> Post:
    """Make a post of it: by processing for a direct one, by the creator's hand for a draft."""
    post = Post(new_post_id(), at, privacy_level or creator.options()[0])
    publish.posts.append(post)
    return post


def new_post_id() -> int:
    """A 19-digit number above 2^53, which a reader that rounds will break (contract section 17, quirk 1)."""
    return 7_000_000_000_000_000_000 + secrets.randbelow(10**18)
