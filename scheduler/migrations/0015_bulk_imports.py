"""Imports of many posts, kept until they are finished."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import scheduler.models.base


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("scheduler", "0014_library"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BulkImport",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "rows",
                    models.JSONField(
                        default=list, help_text="`importing.rows.Row.plain` of what is still to do."
                    ),
                ),
                (
                    "files",
                    models.JSONField(
                        default=list, help_text="Ids of the media that were added here, in order."
                    ),
                ),
                (
                    "outcomes",
                    models.JSONField(
                        default=list, help_text="`importing.outcomes.Outcome.plain` of what is done."
                    ),
                ),
                (
                    "counted",
                    models.PositiveIntegerField(
                        default=0, help_text="Rows there have ever been: the last one's number."
                    ),
                ),
                ("created_at", models.DateTimeField(db_default=scheduler.models.base.ClockTimestamp())),
                (
                    "kept_at",
                    models.DateTimeField(
                        db_default=scheduler.models.base.ClockTimestamp(),
                        help_text="When somebody last worked on it.",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [models.Index(fields=["workspace", "-kept_at"], name="import_by_workspace")],
            },
        ),
    ]
