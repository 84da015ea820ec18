"""What was tried at TikTok: one attempt per `publish_id`, with every intent and every piece of evidence."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.tenancy import WorkspaceOwned
from scheduler.models.base import ClockTimestamp, among, choices, owner
from scheduler.models.posts import Post
from scheduler.states import OPEN_STAGES, Stage, Way
from tiktok.fields import SealedField

MAX_ATTEMPTS = 200
"""Inits one post may ever cause; the database refuses more, whatever the engine believes (P6)."""


class PublishAttempt(WorkspaceOwned):
    """One `publish_id` at TikTok. At most one of a post's attempts may still become, or be, a TikTok post.

    Sent by `Way.UPLOAD`, the last byte posts; fetched by TikTok (`Way.PULL`), the init itself does.
    """

    workspace = owner()
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="attempts")
    account = models.ForeignKey(
        "tiktok.TikTokAccount", on_delete=models.PROTECT, related_name="attempts", help_text="Whose id it is."
    )
    number = models.PositiveSmallIntegerField()
    way = models.CharField(max_length=6, choices=choices(Way), default=Way.UPLOAD.value)
    content_digest = models.CharField(
        max_length=64, help_text="What it would publish; see Post.consent_digest."
    )
    stage = models.CharField(max_length=12, choices=choices(Stage), default=Stage.STARTING.value)
    publish_id = models.CharField(max_length=64, blank=True)
    upload_url = SealedField(null=True, context_field="publish_id")
    upload_expires_at = models.DateTimeField(null=True)
    video_size = models.BigIntegerField(default=0)
    chunk_size = models.BigIntegerField(default=0)
    chunk_count = models.PositiveSmallIntegerField(default=0)
    chunks_sent = models.PositiveSmallIntegerField(
        default=0, help_text="Chunks TikTok acknowledged, in order."
    )
    commits = models.PositiveSmallIntegerField(
        default=0, help_text="Times the last chunk was sent, or may have been."
    )
    checked_at = models.DateTimeField(null=True, help_text="Last creator info that allowed this post.")
    started_at = models.DateTimeField(db_default=ClockTimestamp())
    commit_intent_at = models.DateTimeField(null=True)
    last_byte_at = models.DateTimeField(null=True)
    inbox_at = models.DateTimeField(null=True, help_text="When TikTok told the creator of the draft.")
    ended_at = models.DateTimeField(null=True)
    polls = models.PositiveIntegerField(default=0)
    tiktok_status = models.CharField(max_length=64, blank=True, help_text="TikTok's last word.")
    tiktok_bytes = models.BigIntegerField(null=True, help_text="Bytes TikTok says it has.")
    code = models.CharField(max_length=64, blank=True)
    log_id = models.CharField(max_length=64, blank=True)
    post_ids = ArrayField(
        models.CharField(max_length=32), default=list, help_text="Text: 19 digits and more."
    )
    share_url = models.URLField(max_length=500, blank=True, help_text="TikTok's own link, where it gave one.")
    hidden_at = models.DateTimeField(null=True, help_text="When TikTok said it is no longer public.")
    shown_told_at = models.DateTimeField(
        null=True, help_text="Of TikTok's latest word on whether it is public, by its clock."
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
                | Q(way=Way.PULL.value)
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
        indexes = [
            models.Index(
                fields=["account", "commit_intent_at"],
                condition=Q(commit_intent_at__isnull=False),
                name="attempt_committed_by_account",
            ),
            models.Index(
                fields=["commit_intent_at"],
                condition=Q(commit_intent_at__isnull=False),
                name="attempt_committed",
            ),
        ]


class Pull(WorkspaceOwned):
    """One file that TikTok fetches for one attempt, under an address of its own (design 4.2).

    Serving and revoking lock this row: once revoked before it was ever served, the attempt can't become a post.
    """

    attempt = models.ForeignKey(PublishAttempt, on_delete=models.PROTECT, related_name="pulls")
    media = models.ForeignKey("scheduler.Media", on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)
    served_at = models.DateTimeField(null=True, help_text="When the first byte left us.")
    fetches = models.PositiveIntegerField(default=0)
    revoked_at = models.DateTimeField(null=True)

    class Meta(WorkspaceOwned.Meta):
        abstract = False
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "position"], name="pull_one_per_place"),
        ]
