"""A publish: one accepted init and all that came of it. What it amounts to at a given moment is `posts`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

NS = 1_000_000_000


@dataclass
class Post:
    """One post on a profile. A direct publish becomes one; from a draft its creator may make several.

    Times are epoch seconds; a hidden post is no longer public (contract 12.4), `shown_at` is when it was made
    public by hand. The counts are what `control` orders: nobody watches here.
    """

    post_id: int
    at: float
    privacy_level: str
    hidden_at: float | None = None
    shown_at: float = 0.0
    views: int = 0
    likes: int = 0
    comments: int = 0
    shares: int = 0


@dataclass
class Publish:
    """Commits once: by the last byte of an upload, or by the init where TikTok fetches (`urls`).

    `inbox` ones become drafts and are posts only when their creator finishes them. `pulled` has a row per
    fetched file: content_type, bytes, sha256.
    """

    publish_id: str
    creator: str
    client_key: str
    initiated_at: float
    post_info: dict[str, object] = field(default_factory=dict)
    kind: str = "video"
    inbox: bool = False
    video_size: int = 0
    chunk_size: int = 0
    total_chunk_count: int = 0
    upload_token: str = ""
    upload_expires_at: float = 0.0
    uploaded_bytes: int = 0
    content_type: str = ""
    urls: list[str] = field(default_factory=list)
    cover_index: int = 0
    downloaded_bytes: int = 0
    pulled: list[dict[str, Any]] = field(default_factory=list)
    pulled_at: float | None = None
    sha256: str = ""
    committed_at_ns: int | None = None
    processing_seconds: float = 0.0
    moderation_seconds: float = 0.0
    fail_reason: str = ""
    stuck: bool = False
    posts: list[Post] = field(default_factory=list)
    announced: list[str] = field(default_factory=list)
    requests: dict[str, int] = field(default_factory=dict)

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Publish:
        return cls(**{**raw, "posts": [Post(**post) for post in raw["posts"]]})

    @property
    def by_pull(self) -> bool:
        return bool(self.urls)

    @property
    def caption(self) -> str:
        """The words by which a test knows the post: a video's caption, a photo's description or else its title."""
        return str(self.post_info.get("description") or self.post_info.get("title", ""))

    @property
    def privacy_level(self) -> str:
        """The audience that the app chose; empty for the inbox, where the creator chooses."""
        return str(self.post_info.get("privacy_level", ""))

    @property
    def complete_at(self) -> float | None:
        """When TikTok had every byte, in epoch seconds; None before."""
        if self.by_pull:
            return self.pulled_at
        return None if self.committed_at_ns is None else self.committed_at_ns / NS

    def count(self, endpoint: str) -> None:
        self.requests[endpoint] = self.requests.get(endpoint, 0) + 1
