"""Why a post waits or did not go out, in words for people and with what they can do about it.

TikTok's own reasons have the words of `tiktok.client.codes`, ours those of `scheduler.states`; numbers of the file and
the name of the account are filled in here. Pure: no query, no clock of its own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from scheduler.content import clock_length, privacy_label
from scheduler.policies import PRIVATE_ONLY
from scheduler.states import ACTION_LABELS, EXPLANATIONS, Explanation, PostStatus, Reason
from scheduler.video_limits import RATES, SIDES
from tiktok.client import codes
from tiktok.models import AccountStatus

if TYPE_CHECKING:
    from scheduler.models import Media, Post
    from tiktok.models import TikTokAccount

ACTION_BY_REMEDY = {
    codes.Remedy.RECONNECT: "reconnect",
    codes.Remedy.USER_FIX: "edit",
    codes.Remedy.RETRY: "retry",
    codes.Remedy.RETRY_AFTER: "reschedule",
    codes.Remedy.APP_CONFIG: "wait",
    codes.Remedy.TERMINAL: "edit",
}

ACTION_OF_BUTTON = {
    **dict.fromkeys(("Reconnect", "Reconnect and allow posting", "Connect again"), "reconnect"),
    **dict.fromkeys(("Choose who can watch", "Replace the video", "Edit the caption"), "edit"),
    **dict.fromkeys(("Edit the post", "Schedule it again"), "edit"),
    **dict.fromkeys(("Try now", "I've updated it, try again"), "retry"),
    "I've finished them, try again": "again",
    "Show me how": "private",
    "Pick a time": "reschedule",
    "Open TikTok": "open",
    "Check now": "open",
    "See the details": "details",
}
"""What the page does under TikTok's words for a button. Words that are not here promise what no page of ours does;
they give way to our own for what does follow."""

MISSED_MEANWHILE = "It lasted until the due time had passed by more than the limit. Nothing was posted."
CHOSEN_AUDIENCE = "the chosen audience"
CONNECTION_LOST = frozenset({Reason.NEEDS_RECONNECT, Reason.ACCOUNT_DISCONNECTED})
ENDS_BY_CONNECTING = CONNECTION_LOST | {Reason.SCOPE_MISSING}
"""Holds that are lifted the moment the account is connected again (`receivers`)."""

WAITS = "Its posts wait until somebody connects it again."


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
    account = post.account
    if post.hold in CONNECTION_LOST and account is not None and not account.is_active:
        return explain_loss(account)
    name = account.display_name if account else "The account"
    row = _said_by_tiktok(post)
    if row:
        action = ACTION_OF_BUTTON.get(row.action)
        instead = ACTION_BY_REMEDY[row.remedy]
        label = row.action if action else ACTION_LABELS[instead]
        told = Explanation(row.title, row.sentence, action or instead, label)
    else:
        own = EXPLANATIONS[Reason(reason)]
        told = replace(own, label=own.label or ACTION_LABELS[own.action])
    told = _after_the_end(told, post)
    return Explanation(
        _with_numbers(_with_audience(told.title.format(account=name), post), name, post),
        told.sentence.format(account=name),
        told.action,
        told.label.format(account=name),
    )


def explain_loss(account: TikTokAccount) -> Explanation:
    """What an account's people read while it is lost: of the account itself as of each of its posts."""
    rows = (row for row in codes.ALL_ROWS if row.code == account.status_code)
    row = next((row for row in rows if row.remedy == codes.Remedy.RECONNECT), None)
    is_over = account.status == AccountStatus.DISCONNECTED
    reason = Reason.ACCOUNT_DISCONNECTED if is_over else Reason.NEEDS_RECONNECT
    title = row.title if row else EXPLANATIONS[reason].title
    sentence = row.sentence if row else f"{account.get_status_reason_display()} {WAITS}"
    label = row.action if row and row.action in ACTION_OF_BUTTON else ACTION_LABELS["reconnect"]
    name = account.display_name
    return Explanation(title.format(account=name), sentence.format(account=name), "reconnect", label)


def wants_private_account(post: Post) -> bool:
    """Whether it waits, failed or may fail because TikTok has not approved this app yet."""
    risk = post.risk if post.status == PostStatus.SCHEDULED else ""
    return post.code == PRIVATE_ONLY or Reason.UNAUDITED in {post.hold, post.reason, risk}


def _with_audience(title: str, post: Post) -> str:
    """The title with the audience by its name, where it is about the one that was chosen."""
    named = f"“{privacy_label(post.privacy_level)}”" if post.privacy_level else CHOSEN_AUDIENCE
    return title.replace(CHOSEN_AUDIENCE, named)


FRAME_RATE, PICTURE_SIZE = "frame_rate_check_failed", "picture_size_check_failed"


def _with_numbers(title: str, name: str, post: Post) -> str:
    """The title with what our own look at the video found, where it is about that."""
    video = post.media
    if video is None:
        return title
    if post.reason == Reason.TOO_LONG or post.code == "duration_check_failed":
        long = clock_length((video.duration_ms or 0) / 1000)
        return f"The video is {long}, longer than {name} may post" if video.duration_ms else title
    return ": ".join(part for part in (title, _beyond(post.code, video)) if part)


def _beyond(code: str, video: Media) -> str:
    """What TikTok needs and this video lacks; nothing where by our own look it lacks nothing."""
    low, high = RATES if code == FRAME_RATE else SIDES
    if code == FRAME_RATE and video.frame_rate and not low <= video.frame_rate <= high:
        return f"{low} to {high} frames a second needed, this has {video.frame_rate:.4g}"
    sides = (video.width, video.height)
    if code == PICTURE_SIZE and any(side and not low <= side <= high for side in sides):
        return f"{low} to {high} pixels a side needed, this has {video.width} × {video.height}"
    return ""


def wants_export(post: Post) -> bool:
    """Whether TikTok could not read the video, so that another export of it helps."""
    return post.media is not None and post.code in {
        "file_format_check_failed",
        FRAME_RATE,
        PICTURE_SIZE,
    }


def _after_the_end(told: Explanation, post: Post) -> Explanation:
    """What to say where the cause is told for a post that waits, and this one no longer does."""
    if post.status == PostStatus.MISSED and post.reason != Reason.LATE:
        told = replace(told, sentence=MISSED_MEANWHILE)
    is_over = post.status in {PostStatus.FAILED, PostStatus.MISSED}
    is_mended = post.reason in CONNECTION_LOST and post.account is not None and post.account.is_active
    if is_over and (told.action in {"wait", "again"} or is_mended):
        told = replace(told, action="retry", label=ACTION_LABELS["retry"])
    return told
