"""Direct video init: opens an upload whose last byte posts (`tiktok-api.md` sections 6.1 and 6.3).

The init itself posts nothing, so it may be repeated; the upload belongs to `uploads`.
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
from tiktok.client.wire import Request, Response, post_json

PATH: Final = "/v2/post/publish/video/init/"


def build_video_init(api_base_url: str, access_token: Secret, post: VideoPost, plan: ChunkPlan) -> Request:
    """Every toggle is sent, whether or not TikTok requires it; the cover's time only where one was chosen."""
    post_info = {name: value for name, value in asdict(post).items() if value is not None}
    payload = {"post_info": post_info, "source_info": {"source": "FILE_UPLOAD", **asdict(plan)}}
    return post_json(api_base_url + PATH, access_token=access_token, payload=payload)


def parse_video_init(response: Response) -> Upload:
    """Store `publish_id` before the first byte is sent."""
    data = read_data(response, Surface.VIDEO_INIT).data
    return Upload(fields.required_text(data, "publish_id"), fields.secret(data, "upload_url"))
