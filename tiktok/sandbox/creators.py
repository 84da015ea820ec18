"""Creators: the people on the other side, with what they allow. Three are always there; tests may add more."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

PUBLIC = "PUBLIC_TO_EVERYONE"
FRIENDS = "MUTUAL_FOLLOW_FRIENDS"
FOLLOWERS = "FOLLOWER_OF_CREATOR"
ONLY_ME = "SELF_ONLY"
PRIVACY_LEVELS = frozenset({PUBLIC, FRIENDS, FOLLOWERS, ONLY_ME})


@dataclass
class Creator:
    """A TikTok account. `privacy_level_options` overrides what its privacy implies; `daily_cap` None is no cap.

    `old_app`: the TikTok app on the phone is older than 31.8, so it takes no photo drafts (contract 6.4).
    """

    username: str
    nickname: str
    bio: str = ""
    private: bool = False
    comment_disabled: bool = False
    duet_disabled: bool = False
    stitch_disabled: bool = False
    max_video_post_duration_sec: int = 600
    privacy_level_options: list[str] | None = field(default=None)
    banned: bool = False
    capped: bool = False
    daily_cap: int | None = 15
    old_app: bool = False
    followers: int = 1_204
    following: int = 87
    likes: int = 9_310

    def options(self) -> list[str]:
        """The privacy levels this creator may choose, in TikTok's order (contract section 5)."""
        if self.privacy_level_options is not None:
            return self.privacy_level_options
        return [FOLLOWERS if self.private else PUBLIC, FRIENDS, ONLY_ME]

    def open_id(self, client_key: str) -> str:
        """The id of this creator for one app: another key sees another id (contract section 4)."""
        return f"-000{_digest(f'open {client_key} {self.username}')[:32]}"

    def union_id(self) -> str:
        return _digest(f"union {self.username}")[:36]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def ready_made() -> dict[str, Creator]:
    """The creators of a fresh sandbox, by username; their settings differ as real ones do."""
    luna = Creator(username="luna.bakes", nickname="Luna Bakes", bio="Small batch, big crumbs.")
    fern = Creator(
        username="fernandfold",
        nickname="Fern & Fold",
        bio="Houseplants and linen.",
        max_video_post_duration_sec=300,
        duet_disabled=True,
    )
    northpeak = Creator(
        username="northpeak.run",
        nickname="Northpeak Run Club",
        bio="Hills first, coffee after.",
        private=True,
        max_video_post_duration_sec=180,
    )
    kiln = Creator(username="kiln.street", nickname="Kiln Street", bio="Clay, fire, patience.")
    soba = Creator(
        username="sobasunday", nickname="Soba Sunday", bio="Noodles once a week.", stitch_disabled=True
    )
    return {creator.username: creator for creator in (luna, fern, northpeak, kiln, soba)}
