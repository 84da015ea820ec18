"""A scheduled post, reduced to what publishing it takes."""

from __future__ import annotations

from django.db import models


class Post(models.Model):
    due_at = models.DateTimeField()
    status = models.CharField(max_length=10, default="scheduled")
    upload_url = models.TextField(blank=True)

    class Meta:
        app_label = "naive"
        db_table = "naive_post"
        indexes = [models.Index(fields=["status", "due_at"], name="naive_due")]
