"""Where an account's posts queue, one running step at a time."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.tenancy import WorkspaceOwned
from scheduler.models.base import choices
from scheduler.states import LaneKind


class Lane(WorkspaceOwned):
    """One account's queue of one kind. `next_at` is never later than its first waiting post's next step, but for the
    post of a running step, which is due again with the lane (`busy_until`).

    A trigger on posts pulls `next_at` forward; only a claim, which looks at the posts themselves, puts it back. So an
    account with 500 overdue posts is one row here and blocks nobody. The arrays are exact sliding logs of the
    calls that TikTok counts by the minute (tiktok-api.md 14).
    """

    account = models.ForeignKey(
        "tiktok.TikTokAccount", on_delete=models.CASCADE, related_name="lanes", db_index=False
    )
    kind = models.CharField(max_length=5, choices=choices(LaneKind))
    next_at = models.DateTimeField(null=True)
    busy_until = models.DateTimeField(null=True, help_text="End of the running step's lease; null: free.")
    busy_post = models.UUIDField(null=True)
    busy_fence = models.BigIntegerField(default=0)
    inits = ArrayField(models.DateTimeField(), default=list)
    infos = ArrayField(models.DateTimeField(), default=list)
    statuses = ArrayField(models.DateTimeField(), default=list)
    starts_at = models.DateTimeField(null=True, help_text="When another init fits; null: now.")

    class Meta(WorkspaceOwned.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(fields=["account", "kind"], name="lane_one_per_account_and_kind")
        ]
        indexes = [
            models.Index(fields=["kind", "next_at"], condition=Q(next_at__isnull=False), name="lane_due"),
            models.Index(
                fields=["kind", "workspace"], condition=Q(busy_until__isnull=False), name="lane_busy"
            ),
        ]
