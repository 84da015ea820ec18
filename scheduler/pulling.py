"""The init that posts: TikTok fetches the files itself, so the call is the commit (design 4.2).

The call is built before the instant, with the token at hand and a place in the minute's six inits; it is sent by
`commit`. A token that has to be renewed first is renewed by `preparing`: nobody else's instant waits for that.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scheduler import pacing, pulls, requests
from scheduler.clock import database_now
from scheduler.pacing import Call, Paced
from scheduler.states import NextStep, PostKind, PostMode
from scheduler.transitions import keep
from tiktok import tokens
from tiktok.client.types import PhotoMode
from tiktok.tokens import NeedsReconnect

if TYPE_CHECKING:
    from scheduler.lease import Lease
    from scheduler.models import PublishAttempt
    from tiktok.client.aio import AsyncTikTokClient
    from tiktok.client.secret import Secret

Send = Callable[[], Awaitable[Any]]


@dataclass(frozen=True)
class Init:
    """The call, and which pair of the account's tokens it is made with."""

    send: Send
    generation: int


def init_of(lease: Lease, attempt: PublishAttempt, client: AsyncTikTokClient) -> Init | None:
    """The call for a prepared attempt; None where it can't be made now, with the post put off or given back."""
    post = attempt.post
    assert post.account is not None
    assert post.due_at is not None
    try:
        token = tokens.at_hand(post.account)
        if token is None:
            keep(post, fence=lease.fence, next_step_at=database_now())  # an ordinary step renews it
            return None
        pacing.take(post.account, Call.INIT, at=max(post.due_at, database_now()))
    except Paced as paced:
        keep(post, fence=lease.fence, next_step_at=paced.until, next_step=NextStep.COMMIT)
        return None
    except NeedsReconnect:
        keep(post, fence=lease.fence, next_step_at=database_now())  # an ordinary step holds it, and says so
        return None
    return Init(_call(attempt, token.secret, client), token.generation)


def _call(attempt: PublishAttempt, token: Secret, client: AsyncTikTokClient) -> Send:
    post, addresses = attempt.post, pulls.addresses(attempt)
    if post.kind == PostKind.PHOTO:
        mode = PhotoMode.INBOX if post.mode == PostMode.INBOX else PhotoMode.DIRECT
        photo = requests.photo_post(post, addresses)
        return client.ready_photos(token, photo, post_mode=mode)
    if post.mode == PostMode.INBOX:
        return client.ready_inbox_video_from_url(token, addresses[0])
    video = requests.video_post(post)
    return client.ready_video_from_url(token, video, addresses[0])
