"""Creator info: what an account may post right now (`tiktok-api.md` section 5)."""

from __future__ import annotations

from typing import Final

from tiktok.client import fields
from tiktok.client.codes import Surface
from tiktok.client.envelope import read_data
from tiktok.client.secret import Secret
from tiktok.client.types import CreatorInfo
from tiktok.client.wire import Request, Response, post_json

PATH: Final = "/v2/post/publish/creator_info/query/"


def build_creator_info(api_base_url: str, access_token: Secret) -> Request:
    """A POST without a body."""
    return post_json(api_base_url + PATH, access_token=access_token)


def parse_creator_info(response: Response) -> CreatorInfo:
    """The creator's options. "Cannot post now" raises a `Refusal`, although TikTok sends it with HTTP 200."""
    data = read_data(response, Surface.CREATOR_INFO).data
    return CreatorInfo(
        nickname=fields.optional_text(data, "creator_nickname"),
        username=fields.optional_text(data, "creator_username"),
        avatar_url=fields.optional_text(data, "creator_avatar_url"),
        privacy_level_options=fields.texts(data, "privacy_level_options"),
        comment_disabled=fields.flag(data, "comment_disabled"),
        duet_disabled=fields.flag(data, "duet_disabled"),
        stitch_disabled=fields.flag(data, "stitch_disabled"),
        max_video_post_duration_sec=fields.number(data, "max_video_post_duration_sec"),
    )
