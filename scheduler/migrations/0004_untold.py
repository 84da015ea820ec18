"""What the rounds that tell people look for, each minute, however many posts there are."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("scheduler", "0003_wake_lane")]

    operations = [
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                condition=~Q(risk="") & Q(risk_told_at__isnull=True),
                fields=["due_at"],
                name="post_at_risk_untold",
            ),
        ),
        migrations.AddIndex(
            model_name="postevent",
            index=models.Index(
                condition=Q(status_to__in=["failed", "missed", "needs_check"], by__isnull=True),
                fields=["at"],
                name="event_to_tell",
            ),
        ),
    ]
