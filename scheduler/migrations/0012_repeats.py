"""Posts that come back, and the copies made of them."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import scheduler.models.base
from accounts.operations import CompositeForeignKey


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("scheduler", "0011_composing"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Repeat",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "weekdays",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(), help_text="0 is Monday.", size=None
                    ),
                ),
                ("at", models.TimeField(help_text="Wall clock of the workspace, in whole minutes.")),
                ("every_weeks", models.PositiveSmallIntegerField(default=1)),
                ("starts", models.DateField(help_text="The day of the post itself; copies come after it.")),
                ("until", models.DateField(help_text="The last day; null: no such day.", null=True)),
                (
                    "times",
                    models.PositiveSmallIntegerField(
                        help_text="How many copies at most, skipped ones too.", null=True
                    ),
                ),
                ("made_through", models.DateField()),
                ("created_at", models.DateTimeField(db_default=scheduler.models.base.ClockTimestamp())),
                (
                    "ended_at",
                    models.DateTimeField(help_text="Stopped by a person, or all copies made.", null=True),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="repeats",
                        to="scheduler.post",
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
            name="RepeatCopy",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("day", models.DateField()),
                (
                    "post",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="repeat_copy",
                        to="scheduler.post",
                    ),
                ),
                (
                    "repeat",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="copies",
                        to="scheduler.repeat",
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
                "ordering": ["day"],
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.AddIndex(
            model_name="repeat",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True)),
                fields=["made_through"],
                name="repeat_to_make_ahead",
            ),
        ),
        migrations.AddConstraint(
            model_name="repeat",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("post",),
                name="repeat_one_runs_of_a_post",
            ),
        ),
        migrations.AddConstraint(
            model_name="repeat",
            constraint=models.CheckConstraint(
                condition=models.Q(("every_weeks__gte", 1), ("every_weeks__lte", 12)),
                name="repeat_every_few_weeks",
            ),
        ),
        migrations.AddConstraint(
            model_name="repeat",
            constraint=models.CheckConstraint(
                condition=models.Q(("weekdays__len__gte", 1)), name="repeat_on_some_weekday"
            ),
        ),
        migrations.AddConstraint(
            model_name="repeat",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__isnull", True), ("times__isnull", True), _connector="OR"),
                name="repeat_ends_in_one_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="repeat",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("times__isnull", True), models.Q(("times__gte", 1), ("times__lte", 200)), _connector="OR"
                ),
                name="repeat_some_times",
            ),
        ),
        migrations.AddConstraint(
            model_name="repeatcopy",
            constraint=models.UniqueConstraint(fields=("repeat", "day"), name="repeat_copy_once_a_day"),
        ),
        CompositeForeignKey("repeat", "post", to="scheduler.post"),
        CompositeForeignKey("repeatcopy", "repeat", to="scheduler.repeat"),
        CompositeForeignKey("repeatcopy", "post", to="scheduler.post"),
    ]
