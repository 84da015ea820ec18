"""Who wants to be told when a creator can post again."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import scheduler.models.base
from accounts.operations import CompositeForeignKey


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("scheduler", "0019_news_by_support"),
        ("tiktok", "0005_link_for_one"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CreatorWatch",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("asked_at", models.DateTimeField(db_default=scheduler.models.base.ClockTimestamp())),
                (
                    "next_at",
                    models.DateTimeField(db_index=True, help_text="When TikTok is asked the next time."),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tiktok.tiktokaccount",
                    ),
                ),
                (
                    "user",
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
                "constraints": [
                    models.UniqueConstraint(fields=("account", "user"), name="watched_once_per_person")
                ],
            },
        ),
        CompositeForeignKey("creatorwatch", "account", to="tiktok.tiktokaccount"),
    ]
