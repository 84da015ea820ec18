"""One account's turn: ask TikTok for its counts and for its posts', and keep each answer with its instant.

Asked with the Display API (tiktok-api.md 4 and 13), as far as the creator allowed it. A refusal changes no number: it
is noted on the account's `Reading`, and pages tell it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.db.models import Max, OuterRef, Subquery

from scheduler.analytics import ages
from scheduler.clock import database_now
from scheduler.models import AccountNumbers, PostNumbers, PublishAttempt, Reading
from scheduler.states import PostStatus, Stage
from tiktok.client import TikTokError
from tiktok.client.codes import SCOPE_CODES
from tiktok.client.gallery import LARGEST_PAGE
from tiktok.sessions import AccountSession, client_for
from tiktok.tokens import NeedsReconnect

if TYPE_CHECKING:
    from tiktok.client import Video
    from tiktok.models import TikTokAccount

POSTS_SCOPE = "video.list"
ACCOUNT_SCOPE = "user.info.stats"
SCOPES = (POSTS_SCOPE, ACCOUNT_SCOPE)
"""Each allows one of the two questions (tiktok-api.md 3)."""

CALLS_A_TURN = 5
"""Queries of one account in a row; what is left over is the next turn's."""


class Due(NamedTuple):
    """One video that is to be counted."""

    post_id: UUID
    video_id: str


def take_turn(reading: Reading) -> None:
    """Ask what is due of this account. Never raises what TikTok answers."""
    account, session = reading.account, client_for(reading.account)
    questions: tuple[tuple[str, Callable[[TikTokAccount, AccountSession], None]], ...] = (
        (ACCOUNT_SCOPE, count_account),
        (POSTS_SCOPE, count_posts),
    )
    refused: tuple[str, TikTokError | NeedsReconnect] | None = None
    for scope, ask in questions:
        if scope not in account.scopes:
            continue
        try:
            ask(account, session)
        except (TikTokError, NeedsReconnect) as error:
            refused = scope, error
            if error.code not in SCOPE_CODES:
                break  # it is the token, or TikTok itself: the other question fares no better
    _note(reading, *(refused or ("", None)))


def count_account(account: TikTokAccount, session: AccountSession) -> None:
    """Followers, likes and videos, once a day."""
    rows = AccountNumbers.objects.filter(workspace_id=account.workspace_id, account=account)
    last = rows.order_by("-measured_at").values_list("measured_at", flat=True).first()
    if not ages.account_is_due(database_now(), last=last):
        return
    told = session.account_counts()
    AccountNumbers.objects.create(
        workspace_id=account.workspace_id,
        account=account,
        measured_at=database_now(),
        followers=told.follower_count,
        following=told.following_count,
        likes=told.likes_count,
        videos=told.video_count,
    )


def count_posts(account: TikTokAccount, session: AccountSession) -> None:
    """The posts that are due, the youngest first, as many as TikTok takes in a call."""
    waiting = due(account)
    for start in range(0, min(len(waiting), CALLS_A_TURN * LARGEST_PAGE), LARGEST_PAGE):
        few = waiting[start : start + LARGEST_PAGE]
        shown = session.query_videos([each.video_id for each in few])
        _keep(account, few, {video.id: video for video in shown})


def due(account: TikTokAccount) -> list[Due]:
    """Videos of published posts whose public id is known and whose last count is too old for their age."""
    now = database_now()
    counted = PostNumbers.objects.filter(workspace_id=account.workspace_id, post=OuterRef("post_id"))
    last = counted.order_by().values("post").annotate(at=Max("measured_at")).values("at")
    attempts = PublishAttempt.objects.filter(
        workspace_id=account.workspace_id,
        account=account,
        stage=Stage.LIVE,
        post__status=PostStatus.PUBLISHED,
    ).exclude(post_ids=[])
    rows = (
        attempts.annotate(last=Subquery(last))
        .filter(ages.is_due(now, published="post__published_at", last="last"))
        .order_by("-post__published_at")
        .values_list("post_id", "post_ids")[: CALLS_A_TURN * LARGEST_PAGE]
    )
    return [Due(post_id, video_id) for post_id, ids in rows for video_id in ids]


def _keep(account: TikTokAccount, asked: Sequence[Due], shown: dict[str, Video]) -> None:
    now = database_now()
    PostNumbers.objects.bulk_create(
        _numbers(account, each, shown.get(each.video_id), measured_at=now) for each in asked
    )


def _numbers(account: TikTokAccount, asked: Due, video: Video | None, **when: object) -> PostNumbers:
    known: dict[str, Any] = {"post_id": asked.post_id, "video_id": asked.video_id, **when}
    if video is not None:
        known |= {
            "views": video.view_count,
            "likes": video.like_count,
            "comments": video.comment_count,
            "shares": video.share_count,
        }
    return PostNumbers(workspace_id=account.workspace_id, is_shown=video is not None, **known)


def _note(reading: Reading, scope: str, error: TikTokError | NeedsReconnect | None) -> None:
    now = database_now()
    mine = Reading.objects.filter(workspace_id=reading.workspace_id, pk=reading.pk)
    if error is None:
        mine.update(answered_at=now, refused_at=None, scope="", code="", log_id="")
    else:
        mine.update(refused_at=now, scope=scope, code=error.code[:64], log_id=error.log_id[:64])
