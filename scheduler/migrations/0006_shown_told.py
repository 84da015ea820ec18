"""When TikTok last told whether a post is public: its events come in any order."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("scheduler", "0005_fewer_indexes"),
    ]

    operations = [
        migrations.AddField(
            model_name="publishattempt",
            name="shown_told_at",
            field=models.DateTimeField(
                help_text="Of TikTok's latest word on whether it is public, by its clock.", null=True
            ),
        ),
    ]
