"""What a workspace decided about its publishing, and the state of the installation as a whole."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.tenancy import WorkspaceOwned


class PublishingSettings(WorkspaceOwned):
    """One workspace's late policy, and its own kill switch. No row: the defaults."""

    late_limit_minutes = models.PositiveSmallIntegerField(
        default=60, help_text="A post later than this is missed, not fired."
    )
    paused_at = models.DateTimeField(null=True)
    paused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta(WorkspaceOwned.Meta):
        abstract = False
        verbose_name_plural = "publishing settings"
        constraints = [
            models.UniqueConstraint(fields=["workspace"], name="publishing_settings_once"),
            models.CheckConstraint(
                condition=Q(late_limit_minutes__lte=1440), name="late_limit_at_most_a_day"
            ),
        ]


class Installation(models.Model):
    """The one row about all workspaces: the install-wide kill switch, the app's cap, the mark against restores."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    paused_at = models.DateTimeField(null=True)
    paused_why = models.CharField(max_length=32, blank=True, help_text="A Reason; see scheduler.states.")
    app_capped_until = models.DateTimeField(
        null=True, help_text="TikTok's cap on creators; none may begin anew."
    )
    mark = models.BigIntegerField(default=0, help_text="Counts up; behind the stored file means a restore.")
    marked_at = models.DateTimeField(null=True)
    zone_rules = models.CharField(
        max_length=64,
        blank=True,
        help_text="The zone files that planned posts were last read by; see scheduler.zone_files.",
    )

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="installation_is_one")]

    def __str__(self) -> str:
        return "paused" if self.paused_at else "publishing"

    @classmethod
    def read(cls) -> Self:
        """The row, made on first sight."""
        row, _ = cls.objects.get_or_create(pk=1)
        return row
