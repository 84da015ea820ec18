"""Who wants to be told when a creator can post again."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from accounts.tenancy import WorkspaceOwned
from scheduler.models.base import ClockTimestamp


class CreatorWatch(WorkspaceOwned):
    """One person waits for one account; the row goes once they were told, or once nobody asks any more."""

    account = models.ForeignKey("tiktok.TikTokAccount", on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField(db_default=ClockTimestamp())
    next_at = models.DateTimeField(db_index=True, help_text="When TikTok is asked the next time.")

    class Meta(WorkspaceOwned.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["account", "user"], name="watched_once_per_person")]
