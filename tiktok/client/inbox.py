"""Inbox video init: a video that the creator finishes in the TikTok app (`tiktok-api.md` section 6.2).

It takes the source and nothing else: caption, audience and toggles are chosen in the app. Otherwise as `videos`.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from tiktok.client.chunks import ChunkPlan
from tiktok.client.codes import Surface
from tiktok.client.secret import Secret
from tiktok.client.videos import parse_pull_init, parse_video_init, pulled, uploaded
from tiktok.client.wire import Request, post_addresses, post_json

PATH: Final = "/v2/post/publish/inbox/video/init/"


def build_inbox_init(api_base_url: str, access_token: Secret, plan: ChunkPlan) -> Request:
    """Open an upload; its last byte delivers to the inbox."""
    payload = {"source_info": uploaded(plan)}
    return post_json(api_base_url + PATH, access_token=access_token, payload=payload)


def build_inbox_pull(api_base_url: str, access_token: Secret, url: Secret) -> Request:
    """Let TikTok fetch the video from `url`; this init delivers to the inbox by itself."""
    payload = {"source_info": pulled(url)}
    return post_addresses(api_base_url + PATH, access_token=access_token, payload=payload)


parse_inbox_init: Final = partial(parse_video_init, surface=Surface.INBOX_INIT)
parse_inbox_pull: Final = partial(parse_pull_init, surface=Surface.INBOX_INIT)
