"""The times of a week at which an account likes to post; `scheduler.slots` says which of them are free.

A slot is a wish on the workspace's wall clock, never an instant: what it means on one day, clocks going forward or
back included, is for `times.on_day`.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts import hours
from accounts.tenancy import WorkspaceOwned
from scheduler.times import WEEKDAYS


class PostingSlot(WorkspaceOwned):
    """One time of one weekday, each week, for one account."""

    account = models.ForeignKey("tiktok.TikTokAccount", on_delete=models.CASCADE, related_name="slots")
    weekday = models.PositiveSmallIntegerField(help_text="0 is Monday.")
    at = models.TimeField(help_text="Wall clock of the workspace, in whole minutes.")

    class Meta(WorkspaceOwned.Meta):
        abstract = False
        ordering = ["weekday", "at"]
        constraints = [
            models.UniqueConstraint(fields=["account", "weekday", "at"], name="slot_once"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="slot_on_a_weekday"),
        ]

    def __str__(self) -> str:
        return f"{WEEKDAYS[self.weekday]} {hours.write(self.at)}"
