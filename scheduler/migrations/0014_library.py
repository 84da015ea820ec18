"""Words on files, and files that people have deleted."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from accounts.operations import CompositeForeignKey


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("scheduler", "0013_unsaved_place"),
    ]

    operations = [
        migrations.AddField(
            model_name="media",
            name="removed_at",
            field=models.DateTimeField(
                default=None,
                help_text="When somebody deleted it; the row stays for the posts that had it.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="media",
            name="is_stored",
            field=models.BooleanField(
                default=True,
                help_text="Whether its file may still be in storage; false once a removed one is gone.",
            ),
        ),
        migrations.AddIndex(
            model_name="media",
            index=models.Index(
                condition=models.Q(("is_stored", True), ("removed_at__isnull", False)),
                fields=["removed_at"],
                name="media_to_clear_away",
            ),
        ),
        migrations.AddConstraint(
            model_name="media",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("is_stored", True), ("removed_at__isnull", True)),
                    models.Q(("removed_at__isnull", False), ("status", "refused")),
                    _connector="OR",
                ),
                name="media_gone_is_removed_and_refused",
            ),
        ),
        migrations.CreateModel(
            name="MediaTag",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(max_length=40)),
                (
                    "media",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tags",
                        to="scheduler.media",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [models.Index(fields=["workspace", "name"], name="tag_by_name")],
                "constraints": [models.UniqueConstraint(fields=("media", "name"), name="tag_once_on_a_file")],
            },
        ),
        CompositeForeignKey("mediatag", "media", to="scheduler.media"),
    ]
