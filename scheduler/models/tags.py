"""Words that people put on files to find them again."""

from __future__ import annotations

from django.db import models

from accounts.tenancy import WorkspaceOwned
from scheduler.models.media import Media

MAX_TAG = 40


class MediaTag(WorkspaceOwned):
    """One word on one file, in lower case. A word that is on no file is none, so nobody keeps a list of them."""

    media = models.ForeignKey(Media, on_delete=models.CASCADE, related_name="tags", db_index=False)
    name = models.CharField(max_length=MAX_TAG)

    class Meta(WorkspaceOwned.Meta):
        abstract = False
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["media", "name"], name="tag_once_on_a_file")]
        indexes = [models.Index(fields=["workspace", "name"], name="tag_by_name")]

    def __str__(self) -> str:
        return self.name
