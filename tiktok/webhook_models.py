"""`WebhookEvent`: one event that TikTok pushed, kept from the moment we answered 200 until it is seven days old.

It belongs to no workspace: it arrives before anyone knows whose creator it is about, and TikTok sends it only once
we have said that we have it. What it says is a hint; nothing of ours changes its state on its word (R-43).
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone


class Outcome(models.TextChoices):
    """What came of an event."""

    WAITING = "waiting", "Not looked at yet"
    CLAIMED = "claimed", "About a post of ours, which was woken"
    UNCLAIMED = "unclaimed", "About a publish that no post of ours knows"
    NOBODYS = "nobodys", "About a creator who is not connected here"
    UNKNOWN = "unknown", "An event that we do nothing about"
    OUTDATED = "outdated", "Older than the connection"
    STILL_GOOD = "still_good", "TikTok still accepts the connection"
    LOST = "lost", "TikTok has ended the connection"
    GIVEN_UP = "given_up", "No usable answer when we asked TikTok about it"


class WebhookEvent(models.Model):
    """An event and what came of it. A copy of it meets the unique digest and leaves nothing (R-42)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of everything the event says.")
    client_key = models.CharField(max_length=128)
    event = models.CharField(max_length=64)
    open_id = models.CharField(max_length=128, blank=True)
    created_at = models.DateTimeField(help_text="TikTok's word, in whole seconds.")
    publish_id = models.CharField(max_length=128, blank=True)
    post_id = models.CharField(max_length=128, blank=True)
    reason = models.CharField(max_length=64, blank=True)
    received_at = models.DateTimeField(default=timezone.now, db_index=True)
    outcome = models.CharField(max_length=16, choices=Outcome, default=Outcome.WAITING)
    tries = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(
        null=True, default=timezone.now, help_text="When it is looked at (again); empty once that is over."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(outcome="waiting") | Q(next_try_at__isnull=False),
                name="tiktok_webhook_waits_for_a_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"], condition=Q(next_try_at__isnull=False), name="tiktok_webhook_due"
            ),
            models.Index(fields=["open_id", "created_at"], name="tiktok_webhook_of_creator"),
        ]

    def __str__(self) -> str:
        return f"{self.event} of {self.created_at:%Y-%m-%d %H:%M:%S}"
