"""Direct video init: the start of a video that goes onto the profile (`tiktok-api.md` sections 6.1 and 6.3).

By FILE_UPLOAD it opens an upload whose last byte posts; the init itself posts nothing, so it may be repeated, and
the bytes belong to `uploads`. By PULL_FROM_URL TikTok fetches the video at once: that init commits. The video for
the app's inbox is `inbox`.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Final

from tiktok.client import fields
from tiktok.client.chunks import ChunkPlan
from tiktok.client.codes import Surface
from tiktok.client.envelope import read_data
from tiktok.client.secret import Secret
from tiktok.client.types import Upload, VideoPost
from tiktok.client.wire import Request, Response, post_addresses, post_json

PATH: Final = "/v2/post/publish/video/init/"


def build_video_init(api_base_url: str, access_token: Secret, post: VideoPost, plan: ChunkPlan) -> Request:
    """Every toggle is sent, whether or not TikTok requires it; the cover's time only where one was chosen."""
    payload = {"post_info": _post_info(post), "source_info": uploaded(plan)}
    return post_json(api_base_url + PATH, access_token=access_token, payload=payload)


def build_video_pull(api_base_url: str, access_token: Secret, post: VideoPost, url: Secret) -> Request:
    """The same post, fetched by TikTok from `url`."""
    payload = {"post_info": _post_info(post), "source_info": pulled(url)}
    return post_addresses(api_base_url + PATH, access_token=access_token, payload=payload)


def parse_video_init(response: Response, surface: Surface = Surface.VIDEO_INIT) -> Upload:
    """Store `publish_id` before the first byte is sent."""
    data = read_data(response, surface).data
    return Upload(fields.required_text(data, "publish_id"), fields.secret(data, "upload_url"))


def parse_pull_init(response: Response, surface: Surface = Surface.VIDEO_INIT) -> str:
    """The `publish_id` of what TikTok now fetches. Photos are answered alike (section 8)."""
    return fields.required_text(read_data(response, surface).data, "publish_id")


def uploaded(plan: ChunkPlan) -> dict[str, object]:
    """The `source_info` of a video that we send."""
    return {"source": "FILE_UPLOAD", **asdict(plan)}


def pulled(url: Secret) -> dict[str, object]:
    """The `source_info` of a video that TikTok fetches (section 7.3)."""
    return {"source": "PULL_FROM_URL", "video_url": url}


def _post_info(post: VideoPost) -> dict[str, object]:
    return {name: value for name, value in asdict(post).items() if value is not None}
