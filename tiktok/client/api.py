"""The calls that work with a person's access token, one method each (`tiktok-api.md` sections 4 to 9).

Every method sends one request once and returns a value of `types`, or raises a `TikTokError`. The token is an
argument, so one client serves all accounts; who gets a token, and when, is not known here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import partial
from typing import Final

from tiktok.client.calls import perform
from tiktok.client.cancels import build_cancel, parse_cancel
from tiktok.client.chunks import ChunkPlan
from tiktok.client.creator import build_creator_info, parse_creator_info
from tiktok.client.gallery import (
    LARGEST_PAGE,
    build_video_list,
    build_video_query,
    parse_video_list,
    parse_video_query,
)
from tiktok.client.inbox import build_inbox_init, build_inbox_pull, parse_inbox_init, parse_inbox_pull
from tiktok.client.photos import build_photo_init, parse_photo_init
from tiktok.client.secret import Secret
from tiktok.client.statuses import build_publish_status, parse_publish_status
from tiktok.client.types import (
    AccountCounts,
    ChunkReply,
    CreatorInfo,
    PhotoMode,
    PhotoPost,
    PublishStatus,
    Upload,
    UserInfo,
    Video,
    VideoPage,
    VideoPost,
)
from tiktok.client.uploads import build_chunk, check_upload_url, parse_chunk, time_for
from tiktok.client.users import (
    build_account_counts,
    build_user_info,
    parse_account_counts,
    parse_user_info,
)
from tiktok.client.videos import build_video_init, build_video_pull, parse_pull_init, parse_video_init
from tiktok.client.wire import Transport

API_BASE_URL: Final = "https://open.tiktokapis.com"

# Seconds. A page may wait for a call (creator info, connect), hence no longer.
CALL_DEADLINE: Final = 10.0


class TikTokClient:
    """TikTok's data and posting API at one base URL."""

    def __init__(self, *, transport: Transport, api_base_url: str = API_BASE_URL) -> None:
        self._transport = transport
        self._base = api_base_url.rstrip("/")

    def creator_info(self, access_token: Secret, *, deadline: float = CALL_DEADLINE) -> CreatorInfo:
        """What the creator may post now. 20 a minute per token."""
        request = build_creator_info(self._base, access_token)
        return perform(self._transport, request, parse_creator_info, deadline=deadline)

    def user_info(
        self, access_token: Secret, *, scopes: Collection[str], deadline: float = CALL_DEADLINE
    ) -> UserInfo:
        """Who the token belongs to, as far as the granted scopes allow."""
        request = build_user_info(self._base, access_token, scopes)
        return perform(self._transport, request, parse_user_info, deadline=deadline)

    def account_counts(self, access_token: Secret, *, deadline: float = CALL_DEADLINE) -> AccountCounts:
        """Followers, likes and videos of the account. Needs `user.info.stats`; 600 a minute."""
        request = build_account_counts(self._base, access_token)
        return perform(self._transport, request, parse_account_counts, deadline=deadline)

    def start_video(
        self, access_token: Secret, post: VideoPost, plan: ChunkPlan, *, deadline: float = CALL_DEADLINE
    ) -> Upload:
        """Open an upload for a direct post. Posts nothing; 6 a minute per token."""
        request = build_video_init(self._base, access_token, post, plan)
        upload = perform(self._transport, request, parse_video_init, deadline=deadline)
        check_upload_url(upload.upload_url, self._base)
        return upload

    def start_inbox_video(
        self, access_token: Secret, plan: ChunkPlan, *, deadline: float = CALL_DEADLINE
    ) -> Upload:
        """Open an upload for the app's inbox. Delivers nothing yet; 6 a minute per token."""
        request = build_inbox_init(self._base, access_token, plan)
        upload = perform(self._transport, request, parse_inbox_init, deadline=deadline)
        check_upload_url(upload.upload_url, self._base)
        return upload

    def start_video_from_url(
        self, access_token: Secret, post: VideoPost, url: Secret, *, deadline: float = CALL_DEADLINE
    ) -> str:
        """Post a video that TikTok fetches from `url`; the `publish_id`. Commits; 6 a minute per token."""
        request = build_video_pull(self._base, access_token, post, url)
        return perform(self._transport, request, parse_pull_init, deadline=deadline)

    def start_inbox_video_from_url(
        self, access_token: Secret, url: Secret, *, deadline: float = CALL_DEADLINE
    ) -> str:
        """Deliver a video that TikTok fetches from `url`; the `publish_id`. Commits; 6 a minute per token."""
        request = build_inbox_pull(self._base, access_token, url)
        return perform(self._transport, request, parse_inbox_pull, deadline=deadline)

    def start_photos(
        self,
        access_token: Secret,
        photo: PhotoPost,
        *,
        post_mode: str = PhotoMode.DIRECT,
        deadline: float = CALL_DEADLINE,
    ) -> str:
        """Post or deliver photos that TikTok fetches; the `publish_id`. Commits; 6 a minute per token."""
        request = build_photo_init(self._base, access_token, photo, post_mode)
        return perform(self._transport, request, parse_photo_init, deadline=deadline)

    def cancel(self, access_token: Secret, publish_id: str, *, deadline: float = CALL_DEADLINE) -> None:
        """Ask TikTok to stop fetching. Raises a `Refusal` where it is too late, or the post was no pull."""
        perform(
            self._transport,
            build_cancel(self._base, access_token, publish_id),
            parse_cancel,
            deadline=deadline,
        )

    def send_chunk(
        self,
        upload_url: Secret,
        plan: ChunkPlan,
        index: int,
        body: bytes | Iterable[bytes],
        content_type: str,
        *,
        deadline: float | None = None,
    ) -> ChunkReply:
        """Send one chunk; the last one posts. `body` is its bytes, or gives them in blocks of about 1 MiB.

        Raises ValueError where `body` is shorter or longer than the chunk, and what `body` itself raises.
        """
        check_upload_url(upload_url, self._base)
        request = build_chunk(upload_url, plan, index, body, content_type)
        allowed = time_for(plan, index) if deadline is None else deadline
        return perform(self._transport, request, partial(parse_chunk, plan=plan), deadline=allowed)

    def publish_status(
        self, access_token: Secret, publish_id: str, *, deadline: float = CALL_DEADLINE
    ) -> PublishStatus:
        """What became of a `publish_id`. 30 a minute per token."""
        request = build_publish_status(self._base, access_token, publish_id)
        return perform(self._transport, request, parse_publish_status, deadline=deadline)

    def list_videos(
        self,
        access_token: Secret,
        cursor: int | None = None,
        max_count: int = LARGEST_PAGE,
        *,
        deadline: float = CALL_DEADLINE,
    ) -> VideoPage:
        """A page of the creator's public videos, newest first, from `cursor` on. 600 a minute."""
        request = build_video_list(self._base, access_token, cursor, max_count)
        return perform(self._transport, request, parse_video_list, deadline=deadline)

    def query_videos(
        self, access_token: Secret, ids: Sequence[str], *, deadline: float = CALL_DEADLINE
    ) -> tuple[Video, ...]:
        """Those of up to 20 ids that are this creator's and public. 600 a minute."""
        request = build_video_query(self._base, access_token, ids)
        return perform(self._transport, request, parse_video_query, deadline=deadline)
