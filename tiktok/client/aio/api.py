"""The calls that are made many at once, one method each: the commits and the status fetch.

Arguments, values and errors are those of `TikTokClient`; what stands only there is made one at a time.
"""

from __future__ import annotations

from functools import partial

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


class AsyncTikTokClient:
    """TikTok's posting API at one base URL, inside an event loop."""

    def __init__(self, *, transport: AsyncTransport, api_base_url: str = API_BASE_URL) -> None:
        self._transport = transport
        self._base = api_base_url.rstrip("/")

    async def send_chunk(
        self,
        upload_url: Secret,
        plan: ChunkPlan,
        index: int,
        body: bytes,
        content_type: str,
        *,
        deadline: float | None = None,
    ) -> ChunkReply:
        """Send one chunk; the last one posts. Raises ValueError where `body` is not exactly its bytes."""
        check_upload_url(upload_url, self._base)
        request = build_chunk(upload_url, plan, index, body, content_type)
        allowed = time_for(plan, index) if deadline is None else deadline
        return await perform(self._transport, request, partial(parse_chunk, plan=plan), deadline=allowed)

    async def start_video_from_url(
        self, access_token: Secret, post: VideoPost, url: Secret, *, deadline: float = CALL_DEADLINE
    ) -> str:
        """Post a video that TikTok fetches from `url`; the `publish_id`. Commits; 6 a minute per token."""
        request = build_video_pull(self._base, access_token, post, url)
        return await perform(self._transport, request, parse_pull_init, deadline=deadline)

    async def start_inbox_video_from_url(
        self, access_token: Secret, url: Secret, *, deadline: float = CALL_DEADLINE
    ) -> str:
        """Deliver a video that TikTok fetches from `url`; the `publish_id`. Commits; 6 a minute per token."""
        request = build_inbox_pull(self._base, access_token, url)
        return await perform(self._transport, request, parse_inbox_pull, deadline=deadline)

    async def start_photos(
        self,
        access_token: Secret,
        photo: PhotoPost,
        *,
        post_mode: str = PhotoMode.DIRECT,
        deadline: float = CALL_DEADLINE,
    ) -> str:
        """Post or deliver photos that TikTok fetches; the `publish_id`. Commits; 6 a minute per token."""
        request = build_photo_init(self._base, access_token, photo, post_mode)
        return await perform(self._transport, request, parse_photo_init, deadline=deadline)

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
