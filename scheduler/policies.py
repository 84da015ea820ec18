"""What may be done with a post in the state it is in, and what its content must satisfy.

A policy asks about the post; a permission (`accounts.permissions`) asks about the person. Each rule is one
`check_can_x` that raises a sentence for people; `can_x` is derived from it, and pages show the same sentence.
Pure: no query, no clock of its own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from scheduler.states import ACTION_LABELS, EXPLANATIONS, Explanation, PostStatus, Reason
from tiktok.client import codes

if TYPE_CHECKING:
    from scheduler.models import Media, Post
    from tiktok.client.types import CreatorInfo

CAPTION_LIMIT = 2200
"""UTF-16 code units (tiktok-api.md 6.1)."""

LATE_LIMIT = timedelta(minutes=60)
"""A post that could not start within this of its due time is missed, not fired (R-82)."""

PRIVACY_LABELS = {
    "PUBLIC_TO_EVERYONE": "Everyone",
    "MUTUAL_FOLLOW_FRIENDS": "Friends",
    "FOLLOWER_OF_CREATOR": "Followers",
    "SELF_ONLY": "Only me",
}
"""Words for the values of tiktok-api.md 5; which of them are offered is TikTok's answer, never this table."""

NOT_FOR_BRANDED = frozenset({"SELF_ONLY", "FOLLOWER_OF_CREATOR"})
"""Branded content goes to the public or to friends only (tiktok-api.md 6.1, 15 points 20 to 23)."""


class NotPossible(Exception):
    """The state of the post forbids it; the message is a sentence for the person."""


@dataclass(frozen=True)
class Problem:
    """One thing to mend before a post may be scheduled: the field's name and a sentence."""

    field: str
    sentence: str
    reason: Reason | None = None


class ContentRefused(Exception):
    """The content may not be posted as it is; `problems` says what to mend, field by field."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(" ".join(problem.sentence for problem in problems))
        self.problems = problems


def utf16_length(text: str) -> int:
    """Length as TikTok and JavaScript count it: an emoji outside the basic plane counts two."""
    return len(text.encode("utf-16-le")) // 2


def privacy_label(level: str) -> str:
    return PRIVACY_LABELS.get(level, level.replace("_", " ").capitalize())


# --- what may be done now


def check_can_edit(post: Post) -> None:
    if post.status == PostStatus.PUBLISHING:
        raise NotPossible("This post is on its way to TikTok, so it can't be changed any more.")
    if post.status == PostStatus.PUBLISHED:
        raise NotPossible("This post is on TikTok. TikTok lets it be changed only in its own app.")
    if post.status == PostStatus.NEEDS_CHECK:
        raise NotPossible("Say first whether this post is live on TikTok.")
    if post.status == PostStatus.CANCELLED:
        raise NotPossible("This post was cancelled. Move it to drafts to work on it again.")


def check_can_reschedule(post: Post) -> None:
    check_can_edit(post)
    if post.status == PostStatus.DRAFT:
        raise NotPossible("A draft has no time yet. Schedule it instead.")


def check_can_cancel(post: Post) -> None:
    if post.status == PostStatus.PUBLISHING:
        raise NotPossible("Too late to cancel: the video is on its way to TikTok.")
    if post.status not in {PostStatus.DRAFT, PostStatus.SCHEDULED, PostStatus.FAILED, PostStatus.MISSED}:
        raise NotPossible("There is nothing left to cancel.")


def check_can_move_to_drafts(post: Post) -> None:
    movable = {PostStatus.SCHEDULED, PostStatus.FAILED, PostStatus.MISSED, PostStatus.CANCELLED}
    if post.status == PostStatus.PUBLISHING:
        raise NotPossible("Too late to stop: the video is on its way to TikTok.")
    if post.status not in movable:
        raise NotPossible("Only a post that has not gone out can become a draft.")


def check_can_retry(post: Post) -> None:
    if post.status not in {PostStatus.FAILED, PostStatus.MISSED}:
        raise NotPossible("Trying again is safe only where it is certain that nothing was posted.")


def check_can_answer(post: Post) -> None:
    if post.status != PostStatus.NEEDS_CHECK:
        raise NotPossible("The outcome of this post is known; there is nothing to decide.")


def check_can_commit(post: Post, *, content_digest: str, now: datetime) -> None:
    """The last look before the byte that posts: anything a person changed until now wins."""
    if post.status != PostStatus.SCHEDULED:
        raise NotPossible("The post is no longer scheduled.")
    if post.hold:
        raise NotPossible("The post is on hold.")
    if post.consent_digest != content_digest:
        raise NotPossible("What was sent ahead is not what the post says now.")
    if post.due_at is None or now < post.due_at - timedelta(seconds=1):
        raise NotPossible("The post is not due yet.")


def _allowed(check: Callable[[Post], None]) -> Callable[[Post], bool]:
    def can(post: Post) -> bool:
        try:
            check(post)
        except NotPossible:
            return False
        return True

    return can


can_edit = _allowed(check_can_edit)
can_reschedule = _allowed(check_can_reschedule)
can_cancel = _allowed(check_can_cancel)
can_move_to_drafts = _allowed(check_can_move_to_drafts)
can_retry = _allowed(check_can_retry)
can_answer = _allowed(check_can_answer)


def too_late(post: Post, now: datetime) -> bool:
    return post.due_at is not None and now > post.due_at + LATE_LIMIT


# --- what the content must satisfy


def own_problems(post: Post) -> list[Problem]:
    """Rules that hold whatever the creator's settings are (tiktok-api.md 6.1 and 15)."""
    problems = []
    over = utf16_length(post.caption) - CAPTION_LIMIT
    if over > 0:
        problems.append(
            Problem(
                "caption", f"The caption is {over:,} characters over TikTok's limit of 2,200. Shorten it."
            )
        )
    if post.disclose and not (post.brand_organic or post.brand_content):
        problems.append(
            Problem(
                "disclose",
                "You need to indicate if your content promotes yourself, a third party, or both.",
            )
        )
    if (post.brand_organic or post.brand_content) and not post.disclose:
        problems.append(Problem("disclose", "Turn on the disclosure to label the post as promotional."))
    if post.brand_content and post.privacy_level in NOT_FOR_BRANDED:
        problems.append(
            Problem(
                "privacy_level",
                "Branded content visibility cannot be set to private."
                if post.privacy_level == "SELF_ONLY"
                else "Branded content can be shown to everyone or to friends only.",
            )
        )
    return problems


def creator_problems(post: Post, creator: CreatorInfo) -> list[Problem]:
    """What this creator's TikTok settings do not allow now (tiktok-api.md 5). Nothing is ever replaced silently."""
    problems = []
    if not post.privacy_level:
        problems.append(Problem("privacy_level", "Choose who can watch."))
    elif post.privacy_level not in creator.privacy_level_options:
        label = privacy_label(post.privacy_level)
        problems.append(
            Problem(
                "privacy_level",
                f"{creator.nickname} can't post to “{label}” any more. Choose who can watch.",
                Reason.PRIVACY_GONE,
            )
        )
    for field, name, off in (
        ("allow_comment", "comments", creator.comment_disabled),
        ("allow_duet", "duets", creator.duet_disabled),
        ("allow_stitch", "stitches", creator.stitch_disabled),
    ):
        if off and getattr(post, field):
            problems.append(
                Problem(field, f"{creator.nickname} has turned {name} off in TikTok.", Reason.INTERACTION_OFF)
            )
    return problems


def media_problems(media: Media | None, creator: CreatorInfo) -> list[Problem]:
    if media is None:
        return [Problem("media", "Add a video.")]
    if media.status == "checking":
        return [Problem("media", "The video is still being checked. It takes a moment.")]
    if media.status == "refused":
        return [Problem("media", " ".join(media.refusals))]
    limit = creator.max_video_post_duration_sec
    if limit and media.duration_ms is not None and media.duration_ms > limit * 1000:
        return [
            Problem(
                "media",
                f"The video is {clock_length(media.duration_ms / 1000)}, {creator.nickname} may post up to "
                f"{clock_length(limit)}. Replace the video.",
                Reason.TOO_LONG,
            )
        ]
    return []


def content_problems(post: Post, creator: CreatorInfo, media: Media | None) -> list[Problem]:
    """Everything to mend before this may be scheduled or sent."""
    return [*media_problems(media, creator), *own_problems(post), *creator_problems(post, creator)]


def clock_length(seconds: float) -> str:
    """As a player shows it: 12:04."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def content_digest(post: Post, media: Media) -> str:
    """SHA-256 over exactly what a person agreed to publish: file, words, settings, account (15 point 29)."""
    agreed = {
        "account": str(post.account_id),
        "media": media.sha256,
        "caption": post.caption,
        "privacy_level": post.privacy_level,
        "allow": [post.allow_comment, post.allow_duet, post.allow_stitch],
        "brand": [post.disclose, post.brand_organic, post.brand_content],
        "is_aigc": post.is_aigc,
        "cover_timestamp_ms": post.cover_timestamp_ms,
    }
    return hashlib.sha256(json.dumps(agreed, sort_keys=True).encode()).hexdigest()


# --- what people read


ACTION_BY_REMEDY = {
    codes.Remedy.RECONNECT: "reconnect",
    codes.Remedy.USER_FIX: "edit",
    codes.Remedy.RETRY: "retry",
    codes.Remedy.RETRY_AFTER: "reschedule",
    codes.Remedy.APP_CONFIG: "wait",
    codes.Remedy.TERMINAL: "edit",
}


CONNECTION_LOST = frozenset({Reason.NEEDS_RECONNECT, Reason.ACCOUNT_DISCONNECTED})


def _said_by_tiktok(post: Post) -> codes.CodeRow | None:
    """TikTok's own reason; none where it belongs to an earlier trouble than the lost connection that holds the post."""
    if not (post.code and post.surface):
        return None
    row = codes.row_for(post.code, codes.Surface(post.surface))
    return None if post.hold in CONNECTION_LOST and row.remedy != codes.Remedy.RECONNECT else row


def explain(post: Post) -> Explanation | None:
    """Why the post waits or did not go out, in TikTok's case by its code; None where there is nothing to explain."""
    reason = post.hold or post.reason
    if not reason:
        return None
    name = post.account.display_name if post.account else "The account"
    row = _said_by_tiktok(post)
    if row:
        told = Explanation(row.title, row.sentence, ACTION_BY_REMEDY[row.remedy], row.action)
    else:
        own = EXPLANATIONS[Reason(reason)]
        told = Explanation(own.title, own.sentence, own.action, ACTION_LABELS[own.action])
    return Explanation(
        told.title.format(account=name),
        told.sentence.format(account=name),
        told.action,
        told.label.format(account=name),
    )
