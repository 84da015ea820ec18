"""A link may be for one account."""

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
    ]
