"""What TikTok counted, each row one answer at one instant: measured and never changed.

A `PostNumbers` is one video at one moment, an `AccountNumbers` one account; `Reading` is no measurement but the
account's turn: when it is asked about next, and what TikTok said in place of numbers the last time. A number that
TikTok left out is null, never zero (tiktok-api.md 4 and 13.3).
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.tenancy import WorkspaceOwned
from scheduler.models.base import owner

COUNTED = ("views", "likes", "comments", "shares")
"""What is counted of a post, by the columns of `PostNumbers`."""


class PostNumbers(WorkspaceOwned):
    """One video of a post at one instant. TikTok not showing it is an answer too: `is_shown`, and no number."""

    workspace = owner()
    post = models.ForeignKey(
        "scheduler.Post", on_delete=models.PROTECT, related_name="numbers", db_index=False
    )
    video_id = models.CharField(max_length=32, help_text="At TikTok; text: 19 digits and more.")
    measured_at = models.DateTimeField(help_text="The instant of TikTok's answer, UTC.")
    is_shown = models.BooleanField(help_text="False: deleted, private, or a photo that TikTok doesn't list.")
    views = models.BigIntegerField(null=True)
    likes = models.BigIntegerField(null=True)
    comments = models.BigIntegerField(null=True)
    shares = models.BigIntegerField(null=True)

    class Meta(WorkspaceOwned.Meta):
        abstract = False
        verbose_name_plural = "post numbers"
        constraints = [
            models.CheckConstraint(
                condition=Q(is_shown=True) | Q(**{f"{name}__isnull": True for name in COUNTED}),
                name="numbers_only_of_what_is_shown",
            ),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "post", "video_id", "measured_at"], name="post_numbers_in_order"
            ),
        ]


class AccountNumbers(WorkspaceOwned):
    """One account at one instant."""

    workspace = owner()
    account = models.ForeignKey(
        "tiktok.TikTokAccount", on_delete=models.PROTECT, related_name="numbers", db_index=False
    )
    measured_at = models.DateTimeField(help_text="The instant of TikTok's answer, UTC.")
    followers = models.BigIntegerField(null=True)
    following = models.BigIntegerField(null=True)
    likes = models.BigIntegerField(null=True)
    videos = models.BigIntegerField(null=True, help_text="Public ones.")

    class Meta(WorkspaceOwned.Meta):
        abstract = False
        verbose_name_plural = "account numbers"
        indexes = [
            models.Index(fields=["workspace", "account", "measured_at"], name="account_numbers_in_order"),
        ]


class Reading(WorkspaceOwned):
    """An account's turn to be asked about. Claimed by moving `next_at` on, so two sweeps never ask the same."""

    account = models.OneToOneField("tiktok.TikTokAccount", on_delete=models.CASCADE, related_name="reading")
    next_at = models.DateTimeField(db_index=True)
    answered_at = models.DateTimeField(null=True, help_text="The last time TikTok gave all that was asked.")
    refused_at = models.DateTimeField(
        null=True, help_text="The last time it did not; null once it did again."
    )
    scope = models.CharField(max_length=64, blank=True, help_text="The permission that call needs.")
    code = models.CharField(max_length=64, blank=True, help_text="TikTok's word for it; empty: no answer.")
    log_id = models.CharField(max_length=64, blank=True, help_text="What TikTok's support asks for.")

    class Meta(WorkspaceOwned.Meta):
        abstract = False
