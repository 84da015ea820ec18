"""TikTok's API as typed Python: two clients, their values, their errors, and the words for each code.

It knows no Django, no queue and no row of ours. The contract is `tiktok-api.md`; section numbers in
docstrings are its own. One module per noun builds requests and parses answers as pure functions (`creator`,
`users`, `videos`, `inbox`, `photos`, `uploads`, `statuses`, `cancels`, `gallery`, `grants`); `calls` joins them to
a transport. The same calls in an event loop are `aio`; what TikTok sends by itself is read by `webhooks`.
"""

from __future__ import annotations

from tiktok.client.api import TikTokClient
from tiktok.client.chunks import ChunkPlan, plan_staged, plan_upload
from tiktok.client.codes import CodeRow, Remedy, Surface, row_for
from tiktok.client.errors import (
    AuthRefusal,
    LimitRefusal,
    NoAnswer,
    Outcome,
    Refusal,
    ServerTrouble,
    TikTokError,
    UnreadableAnswer,
)
from tiktok.client.grants import split_scopes
from tiktok.client.oauth import OAuthClient
from tiktok.client.secret import Secret
from tiktok.client.transport import RequestsTransport
from tiktok.client.types import (
    AccountCounts,
    ChunkReply,
    CreatorInfo,
    PhotoMode,
    PhotoPost,
    PublishStatus,
    TokenPair,
    Upload,
    UserInfo,
    Video,
    VideoPage,
    VideoPost,
)
from tiktok.client.wire import Transport

__all__ = [
    "AccountCounts",
    "AuthRefusal",
    "ChunkPlan",
    "ChunkReply",
    "CodeRow",
    "CreatorInfo",
    "LimitRefusal",
    "NoAnswer",
    "OAuthClient",
    "Outcome",
    "PhotoMode",
    "PhotoPost",
    "PublishStatus",
    "Refusal",
    "Remedy",
    "RequestsTransport",
    "Secret",
    "ServerTrouble",
    "Surface",
    "TikTokClient",
    "TikTokError",
    "TokenPair",
    "Transport",
    "UnreadableAnswer",
    "Upload",
    "UserInfo",
    "Video",
    "VideoPage",
    "VideoPost",
    "plan_staged",
    "plan_upload",
    "row_for",
    "split_scopes",
]
