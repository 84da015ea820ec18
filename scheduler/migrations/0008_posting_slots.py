"""Weekly posting slots of an account."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from accounts.operations import CompositeForeignKey


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("scheduler", "0007_on_hold"),
        ("tiktok", "0002_webhookevent"),
    ]

    operations = [
        migrations.CreateModel(
            name="PostingSlot",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("weekday", models.PositiveSmallIntegerField(help_text="0 is Monday.")),
                ("at", models.TimeField(help_text="Wall clock of the workspace, in whole minutes.")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="slots",
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
                "ordering": ["weekday", "at"],
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("account", "weekday", "at"), name="slot_once"),
                    models.CheckConstraint(condition=models.Q(("weekday__lte", 6)), name="slot_on_a_weekday"),
                ],
            },
        ),
        CompositeForeignKey("postingslot", "account", to="tiktok.tiktokaccount"),
    ]
