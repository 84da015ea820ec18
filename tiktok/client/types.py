"""The values that go to TikTok and come back from it, frozen and typed.

They carry what the contract says and nothing of ours: no row, no workspace, no clock. Unknown words of
TikTok (a new status, a new privacy level) stay as they came.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tiktok.client.secret import Secret

MOST_IMAGES: Final = 35


@dataclass(frozen=True, slots=True)
class TokenPair:
    """The answer to an exchange or a refresh (`tiktok-api.md` section 2.3). Lifetimes are remaining seconds.

    A refresh kills the refresh token that was sent: store the new pair before it is used.
    """

    access_token: Secret
    refresh_token: Secret
    open_id: str
    scopes: frozenset[str]
    expires_in: int
    refresh_expires_in: int


@dataclass(frozen=True, slots=True)
class UserInfo:
    """Who the token belongs to (section 4). `username` is None where its scope was not granted."""

    open_id: str
    union_id: str
    display_name: str
    avatar_url: str
    username: str | None


@dataclass(frozen=True, slots=True)
class AccountCounts:
    """How large an account is (section 4); a number that TikTok left out is None."""

    follower_count: int | None
    following_count: int | None
    likes_count: int | None
    video_count: int | None


@dataclass(frozen=True, slots=True)
class CreatorInfo:
    """What this creator may post right now (section 5). The avatar's address lives two hours."""

    nickname: str
    username: str
    avatar_url: str
    privacy_level_options: tuple[str, ...]
    comment_disabled: bool
    duet_disabled: bool
    stitch_disabled: bool
    max_video_post_duration_sec: int


@dataclass(frozen=True, slots=True)
class VideoPost:
    """What a person decided about a video post (section 6.1). Toggles say *disable*, as TikTok does."""

    title: str
    privacy_level: str
    disable_comment: bool
    disable_duet: bool
    disable_stitch: bool
    brand_content_toggle: bool
    brand_organic_toggle: bool
    is_aigc: bool
    video_cover_timestamp_ms: int | None = None


class PhotoMode(StrEnum):
    """Where photos go (section 8); the underscores are TikTok's, its field table prints a space."""

    DIRECT = "DIRECT_POST"  # onto the profile
    INBOX = "MEDIA_UPLOAD"  # into the app's inbox, where the creator finishes them


@dataclass(frozen=True, slots=True)
class PhotoPost:
    """What a person decided about photos (section 8), and where TikTok fetches them, in order.

    Raises ValueError where TikTok would refuse the number of images or the cover. For the inbox only title,
    description and cover count.
    """

    title: str
    description: str
    privacy_level: str
    disable_comment: bool
    auto_add_music: bool
    brand_content_toggle: bool
    brand_organic_toggle: bool
    images: tuple[Secret, ...]
    cover_index: int

    def __post_init__(self) -> None:
        if not 1 <= len(self.images) <= MOST_IMAGES:
            raise ValueError(f"A photo post has 1 to {MOST_IMAGES} images.")
        if not 0 <= self.cover_index < len(self.images):
            raise ValueError("The cover must be one of the images.")


@dataclass(frozen=True, slots=True)
class Upload:
    """An opened upload (section 6.3). The address holds a token and is valid for one hour."""

    publish_id: str
    upload_url: Secret


@dataclass(frozen=True, slots=True)
class ChunkReply:
    """The answer to one chunk (section 7.2): `complete` once TikTok has every byte and posts.

    `uploaded_bytes` is TikTok's count of bytes so far, or None where the answer did not say.
    """

    complete: bool
    uploaded_bytes: int | None


@dataclass(frozen=True, slots=True)
class PublishStatus:
    """What became of a `publish_id` (section 9). `post_ids` are exact decimal texts, empty unless public."""

    status: str
    fail_reason: str
    post_ids: tuple[str, ...]
    uploaded_bytes: int | None
    downloaded_bytes: int | None
    log_id: str


@dataclass(frozen=True, slots=True)
class Video:
    """One public post of the creator as the Display API shows it (section 13.3); `id` equals the post id.

    `create_time` is UTC seconds, `duration` seconds; both texts are cut at 150 characters by TikTok; the cover's
    address lives six hours. A number that TikTok left out is None, a text is empty.
    """

    id: str
    create_time: int | None
    cover_image_url: str
    share_url: str
    video_description: str
    title: str
    duration: int | None
    height: int | None
    width: int | None
    embed_html: str
    embed_link: str
    like_count: int | None
    comment_count: int | None
    share_count: int | None
    view_count: int | None


@dataclass(frozen=True, slots=True)
class VideoPage:
    """A page of the list, newest first (section 13.1). `cursor`, UTC milliseconds, leads to the next one."""

    videos: tuple[Video, ...]
    cursor: int | None
    has_more: bool
