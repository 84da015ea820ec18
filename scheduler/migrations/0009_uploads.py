"""Resumable uploads, on their way to become media, whose hash the check computes."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import scheduler.models.base


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("scheduler", "0008_posting_slots"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="media",
            name="sha256",
            field=models.CharField(
                blank=True, help_text="Of the bytes in storage; empty until checked.", max_length=64
            ),
        ),
        migrations.CreateModel(
            name="Upload",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "name",
                    models.CharField(
                        blank=True,
                        help_text="What the person's device called it; shown only.",
                        max_length=255,
                    ),
                ),
                (
                    "metadata",
                    models.CharField(
                        blank=True, help_text="Upload-Metadata as it came (tus).", max_length=2000
                    ),
                ),
                ("length", models.BigIntegerField(help_text="Bytes.")),
                ("offset", models.BigIntegerField(default=0, help_text="Bytes that are safe.")),
                (
                    "writer",
                    models.UUIDField(
                        help_text="Whose turn it is to append; a newer one ends the older.", null=True
                    ),
                ),
                ("expires_at", models.DateTimeField()),
                ("created_at", models.DateTimeField(db_default=scheduler.models.base.ClockTimestamp())),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [models.Index(fields=["expires_at"], name="upload_by_expiry")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("length__gt", 0), ("offset__gte", 0), ("offset__lte", models.F("length"))
                        ),
                        name="upload_offset_within_its_length",
                    )
                ],
            },
        ),
    ]
