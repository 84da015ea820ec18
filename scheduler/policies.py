"""What may be done with a post in the state it is in.

A policy asks about the post; a permission (`accounts.permissions`) asks about the person; what the content must
satisfy is `content`, whose names are offered here too; why a post waits, in words, is `explaining`. Each rule is one
`check_can_x` that raises a sentence for people; `can_x` is derived from it, and pages show the same sentence. Pure: no
query, no clock of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from scheduler.content import (
    CAPTION_LIMIT,
    NOT_FOR_BRANDED,
    PRIVACY_LABELS,
    ContentRefused,
    Problem,
    clock_length,
    content_digest,
    content_problems,
    creator_problems,
    media_problems,
    own_problems,
    privacy_label,
    utf16_length,
)
from scheduler.states import PostStatus, Reason

if TYPE_CHECKING:
    from scheduler.models import Post

__all__ = [
    "CAPTION_LIMIT",
    "NOT_FOR_BRANDED",
    "PRIVACY_LABELS",
    "ContentRefused",
    "Problem",
    "clock_length",
    "content_digest",
    "content_problems",
    "creator_problems",
    "media_problems",
    "own_problems",
    "privacy_label",
    "utf16_length",
]

NOT_GONE_OUT = frozenset({PostStatus.IN_REVIEW, PostStatus.SCHEDULED, PostStatus.FAILED, PostStatus.MISSED})
CANCELLABLE = NOT_GONE_OUT | {PostStatus.DRAFT}
MOVABLE = NOT_GONE_OUT | {PostStatus.CANCELLED}
"""Where nothing has reached TikTok, or nothing can come of it."""

PRIVATE_ONLY = "unaudited_client_can_only_post_to_private_accounts"
"""TikTok's code while it has not approved this app: the account has to be private (tiktok-api.md 6.4)."""


class NotPossible(Exception):
    """The state of the post forbids it; the message is a sentence for the person."""


def check_can_edit(post: Post) -> None:
    if post.status == PostStatus.PUBLISHING:
        raise NotPossible("This post is on its way to TikTok, so it can't be changed any more.")
    if post.status == PostStatus.PUBLISHED:
        raise NotPossible("This post is on TikTok. TikTok lets it be changed only in its own app.")
    if post.status == PostStatus.IN_INBOX:
        raise NotPossible("This post waits in the TikTok app. From here on it can be changed only there.")
    if post.status == PostStatus.IN_REVIEW:
        raise NotPossible("This post waits for an approval. Move it to drafts to work on it again.")
    if post.status == PostStatus.NEEDS_CHECK:
        raise NotPossible("Say first whether this post is live on TikTok.")
    if post.status == PostStatus.CANCELLED:
        raise NotPossible("This post was cancelled. Move it to drafts to work on it again.")


def check_can_schedule(post: Post) -> None:
    """Agree to publish it. What may be at TikTok already is never put back on the schedule by a person."""
    if post.status == PostStatus.SCHEDULED:
        raise NotPossible("This post is already scheduled.")
    check_can_edit(post)


def check_can_reschedule(post: Post) -> None:
    check_can_edit(post)
    if post.status == PostStatus.DRAFT:
        raise NotPossible("A draft has no time yet. Schedule it instead.")


def check_can_cancel(post: Post) -> None:
    if post.status == PostStatus.PUBLISHING:
        raise NotPossible("Too late to cancel: the post is on its way to TikTok.")
    if post.status not in CANCELLABLE:
        raise NotPossible("There is nothing left to cancel.")


def check_can_move_to_drafts(post: Post) -> None:
    if post.status == PostStatus.PUBLISHING:
        raise NotPossible("Too late to stop: the post is on its way to TikTok.")
    if post.status not in MOVABLE:
        raise NotPossible("Only a post that has not gone out can become a draft.")


def check_can_retry(post: Post) -> None:
    if post.status not in {PostStatus.FAILED, PostStatus.MISSED}:
        raise NotPossible("Trying again is safe only where it is certain that nothing was posted.")


def check_can_try_again(post: Post) -> None:
    """Ask TikTok sooner than we would: of what its creator may have mended, or after an answer that never came."""
    is_theirs = post.hold == Reason.PENDING_SHARES or (
        post.hold == Reason.APP_CONFIGURATION and post.code == PRIVATE_ONLY
    )
    if post.status != PostStatus.SCHEDULED or not (is_theirs or is_trying_again(post)):
        raise NotPossible("This post does not wait for anything that asking TikTok again could end.")


def is_trying_again(post: Post) -> bool:
    """Whether a step met trouble that may pass by itself."""
    return post.status == PostStatus.SCHEDULED and bool(post.troubles) and not post.hold


def check_can_answer(post: Post) -> None:
    if post.status != PostStatus.NEEDS_CHECK:
        raise NotPossible("The outcome of this post is known; there is nothing to decide.")


def check_can_mark_posted(post: Post) -> None:
    if post.status != PostStatus.IN_INBOX:
        raise NotPossible("This post does not wait in the TikTok app.")


def _allowed(check: Callable[[Post], None]) -> Callable[[Post], bool]:
    def can(post: Post) -> bool:
        try:
            check(post)
        except NotPossible:
            return False
        return True

    return can


can_edit = _allowed(check_can_edit)
can_schedule = _allowed(check_can_schedule)
can_reschedule = _allowed(check_can_reschedule)
can_cancel = _allowed(check_can_cancel)
can_move_to_drafts = _allowed(check_can_move_to_drafts)
can_retry = _allowed(check_can_retry)
can_try_again = _allowed(check_can_try_again)
can_answer = _allowed(check_can_answer)
can_mark_posted = _allowed(check_can_mark_posted)
