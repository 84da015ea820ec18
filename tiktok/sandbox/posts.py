"""What a publish has become by a given moment: pure, so time passes for it even while the sandbox is down."""

from __future__ import annotations

import secrets
from enum import StrEnum

from .creators import PUBLIC
from .state import Publish

NS = 1_000_000_000


class Status(StrEnum):
    """The values of contract section 9 that a direct video by FILE_UPLOAD can take."""

    PROCESSING_UPLOAD = "PROCESSING_UPLOAD"  # bytes missing, or all here and not processed yet
    PUBLISH_COMPLETE = "PUBLISH_COMPLETE"
    FAILED = "FAILED"


def status_of(publish: Publish, now: float) -> Status:
    """Where this publish stands at `now` (epoch seconds). A stuck one never leaves processing."""
    if publish.committed_at_ns is None or publish.stuck or now < _processed_at(publish):
        return Status.PROCESSING_UPLOAD
    return Status.FAILED if publish.fail_reason else Status.PUBLISH_COMPLETE


def is_post(publish: Publish, now: float) -> bool:
    """Whether it is on the creator's profile: accepted, processed and not failed."""
    return status_of(publish, now) is Status.PUBLISH_COMPLETE


def will_be_post(publish: Publish) -> bool:
    """Whether it is a post or is on its way to be one; what the ledger counts for 'published twice'."""
    return publish.committed_at_ns is not None and not publish.fail_reason


def public_ids(publish: Publish, now: float) -> list[int]:
    """The post id once the post is public and through moderation, else nothing (contract section 9)."""
    moderated = now >= _processed_at(publish) + publish.moderation_seconds
    if is_post(publish, now) and publish.privacy_level == PUBLIC and moderated:
        return [publish.post_id]
    return []


def new_post_id() -> int:
    """A 19-digit number above 2^53, which a reader that rounds will break (contract section 17, quirk 1)."""
    return 7_000_000_000_000_000_000 + secrets.randbelow(10**18)


def _processed_at(publish: Publish) -> float:
    return (publish.committed_at_ns or 0) / NS + publish.processing_seconds
