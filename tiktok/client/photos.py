"""Photo init: 1 to 35 images that TikTok fetches from us (`tiktok-api.md` section 8).

There is no upload for photos. TikTok begins to fetch at once, so this init commits: it is never repeated blindly.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from tiktok.client.codes import Surface
from tiktok.client.secret import Secret
from tiktok.client.types import PhotoMode, PhotoPost
from tiktok.client.videos import parse_pull_init
from tiktok.client.wire import Request, post_addresses

PATH: Final = "/v2/post/publish/content/init/"


def build_photo_init(
    api_base_url: str, access_token: Secret, photo: PhotoPost, post_mode: str = PhotoMode.DIRECT
) -> Request:
    """Direct posts send every toggle that photos have. Raises ValueError for an unknown `post_mode`."""
    mode = PhotoMode(post_mode)
    payload = {
        "media_type": "PHOTO",
        "post_mode": mode.value,
        "post_info": _words(photo) | (_settings(photo) if mode is PhotoMode.DIRECT else {}),
        "source_info": {
            "source": "PULL_FROM_URL",
            "photo_images": photo.images,
            "photo_cover_index": photo.cover_index,
        },
    }
    return post_addresses(api_base_url + PATH, access_token=access_token, payload=payload)


parse_photo_init: Final = partial(parse_pull_init, surface=Surface.PHOTO_INIT)


def _words(photo: PhotoPost) -> dict[str, object]:
    return {"title": photo.title, "description": photo.description}


def _settings(photo: PhotoPost) -> dict[str, object]:
    """What TikTok takes for DIRECT_POST alone."""
    return {
        "privacy_level": photo.privacy_level,
        "disable_comment": photo.disable_comment,
        "auto_add_music": photo.auto_add_music,
        "brand_content_toggle": photo.brand_content_toggle,
        "brand_organic_toggle": photo.brand_organic_toggle,
    }
