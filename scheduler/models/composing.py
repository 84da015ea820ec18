"""What helps to write a post: words that are used again, and what somebody has typed and not saved yet."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models

from accounts.tenancy import WorkspaceOwned
from scheduler.models.base import ClockTimestamp

MAX_SNIPPET = 2200
"""UTF-16 units at most: longer, it would fit no caption of a video (tiktok-api.md 6.1)."""


class Snippet(WorkspaceOwned):
    """Words that a workspace puts into captions: a group of hashtags, or a sentence."""

    name = models.CharField(max_length=60)
    text = models.CharField(max_length=MAX_SNIPPET)

    class Meta(WorkspaceOwned.Meta):
        abstract = False
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="snippet_once_by_name")]

    def __str__(self) -> str:
        return self.name


class UnsavedPost(WorkspaceOwned):
    """The composer's form as one person left it: raw, valid or not, so that nothing typed is lost.

    It is no `Post`: what stands on the schedule stays there until its author saves. `fields` holds a list of texts by
    the field's name, with the version of the post that was read.
    """

    place = models.UUIDField(default=uuid4, help_text="What the person's browser calls it.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    post = models.ForeignKey(
        "scheduler.Post", null=True, on_delete=models.CASCADE, related_name="+", help_text="Null: a new one."
    )
    fields = models.JSONField(default=dict)
    kept_at = models.DateTimeField(db_default=ClockTimestamp())

    class Meta(WorkspaceOwned.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(fields=["workspace", "by", "place"], name="unsaved_once_by_place")
        ]
        indexes = [models.Index(fields=["by", "-kept_at"], name="unsaved_by_person")]

    @property
    def first_words(self) -> str:
        """The beginning of the caption."""
        words = " ".join(self.fields.get("caption", [""])[0].split())
        return words if len(words) <= 60 else f"{words[:59]}…"
