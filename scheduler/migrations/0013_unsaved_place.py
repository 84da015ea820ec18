"""What is typed is found by the id that the browser gave it, among its author's own."""

import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("scheduler", "0012_repeats")]

    operations = [
        migrations.AddField(
            model_name="unsavedpost",
            name="place",
            field=models.UUIDField(default=uuid.uuid4, help_text="What the person's browser calls it."),
        ),
        migrations.AddConstraint(
            model_name="unsavedpost",
            constraint=models.UniqueConstraint(
                fields=("workspace", "by", "place"), name="unsaved_once_by_place"
            ),
        ),
    ]
