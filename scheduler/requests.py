"""A post as TikTok is asked to publish it. Pure: the row in, the client's value out.

Our "allow" becomes TikTok's "disable" here, and nowhere else (tiktok-api.md 6.1, 8).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiktok.client.types import PhotoPost, VideoPost

if TYPE_CHECKING:
    from scheduler.models import Post
    from tiktok.client import Secret


def video_post(post: Post) -> VideoPost:
    """Of a direct video; a video for the app's inbox has no words of its own (tiktok-api.md 6.2)."""
    return VideoPost(
        title=post.caption,
        privacy_level=post.privacy_level,
        disable_comment=not post.allow_comment,
        disable_duet=not post.allow_duet,
        disable_stitch=not post.allow_stitch,
        brand_content_toggle=post.brand_content,
        brand_organic_toggle=post.brand_organic,
        is_aigc=post.is_aigc,
        video_cover_timestamp_ms=post.cover_timestamp_ms,
    )


def photo_post(post: Post, addresses: tuple[Secret, ...]) -> PhotoPost:
    """Of photos in either mode; TikTok fetches the `addresses` in their order."""
    return PhotoPost(
        title=post.title,
        description=post.caption,
        privacy_level=post.privacy_level,
        disable_comment=not post.allow_comment,
        auto_add_music=post.auto_add_music,
        brand_content_toggle=post.brand_content,
        brand_organic_toggle=post.brand_organic,
        images=addresses,
        cover_index=post.cover_index,
    )
