"""Posts that come back: the rule, and which post was made for which day of it.

`scheduler.recurrence` says on which days a rule falls, `scheduler.repeating` makes the copies. A copy is a post like
any other, agreed to on its own.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.tenancy import WorkspaceOwned
from scheduler.models.base import ClockTimestamp
from scheduler.models.posts import Post
from scheduler.recurrence import MOST_TIMES, MOST_WEEKS, Rule


class Repeat(WorkspaceOwned):
    """That a post comes back on weekdays at a wall-clock time of the workspace, every so many weeks.

    `made_through` is the last day that copies were made for; a sweep moves it on.
    """

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="repeats")
    weekdays = ArrayField(models.PositiveSmallIntegerField(), help_text="0 is Monday.")
    at = models.TimeField(help_text="Wall clock of the workspace, in whole minutes.")
    every_weeks = models.PositiveSmallIntegerField(default=1)
    starts = models.DateField(help_text="The day of the post itself; copies come after it.")
    until = models.DateField(null=True, help_text="The last day; null: no such day.")
    times = models.PositiveSmallIntegerField(
        null=True, help_text="How many copies at most, skipped ones too."
    )
    made_through = models.DateField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(db_default=ClockTimestamp())
    ended_at = models.DateTimeField(null=True, help_text="Stopped by a person, or all copies made.")

    class Meta(WorkspaceOwned.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(
                fields=["post"], condition=Q(ended_at__isnull=True), name="repeat_one_runs_of_a_post"
            ),
            models.CheckConstraint(
                condition=Q(every_weeks__gte=1, every_weeks__lte=MOST_WEEKS), name="repeat_every_few_weeks"
            ),
            models.CheckConstraint(condition=Q(weekdays__len__gte=1), name="repeat_on_some_weekday"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(times__isnull=True), name="repeat_ends_in_one_way"
            ),
            models.CheckConstraint(
                condition=Q(times__isnull=True) | Q(times__gte=1, times__lte=MOST_TIMES),
                name="repeat_some_times",
            ),
        ]
        indexes = [
            models.Index(
                fields=["made_through"], condition=Q(ended_at__isnull=True), name="repeat_to_make_ahead"
            )
        ]

    @property
    def rule(self) -> Rule:
        return Rule(
            weekdays=frozenset(self.weekdays),
            at=self.at,
            every_weeks=self.every_weeks,
            starts=self.starts,
            until=self.until,
            times=self.times,
        )


class RepeatCopy(WorkspaceOwned):
    """The post that was made for one day of a rule: once for each day, whatever becomes of it."""

    repeat = models.ForeignKey(Repeat, on_delete=models.CASCADE, related_name="copies")
    day = models.DateField()
    post = models.OneToOneField(Post, on_delete=models.CASCADE, related_name="repeat_copy")

    class Meta(WorkspaceOwned.Meta):
        abstract = False
        verbose_name_plural = "repeat copies"
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["repeat", "day"], name="repeat_copy_once_a_day")]
