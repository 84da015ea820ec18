"""What the scheduler remembers: media, posts, attempts at TikTok, and each post's timeline.

A `Post` is what people plan; its row is the schedule (`next_step_at`). A `PublishAttempt` is one `publish_id`
at TikTok, with every intent and every piece of evidence. A `PostEvent` is a line of the timeline, never changed.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q

from accounts.tenancy import WorkspaceOwned
from scheduler.states import ENGINE_DRIVEN, OPEN_STAGES, EventKind, PostStatus, Reason, Stage
from tiktok.fields import SealedField

MAX_ATTEMPTS = 200
"""Inits one post may ever cause; the database refuses more, whatever the engine believes (P6)."""


def choices(vocabulary: Any) -> list[tuple[str, str]]:
    return [(word.value, word.value.replace("_", " ").capitalize()) for word in vocabulary]


def among(*words: StrEnum) -> list[str]:
    """Plain texts, in a fixed order, as migrations want them."""
    return sorted(word.value for word in words)


class ClockTimestamp(Func):
    """The database's clock at this very statement; `Now()` would be the start of the transaction."""

    function = "clock_timestamp"
    output_field = models.DateTimeField()


class MediaStatus(models.TextChoices):
    """Whether a file may be posted."""

    CHECKING = "checking", "Checking the video"
    READY = "ready", "Ready"
    REFUSED = "refused", "Can't be posted"


class Media(WorkspaceOwned):
    """One uploaded video: the whole file as received, what the probe found, and why it may not be posted."""

    original_name = models.CharField(
        max_length=255, help_text="What the person's device called it; shown only."
    )
    storage_key = models.CharField(max_length=200, unique=True)
    size = models.BigIntegerField(help_text="Bytes.")
    sha256 = models.CharField(max_length=64)
    content_type = models.CharField(max_length=32, blank=True, help_text="By content, never by name.")
    status = models.CharField(max_length=10, choices=MediaStatus.choices, default=MediaStatus.CHECKING.value)
    refusals = ArrayField(models.TextField(), default=list, blank=True, help_text="One sentence each.")
    container = models.CharField(max_length=32, blank=True)
    codec = models.CharField(max_length=32, blank=True)
    duration_ms = models.PositiveIntegerField(null=True)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    frame_rate = models.FloatField(null=True)
    cover_key = models.CharField(
        max_length=200, blank=True, help_text="A small still, for lists and previews."
    )
    check_due_at = models.DateTimeField(
        null=True, default=None, help_text="When somebody probes it, if nobody has; null once checked."
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(db_default=ClockTimestamp())

    class Meta(WorkspaceOwned.Meta):
        abstract = False
        verbose_name_plural = "media"
        constraints = [
            models.CheckConstraint(
                condition=Q(status="checking", check_due_at__isnull=False)
                | (~Q(status="checking") & Q(check_due_at__isnull=True)),
                name="media_waiting_for_a_check_is_due",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "-created_at"], name="media_by_age"),
            models.Index(
                fields=["check_due_at"], condition=Q(check_due_at__isnull=False), name="media_to_check"
            ),
        ]


class Post(WorkspaceOwned):
    """One post for one account. `next_step_at` is the only clock: a claimed row is due again when its lease ends."""

    account = models.ForeignKey(
        "tiktok.TikTokAccount", null=True, on_delete=models.PROTECT, related_name="posts"
    )
    media = models.ForeignKey(Media, null=True, on_delete=models.PROTECT, related_name="posts")
    caption = models.TextField(blank=True)
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
    cover_timestamp_ms = models.PositiveIntegerField(null=True, blank=True)

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
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    consent_at = models.DateTimeField(null=True)
    consent_digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of what was agreed to.")

    next_step_at = models.DateTimeField(null=True, help_text="When the engine looks again; null: never.")
    fence = models.PositiveBigIntegerField(
        default=0, help_text="Rises with each claim and each change by a person."
    )
    troubles = models.PositiveSmallIntegerField(default=0, help_text="Steps in a row that got nowhere.")

    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
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
                    Q(account__isnull=False, media__isnull=False, due_at__isnull=False)
                    & ~Q(privacy_level="")
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
            models.Index(fields=["next_step_at"], condition=Q(next_step_at__isnull=False), name="post_due"),
            models.Index(
                fields=["workspace", "next_step_at"],
                condition=Q(next_step_at__isnull=False),
                name="post_due_by_workspace",
            ),
            models.Index(fields=["workspace", "due_at"], name="post_by_due_time"),
        ]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.due_zone or "UTC")


class PublishAttempt(WorkspaceOwned):
    """One `publish_id` at TikTok. At most one of a post's attempts may still become, or be, a TikTok post."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    content_digest = models.CharField(
        max_length=64, help_text="What it would publish; see Post.consent_digest."
    )
    stage = models.CharField(max_length=12, choices=choices(Stage), default=Stage.STARTING.value)
    publish_id = models.CharField(max_length=64, blank=True)
    upload_url = SealedField(null=True, context_field="publish_id")
    upload_expires_at = models.DateTimeField(null=True)
    video_size = models.BigIntegerField()
    chunk_size = models.BigIntegerField()
    chunk_count = models.PositiveSmallIntegerField()
    chunks_sent = models.PositiveSmallIntegerField(
        default=0, help_text="Chunks TikTok acknowledged, in order."
    )
    commits = models.PositiveSmallIntegerField(default=0, help_text="Times the last chunk was sent.")
    checked_at = models.DateTimeField(null=True, help_text="Last creator info that allowed this post.")
    started_at = models.DateTimeField(db_default=ClockTimestamp())
    commit_intent_at = models.DateTimeField(null=True)
    last_byte_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    polls = models.PositiveIntegerField(default=0)
    tiktok_status = models.CharField(max_length=64, blank=True, help_text="TikTok's last word.")
    tiktok_bytes = models.BigIntegerField(null=True, help_text="Bytes TikTok says it has.")
    code = models.CharField(max_length=64, blank=True)
    log_id = models.CharField(max_length=64, blank=True)
    post_ids = ArrayField(
        models.CharField(max_length=32), default=list, help_text="Text: 19 digits and more."
    )

    class Meta(WorkspaceOwned.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(fields=["post", "number"], name="attempt_numbered_once"),
            models.UniqueConstraint(
                fields=["post"],
                condition=Q(stage__in=among(*OPEN_STAGES, Stage.LIVE)),
                name="attempt_open_or_live_once_per_post",
            ),
            models.UniqueConstraint(
                fields=["publish_id"], condition=~Q(publish_id=""), name="attempt_publish_id_once"
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1, number__lte=MAX_ATTEMPTS), name="attempt_number_capped"
            ),
            models.CheckConstraint(
                condition=Q(stage__in=among(Stage.STARTING, Stage.ABANDONED))
                | (~Q(publish_id="") & Q(upload_expires_at__isnull=False)),
                name="attempt_started_has_its_id",
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=among(Stage.COMMITTING, Stage.COMMITTED, Stage.LIVE))
                | Q(commit_intent_at__isnull=False),
                name="attempt_committed_was_intended",
            ),
            models.CheckConstraint(
                condition=Q(chunks_sent__lte=F("chunk_count")), name="attempt_sends_each_chunk_once"
            ),
        ]


class PostEvent(WorkspaceOwned):
    """A line of a post's timeline, written in the transaction of the change it tells. Append-only."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="events")
    attempt = models.ForeignKey(PublishAttempt, null=True, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField(db_default=ClockTimestamp())
    kind = models.CharField(max_length=20, choices=choices(EventKind))
    status_from = models.CharField(max_length=12, blank=True)
    status_to = models.CharField(max_length=12, blank=True)
    reason = models.CharField(max_length=32, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=64, blank=True)
    http_status = models.PositiveSmallIntegerField(null=True)
    log_id = models.CharField(max_length=64, blank=True)
    detail = models.JSONField(default=dict, blank=True)

    class Meta(WorkspaceOwned.Meta):
        abstract = False
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["post", "at"], name="event_by_post")]
