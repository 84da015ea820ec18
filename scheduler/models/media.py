"""The files that people upload."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.tenancy import WorkspaceOwned
from scheduler.models.base import ClockTimestamp


class MediaStatus(models.TextChoices):
    """Whether a file may be posted."""

    CHECKING = "checking", "Checking the file"
    READY = "ready", "Ready"
    REFUSED = "refused", "Can't be posted"


class MediaKind(models.TextChoices):
    """What the file is: it decides the check, and which posts may carry it."""

    VIDEO = "video", "Video"
    IMAGE = "image", "Image"


class Media(WorkspaceOwned):
    """One uploaded file, what the probe found, and why it may not be posted.

    A video is kept as received; an image as it will be posted: turned, fitted and stripped of what it told about
    the person (`scheduler.images`).
    """

    kind = models.CharField(max_length=5, choices=MediaKind.choices, default=MediaKind.VIDEO.value)

    original_name = models.CharField(
        max_length=255, help_text="What the person's device called it; shown only."
    )
    storage_key = models.CharField(max_length=200, unique=True)
    size = models.BigIntegerField(help_text="Bytes.")
    sha256 = models.CharField(
        max_length=64, blank=True, help_text="Of the bytes in storage; empty until checked."
    )
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
    removed_at = models.DateTimeField(
        null=True,
        default=None,
        help_text="When somebody deleted it; the row stays for the posts that had it.",
    )
    is_stored = models.BooleanField(
        default=True, help_text="Whether its file may still be in storage; false once a removed one is gone."
    )

    class Meta(WorkspaceOwned.Meta):
        abstract = False
        verbose_name_plural = "media"
        constraints = [
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, is_stored=True)
                | Q(removed_at__isnull=False, status="refused"),
                name="media_gone_is_removed_and_refused",
            ),
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
            models.Index(
                fields=["removed_at"],
                condition=Q(removed_at__isnull=False, is_stored=True),
                name="media_to_clear_away",
            ),
        ]
