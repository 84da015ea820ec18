"""The calls that are made many at once: the commits and the status fetch.

Arguments, values and errors are those of `TikTokClient`; what stands only there is made one at a time. A commit is
had ready: `ready_…` does ahead what needs no connection, and what it returns sends once and is called once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import TypeVar

from tiktok.client.aio.burst.heads import make_ready
from tiktok.client.aio.calls import AsyncTransport, perform
from tiktok.client.api import API_BASE_URL, CALL_DEADLINE
from tiktok.client.chunks import ChunkPlan
from tiktok.client.inbox import build_inbox_pull, parse_inbox_pull
from tiktok.client.photos import build_photo_init, parse_photo_init
from tiktok.client.secret import Secret
from tiktok.client.statuses import build_publish_status, parse_publish_status
from tiktok.client.types import ChunkReply, PhotoMode, PhotoPost, PublishStatus, VideoPost
from tiktok.client.uploads import build_chunk, check_upload_url, parse_chunk, time_for
from tiktok.client.videos import build_video_pull, parse_pull_init
from tiktok.client.wire import Request, Response

Value = TypeVar("Value")


class AsyncTikTokClient:
    """TikTok's posting API at one base URL, inside an event loop. The `ready_…` need no loop."""

    def __init__(self, *, transport: AsyncTransport, api_base_url: str = API_BASE_URL) -> None:
        self._transport = transport
        self._base = api_base_url.rstrip("/")

    def ready_chunk(
        self,
        upload_url: Secret,
        plan: ChunkPlan,
        index: int,
        body: bytes | Iterable[bytes],
        content_type: str,
        *,
        deadline: float | None = None,
    ) -> Callable[[], Awaitable[ChunkReply]]:
        """Sends one chunk; the last one posts. Raises ValueError where `body` is not exactly its bytes."""
        check_upload_url(upload_url, self._base)
        request = build_chunk(upload_url, plan, index, body, content_type)
        allowed = time_for(plan, index) if deadline is None else deadline
        return self._ready(request, partial(parse_chunk, plan=plan), allowed)

    def ready_video_from_url(
        self, access_token: Secret, post: VideoPost, url: Secret, *, deadline: float = CALL_DEADLINE
    ) -> Callable[[], Awaitable[str]]:
        """Posts a video that TikTok fetches from `url`; the `publish_id`. Commits; 6 a minute per token."""
        return self._ready(build_video_pull(self._base, access_token, post, url), parse_pull_init, deadline)

    def ready_inbox_video_from_url(
        self, access_token: Secret, url: Secret, *, deadline: float = CALL_DEADLINE
    ) -> Callable[[], Awaitable[str]]:
        """Delivers a video that TikTok fetches from `url`; the `publish_id`. Commits; 6 a minute per token."""
        return self._ready(build_inbox_pull(self._base, access_token, url), parse_inbox_pull, deadline)

    def ready_photos(
        self,
        access_token: Secret,
        photo: PhotoPost,
        *,
        post_mode: str = PhotoMode.DIRECT,
        deadline: float = CALL_DEADLINE,
    ) -> Callable[[], Awaitable[str]]:
        """Posts or delivers photos that TikTok fetches; the `publish_id`. Commits; 6 a minute per token."""
        request = build_photo_init(self._base, access_token, photo, post_mode)
        return self._ready(request, parse_photo_init, deadline)

    async def publish_status(
        self, access_token: Secret, publish_id: str, *, deadline: float = CALL_DEADLINE
    ) -> PublishStatus:
        """What became of a `publish_id`. 30 a minute per token."""
        request = build_publish_status(self._base, access_token, publish_id)
        return await perform(self._transport, request, parse_publish_status, deadline=deadline)

    async def warm_uploads(self, upload_url: Secret, connections: int) -> int:
        """Open connections to an upload's host, for chunks that are due together; how many there are."""
        check_upload_url(upload_url, self._base)
        return await self._transport.warm(upload_url, connections)

    async def warm_calls(self, connections: int) -> int:
        """Open connections for calls that are due together; how many there are."""
        return await self._transport.warm(self._base, connections)

    def _ready(
        self, request: Request, parse: Callable[[Response], Value], deadline: float
    ) -> Callable[[], Awaitable[Value]]:
        return partial(perform, self._transport, make_ready(request), parse, deadline=deadline)
