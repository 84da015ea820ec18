"""What TikTok counted of posts and accounts, and whose turn it is to be asked about."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from accounts.operations import AppendOnly, CompositeForeignKey


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("scheduler", "0015_bulk_imports"),
        ("tiktok", "0003_connect_links"),
    ]

    operations = [
        migrations.CreateModel(
            name="Reading",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("next_at", models.DateTimeField(db_index=True)),
                (
                    "answered_at",
                    models.DateTimeField(
                        help_text="The last time TikTok gave all that was asked.", null=True
                    ),
                ),
                (
                    "refused_at",
                    models.DateTimeField(
                        help_text="The last time it did not; null once it did again.", null=True
                    ),
                ),
                (
                    "scope",
                    models.CharField(blank=True, help_text="The permission that call needs.", max_length=64),
                ),
                (
                    "code",
                    models.CharField(
                        blank=True, help_text="TikTok's word for it; empty: no answer.", max_length=64
                    ),
                ),
                (
                    "log_id",
                    models.CharField(blank=True, help_text="What TikTok's support asks for.", max_length=64),
                ),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reading",
                        to="tiktok.tiktokaccount",
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
            },
        ),
        migrations.CreateModel(
            name="AccountNumbers",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("measured_at", models.DateTimeField(help_text="The instant of TikTok's answer, UTC.")),
                ("followers", models.BigIntegerField(null=True)),
                ("following", models.BigIntegerField(null=True)),
                ("likes", models.BigIntegerField(null=True)),
                ("videos", models.BigIntegerField(help_text="Public ones.", null=True)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="numbers",
                        to="tiktok.tiktokaccount",
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
                "indexes": [
                    models.Index(
                        fields=["workspace", "account", "measured_at"], name="account_numbers_in_order"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PostNumbers",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "video_id",
                    models.CharField(help_text="At TikTok; text: 19 digits and more.", max_length=32),
                ),
                ("measured_at", models.DateTimeField(help_text="The instant of TikTok's answer, UTC.")),
                (
                    "is_shown",
                    models.BooleanField(
                        help_text="False: deleted, private, or a photo that TikTok doesn't list."
                    ),
                ),
                ("views", models.BigIntegerField(null=True)),
                ("likes", models.BigIntegerField(null=True)),
                ("comments", models.BigIntegerField(null=True)),
                ("shares", models.BigIntegerField(null=True)),
                (
                    "post",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="numbers",
                        to="scheduler.post",
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
                "indexes": [
                    models.Index(
                        fields=["workspace", "post", "video_id", "measured_at"], name="post_numbers_in_order"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_shown", True),
                            models.Q(
                                ("comments__isnull", True),
                                ("likes__isnull", True),
                                ("shares__isnull", True),
                                ("views__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="numbers_only_of_what_is_shown",
                    )
                ],
            },
        ),
        CompositeForeignKey("reading", "account", to="tiktok.tiktokaccount"),
        CompositeForeignKey("accountnumbers", "account", to="tiktok.tiktokaccount"),
        CompositeForeignKey("postnumbers", "post", to="scheduler.post"),
        AppendOnly("accountnumbers"),
        AppendOnly("postnumbers"),
    ]
