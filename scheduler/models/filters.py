"""A person's own views of the table of posts: a name for a filter, in one workspace."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from accounts.tenancy import WorkspaceOwned
from scheduler.models.base import ClockTimestamp, owner


class SavedFilter(WorkspaceOwned):
    """What one person calls one filter; `query` is as in the address, as `post_filters.Filters.query` writes it."""

    workspace = owner()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=600, blank=True)
    created_at = models.DateTimeField(db_default=ClockTimestamp())

    class Meta(WorkspaceOwned.Meta):
        abstract = False
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["workspace", "user", "name"], name="filter_named_once_per_person")
        ]

    def __str__(self) -> str:
        return self.name
