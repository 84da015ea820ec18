"""Where a published post can be seen: its ids once it is public, and TikTok's own link to it.

Both come after moderation, sometimes hours later, and for posts that are not public never; their absence changes
nothing. Whether the post is out at all is `confirm`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max

from scheduler import schedule
from scheduler.content import is_draft_for_app
from scheduler.models import Post, PublishAttempt
from scheduler.pacing import Call, Paced
from scheduler.states import EventKind, PostStatus
from scheduler.transitions import note
from tiktok.client.errors import TikTokError
from tiktok.tokens import NeedsReconnect

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from scheduler.work import Work
    from tiktok.models import TikTokAccount

PUBLIC = "PUBLIC_TO_EVERYONE"
"""Only such a post ever gets a public id (tiktok-api.md 9.2); a draft's audience is the creator's own choice."""

SHOWS_VIDEOS = "video.list"
"""The scope by which TikTok tells a link (tiktok-api.md 9.3)."""

MOST_ASKED = 20


def look_for_link(work: Work) -> None:
    """Ask for what is still unknown, more and more seldom, and rest once nothing is or a week has passed."""
    post, attempt = work.post, work.attempt
    waited = work.clock.now() - _last_news(post)
    if (
        attempt is None
        or waited > schedule.LINK_GIVE_UP_AFTER
        or not wants_more(post, attempt, attempt.post_ids)
    ):
        work.keep(next_step_at=None)
        return
    again = work.later(schedule.link_delay(attempt.polls, waited))
    work.record(polls=attempt.polls + 1, next_step_at=again)
    try:
        if attempt.post_ids:
            _ask_for_link(work, attempt)
        else:
            _ask_for_ids(work, attempt)
    except (TikTokError, NeedsReconnect, Paced):
        return  # the post is live whatever this call says; the next look asks again


def _last_news(post: Post) -> datetime:
    """When it was published, or TikTok last told an id of it: its link may follow, however late the id came."""
    assert post.published_at is not None
    found = post.events.filter(workspace_id=post.workspace_id, kind=EventKind.LINK_FOUND)
    last: datetime | None = found.aggregate(last=Max("at"))["last"]
    return max(post.published_at, last) if last else post.published_at


def all_ids(attempt: PublishAttempt, told: Sequence[str]) -> list[str]:
    """What is known and what TikTok tells now: an id that an event brought stays, whatever the next answer lacks."""
    return list(dict.fromkeys([*attempt.post_ids, *told]))


def wants_more(post: Post, attempt: PublishAttempt, post_ids: Sequence[str]) -> bool:
    """Whether TikTok may still tell an id or a link."""
    if not post_ids:
        return bool(attempt.publish_id) and (post.privacy_level == PUBLIC or is_draft_for_app(post))
    return not attempt.share_url and post.account is not None and SHOWS_VIDEOS in post.account.scopes


def note_public(
    *, account: TikTokAccount, publish_id: str, post_ids: Sequence[str], is_public: bool, at: datetime
) -> UUID | None:
    """TikTok told that a post became public, or no longer is; returns the post, if it is one of ours.

    Evidence for the page, never a status: a post stays published when its creator hides it. Events come in any order,
    so whether it is public is by the one that happened last (`at`, TikTok's clock); an id is news from any of them.
    """
    mine = {"workspace_id": account.workspace_id, "account": account, "publish_id": publish_id}
    with transaction.atomic():
        # The post first, as every step does (`Work.lock`): else the two wait for each other.
        post = (
            Post.objects.select_for_update(of=("self",))
            .filter(
                workspace_id=account.workspace_id,
                pk__in=PublishAttempt.objects.filter(**mine).exclude(publish_id="").values("post_id"),
            )
            .first()
        )
        if post is None:
            return None
        post.account = account
        attempt = PublishAttempt.objects.select_for_update(of=("self",)).get(post=post, **mine)
        new = [one for one in post_ids if one not in attempt.post_ids]
        attempt.post_ids = all_ids(attempt, post_ids)
        if attempt.shown_told_at is None or at >= attempt.shown_told_at:
            attempt.hidden_at, attempt.shown_told_at = None if is_public else at, at
        attempt.save(update_fields=["post_ids", "hidden_at", "shown_told_at"])
        if new:
            note(post, EventKind.LINK_FOUND, attempt=attempt, post_ids=new)
        _look_now(post, attempt, at)
    return post.pk


def _look_now(post: Post, attempt: PublishAttempt, at: datetime) -> None:
    """The link may be there as well."""
    if post.status == PostStatus.PUBLISHED and wants_more(post, attempt, attempt.post_ids):
        Post.objects.filter(workspace_id=post.workspace_id, pk=post.pk, status=PostStatus.PUBLISHED).update(
            next_step_at=at
        )


def _ask_for_ids(work: Work, attempt: PublishAttempt) -> None:
    told = work.paced(Call.STATUS).publish_status(attempt.publish_id)
    if not told.post_ids:
        return
    ids = all_ids(attempt, told.post_ids)
    with transaction.atomic():
        work.record(post_ids=ids)
        work.keep(next_step_at=work.clock.now() if wants_more(work.post, attempt, ids) else None)
        note(work.post, EventKind.LINK_FOUND, attempt=attempt, post_ids=ids)


def _ask_for_link(work: Work, attempt: PublishAttempt) -> None:
    """TikTok shows public posts only, and of photos perhaps none (tiktok-api.md 13.3)."""
    shown = work.tiktok.query_videos(attempt.post_ids[:MOST_ASKED])
    link = next((video.share_url for video in shown if video.share_url), "")
    if link:
        with transaction.atomic():
            work.record(share_url=link[:500])
            work.keep(next_step_at=None)
            note(work.post, EventKind.LINK_FOUND, attempt=attempt, share_url=link[:500])
