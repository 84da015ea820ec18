"""What people plan, and what happened to it.

A `Post` is one post for one account; its row is the schedule (`next_step_at`). A `PostEvent` is a line of its
timeline, never changed.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.tenancy import WorkspaceOwned
from scheduler.models.base import ClockTimestamp, among, choices, owner
from scheduler.models.media import Media
from scheduler.states import (
    CALLS,
    ENGINE_DRIVEN,
    EventKind,
    NextStep,
    PostKind,
    PostMode,
    PostStatus,
    Reason,
)

MAX_IMAGES = 35
"""Of one photo post (tiktok-api.md 8)."""


class Post(WorkspaceOwned):
    """One post for one account. `next_step_at` is the only clock: a claimed row is due again when its lease ends."""

    workspace = owner()
    account = models.ForeignKey(
        "tiktok.TikTokAccount", null=True, on_delete=models.PROTECT, related_name="posts"
    )
    media = models.ForeignKey(Media, null=True, on_delete=models.PROTECT, related_name="posts")
    kind = models.CharField(max_length=5, choices=choices(PostKind), default=PostKind.VIDEO.value)
    mode = models.CharField(max_length=6, choices=choices(PostMode), default=PostMode.DIRECT.value)
    title = models.CharField(max_length=90, blank=True, help_text="Of photos only.")
    caption = models.TextField(blank=True, help_text="Of photos: the description.")
    privacy_level = models.CharField(
        max_length=32, blank=True, help_text="As TikTok spells it; never a default."
    )
    allow_comment = models.BooleanField(default=False)
    allow_duet = models.BooleanField(default=False)
    allow_stitch = models.BooleanField(default=False)
    disclose = models.BooleanField(default=False, help_text="The content disclosure switch itself.")
    brand_organic = models.BooleanField(default=False, help_text="Your brand.")
    brand_content = models.BooleanField(default=False, help_text="Branded content: a paid partnership.")
    is_aigc = models.BooleanField(default=False)
    cover_timestamp_ms = models.PositiveIntegerField(null=True, blank=True, help_text="Of a video.")
    cover_index = models.PositiveSmallIntegerField(
        default=0, help_text="Of photos: which comes first, from 0."
    )
    auto_add_music = models.BooleanField(default=False, help_text="Of photos.")

    due_at = models.DateTimeField(null=True, help_text="The instant, UTC.")
    due_local = models.CharField(max_length=19, blank=True, help_text="What was meant: 2026-11-20T12:30:00.")
    due_zone = models.CharField(max_length=64, blank=True, help_text="In which IANA zone it was meant.")

    status = models.CharField(max_length=12, choices=choices(PostStatus), default=PostStatus.DRAFT.value)
    reason = models.CharField(max_length=32, choices=choices(Reason), blank=True)
    code = models.CharField(max_length=64, blank=True, help_text="TikTok's code behind the reason.")
    surface = models.CharField(max_length=16, blank=True, help_text="On which call; see tiktok.client.codes.")
    log_id = models.CharField(max_length=64, blank=True, help_text="What TikTok's support asks for.")
    hold = models.CharField(max_length=32, choices=choices(Reason), blank=True)

    version = models.PositiveIntegerField(
        default=1, help_text="Counts changes by people; a page that is behind is refused."
    )
    consent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    consent_at = models.DateTimeField(null=True)
    consent_digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of what was agreed to.")

    next_step_at = models.DateTimeField(null=True, help_text="When the engine looks again; null: never.")
    next_step = models.CharField(
        max_length=6,
        choices=choices(NextStep),
        default=NextStep.START.value,
        help_text="Which queue the row waits for. The step itself is chosen from the record.",
    )
    fence = models.PositiveBigIntegerField(
        default=0, help_text="Rises with each claim and each change by a person."
    )
    troubles = models.PositiveSmallIntegerField(default=0, help_text="Steps in a row that got nowhere.")

    looked_ahead_at = models.DateTimeField(null=True, help_text="The check an hour before; null: to come.")
    risk = models.CharField(max_length=32, choices=choices(Reason), blank=True)
    risk_sentence = models.TextField(blank=True, help_text="What the check ahead found, for its owner.")
    risk_told_at = models.DateTimeField(null=True, help_text="When the owner was warned of it.")

    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(db_default=ClockTimestamp())
    published_at = models.DateTimeField(null=True)

    class Meta(WorkspaceOwned.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(
                condition=~Q(status__in=among(*ENGINE_DRIVEN)) | Q(next_step_at__isnull=False),
                name="post_not_final_is_looked_at_again",
            ),
            models.CheckConstraint(
                condition=Q(status__in=among(PostStatus.DRAFT, PostStatus.CANCELLED))
                | (
                    Q(account__isnull=False, due_at__isnull=False)
                    & (Q(media__isnull=False) | Q(kind=PostKind.PHOTO.value))
                    & (~Q(privacy_level="") | Q(mode=PostMode.INBOX.value))
                    & ~Q(due_local="")
                    & ~Q(due_zone="")
                    & ~Q(consent_digest="")
                ),
                name="post_agreed_to_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(hold="") | Q(status=PostStatus.SCHEDULED.value), name="post_on_hold_is_scheduled"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=among(PostStatus.FAILED, PostStatus.NEEDS_CHECK, PostStatus.MISSED))
                | ~Q(reason=""),
                name="post_not_posted_says_why",
            ),
            models.CheckConstraint(
                condition=Q(brand_content=False)
                | ~Q(privacy_level__in=["SELF_ONLY", "FOLLOWER_OF_CREATOR"])
                | Q(status__in=among(PostStatus.DRAFT, PostStatus.CANCELLED)),
                name="post_branded_is_public_or_friends",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_step_at"], condition=Q(next_step=NextStep.COMMIT.value), name="post_to_commit"
            ),
            models.Index(
                fields=["account", "next_step_at"],
                condition=Q(next_step__in=among(*CALLS), next_step_at__isnull=False),
                name="post_in_lane_of_calls",
            ),
            models.Index(
                fields=["account", "next_step_at"],
                condition=Q(next_step=NextStep.SEND.value, next_step_at__isnull=False),
                name="post_in_lane_of_sends",
            ),
            models.Index(fields=["workspace", "due_at"], name="post_by_due_time"),
            models.Index(
                fields=["due_at"],
                condition=~Q(risk="") & Q(risk_told_at__isnull=True),
                name="post_at_risk_untold",
            ),
            models.Index(fields=["due_at"], condition=~Q(hold=""), name="post_on_hold"),
        ]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.due_zone or "UTC")


class PostImage(WorkspaceOwned):
    """One picture of a photo post, in its place."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="images")
    media = models.ForeignKey(Media, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(help_text="From 0.")

    class Meta(WorkspaceOwned.Meta):
        abstract = False
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["post", "position"], name="image_one_per_place"),
            models.CheckConstraint(condition=Q(position__lt=MAX_IMAGES), name="image_at_most_35"),
        ]


class PostEvent(WorkspaceOwned):
    """A line of a post's timeline, written in the transaction of the change it tells. Append-only."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="events", db_index=False)
    attempt = models.ForeignKey(
        "scheduler.PublishAttempt", null=True, on_delete=models.PROTECT, related_name="events"
    )
    at = models.DateTimeField(db_default=ClockTimestamp())
    kind = models.CharField(max_length=20, choices=choices(EventKind))
    status_from = models.CharField(max_length=12, blank=True)
    status_to = models.CharField(max_length=12, blank=True)
    reason = models.CharField(max_length=32, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    code = models.CharField(max_length=64, blank=True)
    http_status = models.PositiveSmallIntegerField(null=True)
    log_id = models.CharField(max_length=64, blank=True)
    detail = models.JSONField(default=dict, blank=True)

    class Meta(WorkspaceOwned.Meta):
        abstract = False
        ordering = ["at", "id"]
        indexes = [
            models.Index(fields=["post", "at"], name="event_by_post"),
            models.Index(
                fields=["at"],
                condition=Q(status_to__in=among(PostStatus.FAILED, PostStatus.MISSED, PostStatus.NEEDS_CHECK))
                & (Q(by__isnull=True) | Q(status_to=PostStatus.NEEDS_CHECK.value)),
                name="event_to_tell",
            ),
            models.Index(
                fields=["at"],
                condition=Q(kind=EventKind.RESCHEDULED.value, detail__has_key="because"),
                name="event_of_changed_clocks",
            ),
            models.Index(
                fields=["workspace", "-at"],
                condition=Q(kind=EventKind.OWNER_TOLD.value),
                name="event_owner_told",
            ),
        ]
