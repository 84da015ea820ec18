"""Many posts on their way in from a list: the rows as people have them, right or wrong, until each is a post."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from accounts.tenancy import WorkspaceOwned
from scheduler.models.base import ClockTimestamp, owner


class BulkImport(WorkspaceOwned):
    """One import of many posts, kept until it is finished or given up; `scheduler.importing` reads and writes it.

    A row that became a post leaves `rows` in the transaction that makes the post, so that nothing is imported twice.
    """

    workspace = owner()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    rows = models.JSONField(default=list, help_text="`importing.rows.Row.plain` of what is still to do.")
    files = models.JSONField(default=list, help_text="Ids of the media that were added here, in order.")
    outcomes = models.JSONField(default=list, help_text="`importing.outcomes.Outcome.plain` of what is done.")
    counted = models.PositiveIntegerField(
        default=0, help_text="Rows there have ever been: the last one's number."
    )
    created_at = models.DateTimeField(db_default=ClockTimestamp())
    kept_at = models.DateTimeField(db_default=ClockTimestamp(), help_text="When somebody last worked on it.")

    class Meta(WorkspaceOwned.Meta):
        abstract = False
        indexes = [models.Index(fields=["workspace", "-kept_at"], name="import_by_workspace")]
