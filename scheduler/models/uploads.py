"""Files on their way in, part by part, until they are whole and become media."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.tenancy import WorkspaceOwned
from scheduler.models.base import ClockTimestamp


class Upload(WorkspaceOwned):
    """One resumable upload: of one person, into one workspace.

    `offset` counts the bytes that are safe on disk; where it reaches `length` there is a `Media` with the same id, and
    only then. The row outlives that moment until it expires, for a browser that did not hear the last answer.
    """

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(
        max_length=255, blank=True, help_text="What the person's device called it; shown only."
    )
    metadata = models.CharField(max_length=2000, blank=True, help_text="Upload-Metadata as it came (tus).")
    length = models.BigIntegerField(help_text="Bytes.")
    offset = models.BigIntegerField(default=0, help_text="Bytes that are safe.")
    writer = models.UUIDField(null=True, help_text="Whose turn it is to append; a newer one ends the older.")
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=ClockTimestamp())

    class Meta(WorkspaceOwned.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(
                condition=Q(length__gt=0, offset__gte=0, offset__lte=F("length")),
                name="upload_offset_within_its_length",
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], name="upload_by_expiry")]

    @property
    def is_whole(self) -> bool:
        return self.offset == self.length
