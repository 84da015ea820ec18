"""What TikTok tells of a publish by webhook, and when (contract 12.4): pure, from what the publish is now.

The list of a publish only grows at its end, unless it fails after all; what became of one event in delivery is
`webhooks`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from .creators import PUBLIC
from .posts import moderated_at, processed_at
from .publishes import Post, Publish


class EventName(StrEnum):
    """The events of this product; `authorization.removed` is about a connection and not about a publish."""

    FAILED = "post.publish.failed"
    COMPLETE = "post.publish.complete"
    INBOX_DELIVERED = "post.publish.inbox_delivered"
    PUBLIC = "post.publish.publicly_available"
    NO_LONGER_PUBLIC = "post.publish.no_longer_publicaly_available"  # TikTok's spelling
    REMOVED = "authorization.removed"


INBOX_SHARE = "INBOX_SHARE"
DIRECT_POST = "DIRECT_POST"  # unconfirmed: TikTok does not say what stands there for direct posts


@dataclass(frozen=True)
class Event:
    """`at` is epoch seconds. `post_id` 0: it is not about one post."""

    at: float
    name: EventName
    post_id: int = 0
    extra: dict[str, object] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Tells it from every other event of its publish, so that each is announced once."""
        return f"{self.name} {self.post_id} {self.at:.6f}"


def events_of(publish: Publish) -> Iterator[Event]:
    """Everything that happens to this publish, past and future, as far as it is decided."""
    ready = processed_at(publish)
    if ready is None or publish.stuck:
        return
    if publish.fail_reason:
        yield Event(ready, EventName.FAILED, extra={"reason": publish.fail_reason})
        return
    if publish.inbox:
        yield Event(ready, EventName.INBOX_DELIVERED)
    for post in publish.posts:
        yield Event(post.at, EventName.COMPLETE)
        yield from _visibility(publish, post)


def content_of(publish: Publish, event: Event, *, post_id_as_text: bool) -> dict[str, object]:
    """The `content` of its webhook."""
    content: dict[str, object] = {"publish_id": publish.publish_id, **event.extra}
    if event.name in (EventName.PUBLIC, EventName.NO_LONGER_PUBLIC):
        content["post_id"] = str(event.post_id) if post_id_as_text else event.post_id
    return {**content, "publish_type": INBOX_SHARE if publish.inbox else DIRECT_POST}


def _visibility(publish: Publish, post: Post) -> Iterator[Event]:
    if post.privacy_level == PUBLIC:
        at = max(moderated_at(publish, post), post.shown_at)
        if post.hidden_at is None or at <= post.hidden_at:
            yield Event(at, EventName.PUBLIC, post.post_id)
        if post.hidden_at is not None:
            yield Event(post.hidden_at, EventName.NO_LONGER_PUBLIC, post.post_id)
