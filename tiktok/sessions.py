"""A ready client for one account: what the scheduler calls. It knows the token; the caller never does.

Every method makes one call with a fresh token. Where TikTok refuses that token all the same, it is renewed once
and the call is made again: a refusal proves that nothing was done. No call runs inside an open transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from tiktok import health, tokens
from tiktok.client import (
    AccountCounts,
    AuthRefusal,
    ChunkPlan,
    ChunkReply,
    CreatorInfo,
    PhotoMode,
    PhotoPost,
    PublishStatus,
    Secret,
    TikTokClient,
    Upload,
    UserInfo,
    Video,
    VideoPage,
    VideoPost,
)
from tiktok.models import TikTokAccount
from tiktok.wiring import api_client

T = TypeVar("T")

TOKEN_INVALID = "access_token_invalid"


def client_for(account: TikTokAccount, *, someone_waits: bool = False) -> AccountSession:
    """The session of a connected account. Raises `NotConfigured` where this server has no TikTok app.

    With `someone_waits`, a person before a page, a token is renewed although the last renewal failed just now.
    """
    return AccountSession(account, api_client(), someone_waits=someone_waits)


class AccountSession:
    """The calls of `TikTokClient` without the token. They raise `TikTokError`, or `tokens.NeedsReconnect`."""

    def __init__(self, account: TikTokAccount, client: TikTokClient, *, someone_waits: bool = False) -> None:
        self._account = account
        self._client = client
        self._someone_waits = someone_waits

    def creator_info(self) -> CreatorInfo:
        """What the creator may post now."""
        return self._with_token(self._client.creator_info)

    def user_info(self) -> UserInfo:
        """Who the account is, as far as its scopes allow."""
        scopes = self._account.scopes
        return self._with_token(lambda token: self._client.user_info(token, scopes=scopes))

    def account_counts(self) -> AccountCounts:
        """Followers, likes and videos; needs the scope `user.info.stats`."""
        return self._with_token(self._client.account_counts)

    def start_video(self, post: VideoPost, plan: ChunkPlan) -> Upload:
        """Open an upload for a direct post; posts nothing."""
        return self._with_token(lambda token: self._client.start_video(token, post, plan))

    def start_inbox_video(self, plan: ChunkPlan) -> Upload:
        """Open an upload for the app's inbox; delivers nothing yet."""
        return self._with_token(lambda token: self._client.start_inbox_video(token, plan))

    def start_video_from_url(self, post: VideoPost, url: Secret) -> str:
        """Post a video that TikTok fetches; the `publish_id`. Commits."""
        return self._with_token(lambda token: self._client.start_video_from_url(token, post, url))

    def start_inbox_video_from_url(self, url: Secret) -> str:
        """Deliver a video that TikTok fetches to the app's inbox; the `publish_id`. Commits."""
        return self._with_token(lambda token: self._client.start_inbox_video_from_url(token, url))

    def start_photos(self, photo: PhotoPost, *, post_mode: str = PhotoMode.DIRECT) -> str:
        """Post photos, or deliver them to the app's inbox; the `publish_id`. Commits."""
        return self._with_token(lambda token: self._client.start_photos(token, photo, post_mode=post_mode))

    def cancel(self, publish_id: str) -> None:
        """Ask TikTok to stop fetching the media of a `publish_id`."""
        self._with_token(lambda token: self._client.cancel(token, publish_id))

    def list_videos(self, cursor: int | None = None, max_count: int = 20) -> VideoPage:
        """A page of the account's public videos, newest first."""
        return self._with_token(lambda token: self._client.list_videos(token, cursor, max_count))

    def query_videos(self, ids: Sequence[str]) -> tuple[Video, ...]:
        """Those of up to 20 ids that are the account's and public."""
        return self._with_token(lambda token: self._client.query_videos(token, ids))

    def publish_status(self, publish_id: str) -> PublishStatus:
        """What became of a `publish_id`."""
        return self._with_token(lambda token: self._client.publish_status(token, publish_id))

    def send_chunk(
        self, upload_url: Secret, plan: ChunkPlan, index: int, body: Iterable[bytes], content_type: str
    ) -> ChunkReply:
        """Send one chunk; the last one posts. The address carries its own secret, so no token is sent."""
        return self._client.send_chunk(upload_url, plan, index, body, content_type)

    def _with_token(self, call: Callable[[Secret], T]) -> T:
        token = tokens.fresh(self._account, someone_waits=self._someone_waits)
        try:
            return call(token.secret)
        except AuthRefusal as refusal:
            if refusal.code != TOKEN_INVALID:
                raise
        token = tokens.fresh(self._account, refused=token.generation, someone_waits=self._someone_waits)
        try:
            return call(token.secret)
        except AuthRefusal as refusal:
            if refusal.code != TOKEN_INVALID:
                raise
            health.refuse_access(
                self._account, code=refusal.code, log_id=refusal.log_id, generation=token.generation
            )
            raise tokens.NeedsReconnect(self._account, refusal.code, refusal.log_id) from refusal
