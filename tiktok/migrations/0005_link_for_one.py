"""A link may be for one account; the operator may end all connections."""

import django.db.models.deletion
from django.db import migrations, models

from accounts.operations import CompositeForeignKey


class Migration(migrations.Migration):
    dependencies = [
        ("tiktok", "0004_plurals"),
    ]

    operations = [
        migrations.AddField(
            model_name="connectlink",
            name="wanted",
            field=models.ForeignKey(
                help_text="The only one that it may connect; empty: any creator.",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="tiktok.tiktokaccount",
            ),
        ),
        CompositeForeignKey("connectlink", "wanted", to="tiktok.tiktokaccount"),
        migrations.AlterField(
            model_name="tiktokaccount",
            name="status_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", ""),
                    ("refresh_refused", "TikTok no longer accepts our connection."),
                    ("token_refused", "TikTok refused a token that it had just renewed."),
                    ("unreadable", "The stored connection cannot be opened on this server."),
                    ("by_person", "Someone in this workspace disconnected it."),
                    ("by_operator", "The people who run this service ended all connections."),
                    ("taken_over", "This creator was connected in another workspace."),
                    ("account_gone", "TikTok says that this creator's account was deleted or banned."),
                ],
                default="",
                max_length=16,
            ),
        ),
    ]
