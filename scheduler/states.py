"""The vocabularies of a post: few states drive, many reasons explain.

`PostStatus` decides what may happen next (`TRANSITIONS`); `Stage` is how far one attempt at TikTok has got;
`Reason` says why a post waits or did not go out when the cause is ours to name. A refusal that TikTok words
itself keeps TikTok's code beside `Reason.TIKTOK_REFUSED`; its sentence stands in `tiktok.client.codes`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PostStatus(StrEnum):
    DRAFT = "draft"  # nobody has agreed to publish it yet
    IN_REVIEW = "in_review"  # agreed to by its author, waits for an approval
    SCHEDULED = "scheduled"  # goes out at its due time; parts may have been sent ahead
    PUBLISHING = "publishing"  # the intent to send the committing byte is on record
    PUBLISHED = "published"  # TikTok said PUBLISH_COMPLETE
    IN_INBOX = "in_inbox"  # TikTok said SEND_TO_USER_INBOX: the creator finishes it in the app
    FAILED = "failed"  # it is certain that nothing was posted
    NEEDS_CHECK = "needs_check"  # it may be live; a person decides on the evidence
    MISSED = "missed"  # too late by the late policy; nothing was sent
    CANCELLED = "cancelled"  # a person stopped it in time


TRANSITIONS: dict[PostStatus, frozenset[PostStatus]] = {
    PostStatus.DRAFT: frozenset({PostStatus.SCHEDULED, PostStatus.IN_REVIEW, PostStatus.CANCELLED}),
    PostStatus.IN_REVIEW: frozenset({PostStatus.SCHEDULED, PostStatus.DRAFT, PostStatus.CANCELLED}),
    PostStatus.SCHEDULED: frozenset(
        {
            PostStatus.DRAFT,
            PostStatus.PUBLISHING,
            PostStatus.FAILED,
            PostStatus.MISSED,
            PostStatus.CANCELLED,
            # After a restore only: it was due in the time that the database forgot.
            PostStatus.NEEDS_CHECK,
        }
    ),
    # Back to scheduled only on proof that this attempt can never become a post.
    PostStatus.PUBLISHING: frozenset(
        {
            PostStatus.PUBLISHED,
            PostStatus.IN_INBOX,
            PostStatus.FAILED,
            PostStatus.NEEDS_CHECK,
            PostStatus.SCHEDULED,
        }
    ),
    PostStatus.IN_INBOX: frozenset({PostStatus.PUBLISHED, PostStatus.FAILED}),
    # To publishing only where TikTok tells of a post that a person had looked for in vain.
    PostStatus.FAILED: frozenset(
        {PostStatus.SCHEDULED, PostStatus.DRAFT, PostStatus.CANCELLED, PostStatus.PUBLISHING}
    ),
    PostStatus.MISSED: frozenset({PostStatus.SCHEDULED, PostStatus.DRAFT, PostStatus.CANCELLED}),
    PostStatus.NEEDS_CHECK: frozenset({PostStatus.PUBLISHED, PostStatus.IN_INBOX, PostStatus.FAILED}),
    PostStatus.CANCELLED: frozenset({PostStatus.DRAFT}),
    PostStatus.PUBLISHED: frozenset(),
}

OUT_THERE = frozenset({"PUBLISH_COMPLETE", "SEND_TO_USER_INBOX"})
"""TikTok's words for what arrived: on the profile, or in the creator's inbox (tiktok-api.md 9)."""

ENGINE_DRIVEN = frozenset({PostStatus.SCHEDULED, PostStatus.PUBLISHING})
"""A post in one of these always has a next step due, and someone will claim it."""


class PostKind(StrEnum):
    """What a post is made of."""

    VIDEO = "video"
    PHOTO = "photo"  # a carousel of 1 to 35 images


class PostMode(StrEnum):
    """Where TikTok puts it."""

    DIRECT = "direct"  # on the profile
    INBOX = "inbox"  # a draft, announced in the creator's app, who finishes it there


MODE_LABELS: dict[str, str] = {PostMode.DIRECT: "On the profile", PostMode.INBOX: "TikTok inbox"}
"""Where it goes, as people read it on every page."""


class Way(StrEnum):
    """How the bytes of an attempt get to TikTok, and so what commits it."""

    UPLOAD = "upload"  # we send chunks; the last byte posts
    PULL = "pull"  # TikTok fetches from our `/pull/`; the init posts


class NextStep(StrEnum):
    """Which queue a waiting row is for; what is done is chosen from the record all the same."""

    CHECK = "check"  # short, and opens nothing: the look ahead, or bytes that TikTok still misses
    START = "start"  # anything short before the commit
    SEND = "send"  # chunks, ahead of time
    COMMIT = "commit"  # held to the due instant
    ASK = "ask"  # what became of it


class LaneKind(StrEnum):
    """An account's two queues. Commits wait in neither: no call of the account's token is in them."""

    CALLS = "calls"  # steps that call with the account's token
    SENDS = "sends"  # bytes to an upload URL, which carries its own secret


CALLS = frozenset({NextStep.CHECK, NextStep.START, NextStep.ASK})


ASKED_ABOUT = frozenset(
    {PostStatus.PUBLISHING, PostStatus.PUBLISHED, PostStatus.IN_INBOX, PostStatus.NEEDS_CHECK}
)
"""In one of these a post is looked at to ask TikTok about it."""


class Stage(StrEnum):
    """How far one attempt has got. Written before and after every outside call.

    A `Way.PULL` has no id before its commit: STAGED is prepared, COMMITTING is the init on its way.
    """

    STARTING = "starting"  # intent to init on record; no publish_id known
    STARTED = "started"  # publish_id and upload URL on record; earlier chunks going up
    STAGED = "staged"  # everything but the last chunk is at TikTok
    COMMITTING = "committing"  # intent to send the last chunk on record
    COMMITTED = "committed"  # TikTok acknowledged the last byte
    LIVE = "live"  # TikTok said PUBLISH_COMPLETE
    REFUSED = "refused"  # TikTok said FAILED
    ABANDONED = "abandoned"  # given up on proof that it can never become a post


OPEN_STAGES = (Stage.STARTING, Stage.STARTED, Stage.STAGED, Stage.COMMITTING, Stage.COMMITTED)
"""Stages from which an attempt may still become a post: one such attempt per post, held by the database."""


STAGES_FOLLOW: dict[Stage, frozenset[Stage]] = {
    Stage.STARTING: frozenset({Stage.STARTED, Stage.STAGED, Stage.ABANDONED}),
    Stage.STARTED: frozenset({Stage.STAGED, Stage.ABANDONED}),
    Stage.STAGED: frozenset({Stage.COMMITTING, Stage.ABANDONED}),
    # From here on only TikTok's word, or a person's, ends it; abandoned, where it is proven dead.
    Stage.COMMITTING: frozenset({Stage.COMMITTED, Stage.LIVE, Stage.REFUSED, Stage.ABANDONED}),
    Stage.COMMITTED: frozenset({Stage.LIVE, Stage.REFUSED, Stage.ABANDONED}),
    Stage.LIVE: frozenset(),
    Stage.REFUSED: frozenset(),
    Stage.ABANDONED: frozenset(),
}
"""What may become of an attempt; `tests/scheduler/test_state_machine.py` holds every write to it."""

FIRST_STAGE = {Way.UPLOAD: Stage.STARTING, Way.PULL: Stage.STAGED}


class EventKind(StrEnum):
    """What a line of a post's timeline is about."""

    CREATED = "created"
    EDITED = "edited"
    MOVED = "moved"  # the status changed
    RESCHEDULED = "rescheduled"
    HELD = "held"
    RELEASED = "released"
    CHECKED = "checked"  # creator info compared with the post
    ATTEMPT_STARTED = "attempt_started"
    SENT_AHEAD = "sent_ahead"
    LAST_BYTE_SENT = "last_byte_sent"
    ANSWER_LOST = "answer_lost"
    RESUMED = "resumed"
    STATUS_READ = "status_read"
    ATTEMPT_ENDED = "attempt_ended"
    RETRYING = "retrying"
    LINK_FOUND = "link_found"
    OWNER_TOLD = "owner_told"


class Reason(StrEnum):
    """Why a post waits, failed, was missed or needs a person."""

    TIKTOK_REFUSED = "tiktok_refused"
    TIKTOK_TROUBLE = "tiktok_trouble"
    TOO_MANY_ATTEMPTS = "too_many_attempts"
    MEDIA_MISSING = "media_missing"
    MEDIA_CHANGED = "media_changed"
    CONTENT_CHANGED = "content_changed"
    PRIVACY_GONE = "privacy_gone"
    INTERACTION_OFF = "interaction_off"
    TOO_LONG = "too_long"
    NEEDS_RECONNECT = "needs_reconnect"
    ACCOUNT_DISCONNECTED = "account_disconnected"
    DAILY_CAP = "daily_cap"
    APP_CAP = "app_cap"
    APP_CONFIGURATION = "app_configuration"
    ENGINE_TROUBLE = "engine_trouble"
    LATE = "late"
    OUTCOME_UNKNOWN = "outcome_unknown"
    STILL_PROCESSING = "still_processing"
    PERSON_SAYS_NOT_LIVE = "person_says_not_live"
    EDITED_MEANWHILE = "edited_meanwhile"
    UPLOAD_EXPIRED = "upload_expired"
    ANSWER_NEVER_CAME = "answer_never_came"
    PENDING_SHARES = "pending_shares"
    PAUSED = "paused"
    RESTORED = "restored"
    SCOPE_MISSING = "scope_missing"
    UNAUDITED = "unaudited"
    NEVER_FETCHED = "never_fetched"
    PULL_STUCK = "pull_stuck"


@dataclass(frozen=True)
class Explanation:
    """What a person reads: title, cause, and the one next action, as a key the post page knows and as its words."""

    title: str
    sentence: str
    action: str
    label: str = ""


ACTION_LABELS = {
    "edit": "Edit the post",
    "retry": "Post now",
    "again": "I've finished them, try again",
    "reconnect": "Reconnect",
    "private": "Show me how",
    "reschedule": "Pick a time",
    "check": "Check now",
    "open": "Open TikTok",
    "details": "See the details",
    "wait": "",
}


EXPLANATIONS: dict[Reason, Explanation] = {
    Reason.TIKTOK_REFUSED: Explanation(
        "TikTok refused this post", "Nothing was posted. TikTok's reason stands below.", "edit"
    ),
    Reason.TIKTOK_TROUBLE: Explanation(
        "TikTok could not take this post",
        "TikTok did not answer properly, again and again. Nothing was posted.",
        "retry",
    ),
    Reason.TOO_MANY_ATTEMPTS: Explanation(
        "We stopped trying",
        "Every attempt ended before the video was complete at TikTok. Nothing was posted.",
        "retry",
    ),
    Reason.MEDIA_MISSING: Explanation(
        "The video file is gone",
        "The file is no longer in our storage. Nothing was posted.",
        "edit",
    ),
    Reason.MEDIA_CHANGED: Explanation(
        "The video file changed",
        "The file in our storage is not the one that was scheduled. Nothing was posted.",
        "edit",
    ),
    Reason.CONTENT_CHANGED: Explanation(
        "This is not what was agreed to",
        "The post differs from what was confirmed when it was scheduled. Nothing was posted.",
        "edit",
    ),
    Reason.PRIVACY_GONE: Explanation(
        "{account} can't post to the chosen audience any more",
        "TikTok no longer offers the chosen audience for this account. We never replace it silently.",
        "edit",
    ),
    Reason.INTERACTION_OFF: Explanation(
        "{account} switched this interaction off",
        "The post allows comments, duets or stitches that the account has turned off in TikTok.",
        "edit",
    ),
    Reason.TOO_LONG: Explanation(
        "The video is too long for {account}",
        "TikTok lets this account post shorter videos only.",
        "edit",
    ),
    Reason.NEEDS_RECONNECT: Explanation(
        "We lost the connection to {account}",
        "TikTok no longer accepts our access. Its posts wait until somebody reconnects it.",
        "reconnect",
    ),
    Reason.ACCOUNT_DISCONNECTED: Explanation(
        "{account} is disconnected",
        "The account was disconnected from this workspace. Its posts wait until it is connected again.",
        "reconnect",
    ),
    Reason.DAILY_CAP: Explanation(
        "{account} reached TikTok's limit for today",
        "TikTok counts posts from all apps. We ask again later.",
        "reschedule",
    ),
    Reason.APP_CAP: Explanation(
        "TikTok is busy; we try again",
        "TikTok limits how many creators this app may post for each day. The operator has been told.",
        "wait",
    ),
    Reason.APP_CONFIGURATION: Explanation(
        "The operator of this site has to fix something",
        "TikTok refused because of how this app is set up, not because of your post. It waits.",
        "wait",
    ),
    Reason.ENGINE_TROUBLE: Explanation(
        "Something went wrong on our side",
        "We stopped before sending anything. The operator finds the error in the log.",
        "retry",
    ),
    Reason.LATE: Explanation(
        "We were too late, so we didn't post",
        "The due time had passed by more than the limit. Nothing was posted.",
        "retry",
    ),
    Reason.OUTCOME_UNKNOWN: Explanation(
        "Did this go out?",
        "The video left us, but TikTok does not say what became of it. Look at the creator's page.",
        "check",
    ),
    Reason.STILL_PROCESSING: Explanation(
        "Did this go out?",
        "TikTok has been processing the video for a day. Look at the creator's page.",
        "check",
    ),
    Reason.PERSON_SAYS_NOT_LIVE: Explanation(
        "Not on the creator's page",
        "A person looked and did not find it. It can be published again.",
        "retry",
    ),
    Reason.EDITED_MEANWHILE: Explanation(
        "The post was edited", "What had been sent ahead was dropped; it starts again.", "wait"
    ),
    Reason.UPLOAD_EXPIRED: Explanation(
        "The upload expired", "TikTok keeps an unfinished upload for an hour; it starts again.", "wait"
    ),
    Reason.ANSWER_NEVER_CAME: Explanation(
        "TikTok's answer was lost", "Nothing can come of that attempt; it starts again.", "wait"
    ),
    Reason.PENDING_SHARES: Explanation(
        "{account} has five unfinished drafts in TikTok",
        "TikTok takes no more until one is finished in its app, or a day has passed. The post waits.",
        "again",
    ),
    Reason.PAUSED: Explanation(
        "Publishing is paused", "Somebody paused it. The post waits and goes out once it is resumed.", "wait"
    ),
    Reason.RESTORED: Explanation(
        "Did this go out?",
        "This site was restored from a backup, and the post was due in the time that the backup does not know. "
        "Look at the creator's page.",
        "check",
    ),
    Reason.SCOPE_MISSING: Explanation(
        "{account} has not allowed this",
        "The connection lacks a permission that this post needs. Reconnect and leave every box ticked.",
        "reconnect",
    ),
    Reason.UNAUDITED: Explanation(
        "Until TikTok approves this app, {account} must be a private account",
        "Until then TikTok takes only posts for “Only me”, and only while the TikTok account itself is private.",
        "edit",
        "Choose who can watch",
    ),
    Reason.NEVER_FETCHED: Explanation(
        "TikTok never fetched the files", "Nothing can come of that attempt; it starts again.", "wait"
    ),
    Reason.PULL_STUCK: Explanation(
        "TikTok could not fetch the files", "The download never ended, so it was stopped.", "retry"
    ),
}
