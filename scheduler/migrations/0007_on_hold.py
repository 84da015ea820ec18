"""Held posts, for the round that tells their owners."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("scheduler", "0006_shown_told"),
        ("tiktok", "0002_webhookevent"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                condition=models.Q(("hold", ""), _negated=True), fields=["due_at"], name="post_on_hold"
            ),
        ),
    ]
